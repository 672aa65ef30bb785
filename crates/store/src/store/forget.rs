//! Forgetting a person: ratings and id go, and so does what the file still holds of them.
//!
//! What becomes of deleted content in the file is said in [`erase`]; what stays, at [`Store::forget`].

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

/// A rating that goes.
type Gone = (ItemIdx, f64);

impl Store {
    /// Removes a person's ratings and id, in one transaction, and overwrites what the file holds of
    /// them out of use: in the log of changes, the packed copy, free pages and the write-ahead log.
    /// The index stays, since indices have no gaps, as `forgotten user 17`. Every rating that goes
    /// is a change with a number of its own.
    ///
    /// What stays: lists of neighbours that were computed from the ratings, under the index, until
    /// their model is brought up to date, made anew or deleted. Copies of the file made before are
    /// not touched. Numbers of single ratings, without an id, may lie out of use in a page of
    /// `ratings` that was split, until SQLite's `VACUUM`.
    ///
    /// Takes as long as reading and packing all ratings: some seconds for 25 million. Jobs under way
    /// cannot go on from the packed copy that they began with. Under the same id the person would
    /// later be somebody new, with another index.
    ///
    /// # Errors
    /// [`RateError::UnknownId`] if there is no such user, and all that can go wrong with a file.
    pub async fn forget(&self, user_id: &str) -> Result<Forgotten, RateError> {
        self.answered(async {
            let writer = self.database.wiping();
            let mut writing = writer.writing().await?;
            let forgotten = forget(&mut writing, user_id).await?;
            erase::rewrite_users(&mut writing).await?;
            erase::wipe_free_pages(&mut writing).await?;
            writing.commit().await?;
            // It is committed: what goes wrong with the log is told, and no failure.
            let erased = empty_log(&writer).await.unwrap_or(false);
            writer.close().await;
            Ok(Forgotten { erased, ..forgotten })
        })
        .await
    }

    /// Overwrites what is left of people who were forgotten while a reader was in the way, unless one
    /// still is, and returns whether nothing is left. Waits for nobody. Opening a database does this;
    /// made for calling every few seconds where it stays open for long.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read or written.
    pub async fn finish_erasing(&self) -> Result<bool, StoreError> {
        self.named(async {
            if !erase::is_left(&mut *self.database.connection().await?).await? {
                return Ok(true);
            }
            let writer = self.database.hasty();
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
    // Read before anything goes, so that the packed copy and the changes lead to it.
    let before = match data_set.scale {
        Some(_) => Some(matrix::read(connection, &data_set).await?),
        None => None,
    };
    let gone = remove_ratings(connection, &mut data_set, user).await?;
    replace_id(connection, &mut data_set, user, id).await?;
    let log = log_removals(connection, &mut data_set, user, &gone).await?;
    data_set::write(connection, &data_set).await?;
    snapshots::clear(connection).await?;
    if let Some(before) = before {
        let after = patched(before, &log)?;
        matrix::write_snapshot(connection, &after, data_set.sequence, &mut |_, _| ()).await?;
    }
    erase::begin(connection, data_set.sequence).await?;
    let sequence = count(data_set.sequence);
    Ok(Forgotten { ratings: gone.len() as u64, user, sequence, erased: false })
}

/// Deletes the ratings, also from the log of changes, and returns them.
async fn remove_ratings(
    connection: &mut Connection,
    data_set: &mut DataSet,
    user: UserIdx,
) -> Result<Vec<Gone>, Fault> {
    let rows = ratings::of_user(connection, user).await?;
    let mut gone = Vec::with_capacity(rows.len());
    for row in rows {
        let Rating { item, rating, .. } = row.rating();
        items::count_rating(connection, item, Some(rating), None).await?;
        data_set.rows.remove(&row);
        if let Some((scale, _)) = data_set.scale {
            let fact = RatingFact::new(&scale, user, item, rating);
            fact.inspect(|&fact| data_set.digest.remove_rating(fact));
        }
        gone.push((item, rating));
    }
    ratings::remove_of_user(connection, user).await?;
    changes::blank(connection, user).await?;
    Ok(gone)
}

/// Gives `user` an id that says that the person is forgotten, and that nobody else has.
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

/// Logs the removals, each with the next sequence number, and returns them. Without any, there is one
/// that removes what is not there: the id is a change too.
async fn log_removals(
    connection: &mut Connection,
    data_set: &mut DataSet,
    user: UserIdx,
    gone: &[Gone],
) -> Result<Vec<SingleChange>, Fault> {
    if ids::len::<ItemIdx>(connection).await? == 0 {
        // No item that the change of the id could go by.
        data_set.sequence += 1;
        changes::append_marker(connection, data_set.sequence).await?;
        return Ok(Vec::new());
    }
    let nothing = [(ItemIdx(0), 0.0)];
    let gone = if gone.is_empty() { &nothing } else { gone };
    let next = count(data_set.sequence) + 1;
    let removed =
        |(sequence, &(item, _)): (u64, &Gone)| SingleChange { sequence, user, item, rating: None };
    let log: Vec<SingleChange> = (next..).zip(gone).map(removed).collect();
    data_set.sequence += log.len() as i64;
    changes::append(connection, &log).await?;
    Ok(log)
}

async fn empty_log(writer: &Writer) -> Result<bool, Fault> {
    erase::finish(&mut *writer.connection().await?).await
}
