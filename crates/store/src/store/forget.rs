//! Forgetting a user: deleting the ratings and the id, and erasing their traces from the file.
//!
//! The module [`erase`] describes how deleted content is erased from the file; [`Store::forget`]
//! describes what remains.

use super::matrix;
use crate::changes::SingleChange;
use crate::count::count;
use crate::data_set::DataSet;
use crate::digest::RatingFact;
use crate::error::{RateError, StoreError};
use crate::fault::{Failure, Fault};
use crate::forget::{Forgotten, forgotten_id};
use crate::ids::StoredIdx;
use crate::patch::patched;
use crate::row_digests::IdRow;
use crate::sqlite::database::Writer;
use crate::sqlite::{Connection, changes, data_set, erase, ids, items, ratings, snapshots};
use crate::store::Store;
use likemind::{ItemIdx, Rating, UserIdx};

/// A deleted rating.
type RemovedRating = (ItemIdx, f64);

impl Store {
    /// Deletes a user's ratings and id in one transaction, and erases their traces from the log of
    /// changes, the packed copy, free pages and the write-ahead log. The index remains, since
    /// indices have no gaps, under an id such as `forgotten user 17`. Each deleted rating is a
    /// change with its own sequence number.
    ///
    /// What remains: neighbour lists that were computed from the ratings, under the index, until
    /// their model is updated, fitted again or deleted; and earlier copies of the file. Values of
    /// single ratings, without an id, may remain in the unused part of a page of `ratings` that was
    /// split, until SQLite's `VACUUM`.
    ///
    /// Takes as long as reading and packing all ratings: some seconds for 25 million. Unfinished
    /// jobs start again, since the packed copy that they started from is deleted. If the same
    /// id is added again later, it is a new user with a new index.
    ///
    /// # Errors
    /// [`RateError::UnknownId`] if there is no such user, and [`StoreError`] if the database cannot
    /// be read or written.
    pub async fn forget(&self, user_id: &str) -> Result<Forgotten, RateError> {
        self.run_operation(async {
            let writer = self.database.wiping_writer();
            let mut tx = writer.begin_write().await?;
            let forgotten = forget(&mut tx, user_id).await?;
            erase::rewrite_users(&mut tx).await?;
            erase::wipe_free_pages(&mut tx).await?;
            tx.commit().await?;
            // The deletion is committed, so a failure to empty the log is reported in `erased`, not
            // as an error.
            let erased = truncate_log(&writer).await.unwrap_or(false);
            writer.close().await;
            Ok(Forgotten { erased, ..forgotten })
        })
        .await
    }

    /// Finishes the erasure of users who were forgotten while a reader prevented it, unless one
    /// still does. Returns whether nothing remains to be erased. Never waits. Opening a database
    /// does this, too; call it every few seconds while a database stays open for a long time.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read or written.
    pub async fn finish_erasing(&self) -> Result<bool, StoreError> {
        self.run(async {
            if !erase::is_pending(&mut *self.database.connection().await?).await? {
                return Ok(true);
            }
            let writer = self.database.no_wait_writer();
            let finished = erase::finish(&mut *writer.connection().await?).await;
            writer.close().await;
            finished
        })
        .await
    }
}

async fn forget(connection: &mut Connection, id: &str) -> Result<Forgotten, Failure<RateError>> {
    let unknown = || RateError::UnknownId { what: UserIdx::ONE, id: id.to_owned() };
    let user: UserIdx = ids::find(connection, id).await?.ok_or_else(unknown)?;
    let mut data_set = data_set::read(connection).await?;
    // Read this before deleting anything, while the packed copy and the changes still lead to it.
    let before = match data_set.scale {
        Some(_) => Some(matrix::read(connection, &data_set).await?),
        None => None,
    };
    let deleted = remove_ratings(connection, &mut data_set, user).await?;
    replace_id(connection, &mut data_set, user, id).await?;
    let log = log_removals(connection, &mut data_set, user, &deleted).await?;
    data_set::write(connection, &data_set).await?;
    snapshots::clear(connection).await?;
    if let Some(before) = before {
        let after = patched(before, &log)?;
        matrix::write_snapshot(connection, &after, data_set.sequence, &mut |_, _| ()).await?;
    }
    erase::begin(connection, data_set.sequence).await?;
    let sequence = count(data_set.sequence);
    Ok(Forgotten { ratings: deleted.len() as u64, user, sequence, erased: false })
}

/// Deletes the ratings, including their values in the log of changes, and returns them.
async fn remove_ratings(
    connection: &mut Connection,
    data_set: &mut DataSet,
    user: UserIdx,
) -> Result<Vec<RemovedRating>, Fault> {
    let rows = ratings::of_user(connection, user).await?;
    let mut deleted = Vec::with_capacity(rows.len());
    for row in rows {
        let Rating { item, rating, .. } = row.rating();
        items::count_rating(connection, item, Some(rating), None).await?;
        data_set.rows.remove(&row);
        if let Some((scale, _)) = data_set.scale {
            let fact = RatingFact::new(&scale, user, item, rating);
            fact.inspect(|&fact| data_set.digest.remove_rating(fact));
        }
        deleted.push((item, rating));
    }
    ratings::remove_of_user(connection, user).await?;
    changes::redact_user(connection, user).await?;
    Ok(deleted)
}

/// Replaces the id of `user` by an unused id that marks the user as forgotten.
async fn replace_id(
    connection: &mut Connection,
    data_set: &mut DataSet,
    user: UserIdx,
    id: &str,
) -> Result<(), Fault> {
    let mut attempt = 1;
    let mut name = forgotten_id(user, attempt);
    while ids::find::<UserIdx>(connection, &name).await?.is_some() {
        attempt += 1;
        name = forgotten_id(user, attempt);
    }
    ids::rename_user(connection, user, &name).await?;
    data_set.digest.remove_id(user, id);
    data_set.digest.add_id(user, &name);
    data_set.rows.remove(&IdRow { index: user, id });
    data_set.rows.add(&IdRow { index: user, id: &name });
    Ok(())
}

/// Logs the removals with consecutive sequence numbers, and returns them. If there are none, logs
/// the removal of a rating that does not exist, since the new id is a change, too.
async fn log_removals(
    connection: &mut Connection,
    data_set: &mut DataSet,
    user: UserIdx,
    deleted: &[RemovedRating],
) -> Result<Vec<SingleChange>, Fault> {
    if ids::len::<ItemIdx>(connection).await? == 0 {
        // There is no item for such a change, so log a marker.
        data_set.sequence += 1;
        changes::append_marker(connection, data_set.sequence).await?;
        return Ok(Vec::new());
    }
    let nothing = [(ItemIdx(0), 0.0)];
    let deleted = if deleted.is_empty() { &nothing } else { deleted };
    let next = count(data_set.sequence) + 1;
    let removed = |(sequence, &(item, _)): (u64, &RemovedRating)| SingleChange {
        sequence,
        user,
        item,
        rating: None,
    };
    let log: Vec<SingleChange> = (next..).zip(deleted).map(removed).collect();
    data_set.sequence += log.len() as i64;
    changes::append(connection, &log).await?;
    Ok(log)
}

async fn truncate_log(writer: &Writer) -> Result<bool, Fault> {
    erase::finish(&mut *writer.connection().await?).await
}
