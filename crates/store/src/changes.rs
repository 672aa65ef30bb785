//! The log of single changes, by which who is behind catches up.
//!
//! Every sequence number that was ever given had one row here: a rating that was set or removed, or
//! a marker. Rows go from the old end alone, so a number whose row is missing tells that the log
//! does not reach that far back, and needs no entry of its own.

use crate::bulk::{BulkInsert, fetch_many};
use crate::error::{Fault, StoreError};
use crate::ids::count;
use crate::open::Store;
use likemind::{ItemIdx, UserIdx};
use sqlx::{Arguments, SqliteConnection};

/// The most rows that the log keeps; models that are further behind must be made anew.
const MOST_ROWS: i64 = 1_000_000;

/// Rows a statement.
const ROWS: usize = 500;

/// One rating that was set or removed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SingleChange {
    /// Its number.
    pub sequence: u64,
    /// Whose rating. A user who was not there before has the next index.
    pub user: UserIdx,
    /// Of what. An item that was not there before has an index past the last.
    pub item: ItemIdx,
    /// The rating since then; `None` if there is none.
    pub rating: Option<f64>,
}

/// What changed since a sequence number.
#[derive(Clone, Debug, PartialEq)]
pub enum Changes {
    /// Change by change, ascending and without gaps. Users and items that came since occur in them,
    /// all of them.
    Single(Vec<SingleChange>),
    /// Something that is no single change, such as a large import, or more than is kept. What was
    /// made of the earlier ratings must be made anew.
    Unfollowable,
}

/// A row of the log, user and item being absent in a marker.
type Row = (i64, Option<u32>, Option<u32>, Option<f64>);

/// The data set's sequence.
pub(crate) async fn current(connection: &mut SqliteConnection) -> Result<i64, Fault> {
    let sequence = sqlx::query_scalar("SELECT sequence FROM data_set");
    let found = sequence.fetch_optional(connection).await?;
    found.ok_or_else(|| Fault::Damaged("no row in data_set".to_owned()))
}

/// Appends single changes in their order, and keeps the log to its size.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    changes: &[SingleChange],
) -> Result<(), Fault> {
    let insert = BulkInsert {
        head: "INSERT INTO changes (sequence, user, item, rating) VALUES",
        row: "(?, ?, ?, ?)".to_owned(),
        tail: "",
        rows: ROWS,
    };
    insert
        .run(
            connection,
            changes.iter(),
            |values, change| {
                values.add(change.sequence as i64)?;
                values.add(change.user.0)?;
                values.add(change.item.0)?;
                values.add(change.rating)
            },
            &mut |_| (),
        )
        .await?;
    match changes.last() {
        Some(last) => remove_up_to(connection, last.sequence as i64 - MOST_ROWS).await,
        None => Ok(()),
    }
}

/// Marks `sequence` as a change that cannot be followed.
pub(crate) async fn append_marker(
    connection: &mut SqliteConnection,
    sequence: i64,
) -> Result<(), Fault> {
    let marker = sqlx::query("INSERT INTO changes (sequence) VALUES (?)").bind(sequence);
    marker.execute(&mut *connection).await?;
    remove_up_to(connection, sequence - MOST_ROWS).await
}

async fn remove_up_to(connection: &mut SqliteConnection, sequence: i64) -> Result<(), Fault> {
    let remove = sqlx::query("DELETE FROM changes WHERE sequence <= ?").bind(sequence);
    remove.execute(connection).await?;
    Ok(())
}

/// Removes what nobody will ask for: rows older than every packed copy, every model, and the
/// ratings of every job that is not over.
pub(crate) async fn trim(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let needed = "SELECT min(oldest) FROM (SELECT min(sequence) AS oldest FROM snapshot_parts \
         UNION ALL SELECT min(sequence) FROM models \
         UNION ALL SELECT min(sequence) FROM jobs WHERE state IN ('queued', 'running'))";
    let oldest: Option<i64> = sqlx::query_scalar(needed).fetch_one(&mut *connection).await?;
    match oldest {
        Some(oldest) => remove_up_to(connection, oldest).await,
        None => Ok(()),
    }
}

/// The single changes after `from`, up to `to`; `None` if they are not all known one by one.
pub(crate) async fn between(
    connection: &mut SqliteConnection,
    from: i64,
    to: i64,
) -> Result<Option<Vec<SingleChange>>, Fault> {
    let Some(expected) = to.checked_sub(from).and_then(|count| usize::try_from(count).ok()) else {
        return Ok(None);
    };
    let query = sqlx::query(
        "SELECT sequence, user, item, rating FROM changes \
         WHERE sequence > ? AND sequence <= ? ORDER BY sequence",
    );
    let rows: Vec<Row> = fetch_many(connection, query.bind(from).bind(to)).await?;
    // Numbers are whole and unique: as many as there can be are all of them.
    if rows.len() != expected {
        return Ok(None);
    }
    Ok(rows.into_iter().map(single).collect())
}

fn single((sequence, user, item, rating): Row) -> Option<SingleChange> {
    let (user, item) = (UserIdx(user?), ItemIdx(item?));
    Some(SingleChange { sequence: count(sequence), user, item, rating })
}

/// Whether every change after `from`, up to `to`, is known by itself.
pub(crate) async fn is_followable(
    connection: &mut SqliteConnection,
    from: i64,
    to: i64,
) -> Result<bool, Fault> {
    let singles = "SELECT count(*) FROM changes \
                   WHERE sequence > ? AND sequence <= ? AND user IS NOT NULL";
    let query = sqlx::query_scalar(singles).bind(from).bind(to);
    let known: i64 = query.fetch_one(connection).await?;
    Ok(to.checked_sub(from) == Some(known))
}

impl Store {
    /// The number of the last change of users, items or ratings; 0 before the first. Made for
    /// asking often: takes some ten microseconds.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn sequence(&self) -> Result<u64, StoreError> {
        self.named(async { Ok(count(current(&mut *self.pool.acquire().await?).await?)) }).await
    }

    /// The first `limit` changes after `sequence`, as a model or a matrix of that sequence needs
    /// them to catch up; none if it is the last. [`Changes::Unfollowable`] also if what cannot be
    /// followed comes after these.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn changes_since(&self, sequence: u64, limit: usize) -> Result<Changes, StoreError> {
        self.named(async {
            let mut reading = self.reading().await?;
            let to = current(&mut reading).await?;
            let from = i64::try_from(sequence).unwrap_or(i64::MAX);
            if from > to || !is_followable(&mut reading, from, to).await? {
                return Ok(Changes::Unfollowable);
            }
            let last = from.saturating_add(i64::try_from(limit).unwrap_or(i64::MAX)).min(to);
            let singles = between(&mut reading, from, last).await?;
            Ok(singles.map_or(Changes::Unfollowable, Changes::Single))
        })
        .await
    }
}
