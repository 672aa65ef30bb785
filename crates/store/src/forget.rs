//! Forgetting a person: ratings and id go, and so does what the file still holds of them.
//!
//! SQLite leaves deleted content in the pages that it frees. Here is what becomes of it:
//!
//! - All connections write with `secure_delete = FAST`: what goes from a page is overwritten.
//! - Forgetting deletes with `secure_delete = ON`: pages that it frees are overwritten.
//! - Pages that others freed (of former packed copies, say) are taken up and freed once more.
//! - The users are written anew: where a page was split, what moved elsewhere stays behind, out of
//!   use, and nothing overwrites it.
//! - The write-ahead log is moved into the file and emptied, if need be later (see `erase`).
//!
//! What stays is said at [`Store::forget`].

use crate::changes::{self, SingleChange};
use crate::data_set::DataSet;
use crate::erase;
use crate::error::{Fault, StoreError};
use crate::ids::{StoredIds, count};
use crate::matrix;
use crate::open::{Store, Writer};
use crate::patch::patched;
use crate::rate::{count_in_item, fact};
use crate::row_digests::{IdRow, RatingRow};
use likemind::{ItemIdx, Rating, UserIdx};
use serde::Serialize;
use sqlx::SqliteConnection;

/// What a person's forgetting did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// How many ratings went.
    pub ratings: u64,
    /// The index that was the person's. It stays, under an id that says so, and is nobody's.
    pub user: UserIdx,
    /// The data set's sequence after it.
    pub sequence: u64,
    /// Whether nothing of the person is left in the file. `false` if another process went on reading
    /// the database as it was before: the write-ahead log is then emptied when the database is opened
    /// next after that, or by [`Store::finish_erasing`].
    pub erased: bool,
}

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
    /// [`StoreError::UnknownId`] if there is no such user, and all that can go wrong with a file.
    pub async fn forget(&self, user_id: &str) -> Result<Forgotten, StoreError> {
        self.named(async {
            let writer = self.wiping();
            let mut writing = writer.writing().await?;
            let forgotten = forget(&mut writing, user_id).await?;
            rewrite_users(&mut writing).await?;
            wipe_free_pages(&mut writing).await?;
            writing.commit().await?;
            // It is committed: what goes wrong with the log is told, and no failure.
            let erased = empty_log(&writer).await.unwrap_or(false);
            writer.close().await;
            Ok(Forgotten { erased, ..forgotten })
        })
        .await
    }
}

async fn forget(connection: &mut SqliteConnection, id: &str) -> Result<Forgotten, Fault> {
    let find = sqlx::query_scalar(UserIdx::FIND).bind(id).fetch_optional(&mut *connection).await?;
    let unknown = || StoreError::UnknownId { what: UserIdx::ONE, id: id.to_owned() };
    let user = UserIdx(find.ok_or_else(unknown)?);
    let mut data_set = DataSet::read(connection).await?;
    // Read before anything goes, so that the packed copy and the changes lead to it.
    let before = match data_set.scale {
        Some(_) => Some(matrix::read(connection, &data_set).await?),
        None => None,
    };
    let gone = remove_ratings(connection, &mut data_set, user).await?;
    replace_id(connection, &mut data_set, user, id).await?;
    let log = log_removals(connection, &mut data_set, user, &gone).await?;
    data_set.write(connection).await?;
    sqlx::query("DELETE FROM snapshot_parts").execute(&mut *connection).await?;
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
    connection: &mut SqliteConnection,
    data_set: &mut DataSet,
    user: UserIdx,
) -> Result<Vec<Gone>, Fault> {
    let query = "SELECT user, item, rating, timestamp, sequence FROM ratings \
                 WHERE user = ? ORDER BY item";
    let query = sqlx::query_as(query).bind(user.0);
    let rows: Vec<RatingRow> = query.fetch_all(&mut *connection).await?;
    let mut gone = Vec::with_capacity(rows.len());
    for row in rows {
        let Rating { item, rating, .. } = row.rating();
        count_in_item(connection, item, Some(rating), None).await?;
        data_set.rows.remove(&row);
        if let Some((scale, _)) = data_set.scale {
            let fact = fact(&scale, user, item, rating);
            fact.inspect(|&fact| data_set.digest.remove_rating(fact));
        }
        gone.push((item, rating));
    }
    let delete = sqlx::query("DELETE FROM ratings WHERE user = ?").bind(user.0);
    delete.execute(&mut *connection).await?;
    changes::blank(connection, user).await?;
    Ok(gone)
}

/// Gives `user` an id that says that the person is forgotten, and that nobody else has.
async fn replace_id(
    connection: &mut SqliteConnection,
    data_set: &mut DataSet,
    user: UserIdx,
    id: &str,
) -> Result<(), Fault> {
    let mut name = format!("forgotten user {}", user.0);
    for again in 2.. {
        let taken: Option<u32> =
            sqlx::query_scalar(UserIdx::FIND).bind(&name).fetch_optional(&mut *connection).await?;
        if taken.is_none() {
            break;
        }
        name = format!("forgotten user {} ({again})", user.0);
    }
    let rename = sqlx::query("UPDATE users SET id = ? WHERE idx = ?").bind(&name).bind(user.0);
    rename.execute(&mut *connection).await?;
    data_set.digest.remove_id(user, id);
    data_set.digest.add_id(user, &name);
    data_set.rows.remove(&IdRow { index: user, id });
    data_set.rows.add(&IdRow { index: user, id: &name });
    Ok(())
}

/// Logs the removals, each with the next sequence number, and returns them. Without any, there is one
/// that removes what is not there: the id is a change too.
async fn log_removals(
    connection: &mut SqliteConnection,
    data_set: &mut DataSet,
    user: UserIdx,
    gone: &[Gone],
) -> Result<Vec<SingleChange>, Fault> {
    let items: i64 = sqlx::query_scalar(ItemIdx::NEXT).fetch_one(&mut *connection).await?;
    if items == 0 {
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

/// Writes the table of users and its index to fresh pages. Kept in memory meanwhile: a temporary
/// file would be another place to look for traces in.
async fn rewrite_users(connection: &mut SqliteConnection) -> Result<(), Fault> {
    for step in [
        "CREATE TEMPORARY TABLE kept AS SELECT idx, id FROM users",
        "DELETE FROM users",
        "INSERT INTO users (idx, id) SELECT idx, id FROM kept ORDER BY idx",
        "DROP TABLE kept",
    ] {
        sqlx::query(step).execute(&mut *connection).await?;
    }
    Ok(())
}

/// How many bytes one value takes at most: SQLite allows 10⁹.
const LARGEST_BLOB: i64 = 64 << 20;

/// Overwrites the free pages: fills them with zeros and frees them once more.
async fn wipe_free_pages(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let pragma = async |connection: &mut SqliteConnection, sql: &'static str| {
        sqlx::query_scalar::<_, i64>(sql).fetch_one(connection).await
    };
    let pages = pragma(connection, "PRAGMA freelist_count").await?;
    let page_size = pragma(connection, "PRAGMA page_size").await?;
    sqlx::query("CREATE TABLE wiped (zeros BLOB)").execute(&mut *connection).await?;
    let mut bytes = pages * page_size;
    while bytes > 0 {
        let fill = sqlx::query("INSERT INTO wiped VALUES (zeroblob(?))");
        fill.bind(bytes.min(LARGEST_BLOB)).execute(&mut *connection).await?;
        bytes -= LARGEST_BLOB;
    }
    sqlx::query("DROP TABLE wiped").execute(connection).await?;
    Ok(())
}

async fn empty_log(writer: &Writer) -> Result<bool, Fault> {
    erase::finish(&mut *writer.connection().await?).await
}
