//! The log of changes, from which models and readers catch up.
//!
//! Every sequence number ever assigned had one row here: a rating that was set or removed, or a
//! marker. Rows are deleted only from the old end, so a missing row means that the log does not
//! reach back that far.

use super::Connection;
use super::bulk::{BulkInsert, fetch_many};
use crate::changes::SingleChange;
use crate::count::count;
use crate::fault::Fault;
use crate::row_digests::Fields;
use likemind::{ItemIdx, UserIdx};
use sqlx::{Arguments, FromRow};

/// Maximum number of rows in the log; models that are further behind must be fitted again.
const MAX_ROWS: i64 = 1_000_000;

/// Number of rows per statement.
const ROWS: usize = 500;

/// A row of the log. A marker has no user and item.
#[derive(Clone, Copy, FromRow)]
pub(crate) struct LogRow {
    sequence: i64,
    user: Option<u32>,
    item: Option<u32>,
    rating: Option<f64>,
    /// Checksum of the other columns; `None` if the row was written by a version without checksums.
    checksum: Option<i64>,
}

impl LogRow {
    fn from_change(change: &SingleChange) -> Self {
        let &SingleChange { sequence, user, item, rating } = change;
        let (sequence, user, item) = (sequence as i64, Some(user.0), Some(item.0));
        Self { sequence, user, item, rating, checksum: None }.with_checksum()
    }

    fn marker(sequence: i64) -> Self {
        Self { sequence, user: None, item: None, rating: None, checksum: None }.with_checksum()
    }

    fn computed_checksum(&self) -> i64 {
        Fields::default()
            .number(self.sequence)
            .optional(self.user.map(i64::from), Fields::number)
            .optional(self.item.map(i64::from), Fields::number)
            .optional(self.rating, Fields::real)
            .checksum()
    }

    fn with_checksum(self) -> Self {
        Self { checksum: Some(self.computed_checksum()), ..self }
    }

    /// Whether the row matches its checksum.
    pub(crate) fn is_sound(&self) -> bool {
        self.checksum.is_none_or(|stored| stored == self.computed_checksum())
    }

    fn checked(&self) -> Result<Self, Fault> {
        if self.is_sound() {
            return Ok(*self);
        }
        let found = format!("change {} does not match its checksum", self.sequence);
        Err(Fault::Damaged(found))
    }

    fn as_single(self) -> Option<SingleChange> {
        let (user, item) = (UserIdx(self.user?), ItemIdx(self.item?));
        Some(SingleChange { sequence: count(self.sequence), user, item, rating: self.rating })
    }
}

/// Reads the current sequence of the data set.
pub(crate) async fn current_sequence(connection: &mut Connection) -> Result<i64, Fault> {
    let sequence = sqlx::query_scalar("SELECT sequence FROM data_set");
    let found = sequence.fetch_optional(connection).await?;
    found.ok_or_else(|| Fault::Damaged("no row in data_set".to_owned()))
}

/// Appends single changes, which must be in order, and prunes the log to its maximum size.
pub(crate) async fn append(
    connection: &mut Connection,
    changes: &[SingleChange],
) -> Result<(), Fault> {
    let insert = BulkInsert {
        head: "INSERT INTO changes (sequence, user, item, rating, checksum) VALUES",
        row: "(?, ?, ?, ?, ?)".to_owned(),
        tail: "",
        rows: ROWS,
    };
    let rows = changes.iter().map(LogRow::from_change);
    insert
        .run(
            connection,
            rows,
            |values, row| {
                values.add(row.sequence)?;
                values.add(row.user)?;
                values.add(row.item)?;
                values.add(row.rating)?;
                values.add(row.checksum)
            },
            &mut |_| (),
        )
        .await?;
    match changes.last() {
        Some(last) => delete_up_to(connection, last.sequence as i64 - MAX_ROWS).await,
        None => Ok(()),
    }
}

/// Appends a marker: `sequence` is a change that cannot be followed.
pub(crate) async fn append_marker(connection: &mut Connection, sequence: i64) -> Result<(), Fault> {
    sqlx::query("INSERT INTO changes (sequence, checksum) VALUES (?, ?)")
        .bind(sequence)
        .bind(LogRow::marker(sequence).checksum)
        .execute(&mut *connection)
        .await?;
    delete_up_to(connection, sequence - MAX_ROWS).await
}

async fn delete_up_to(connection: &mut Connection, sequence: i64) -> Result<(), Fault> {
    let delete = sqlx::query("DELETE FROM changes WHERE sequence <= ?").bind(sequence);
    delete.execute(connection).await?;
    Ok(())
}

/// Deletes rows that are no longer needed: those older than every packed copy, every model of
/// neighbours, and the ratings of every unfinished job.
pub(crate) async fn trim(connection: &mut Connection) -> Result<(), Fault> {
    let needed = "SELECT min(oldest) FROM (SELECT min(sequence) AS oldest FROM snapshot_parts \
         UNION ALL SELECT min(sequence) FROM models WHERE kind = 'neighbours' \
         UNION ALL SELECT min(sequence) FROM jobs WHERE state IN ('queued', 'running'))";
    let oldest: Option<i64> = sqlx::query_scalar(needed).fetch_one(&mut *connection).await?;
    match oldest {
        Some(oldest) => delete_up_to(connection, oldest).await,
        None => Ok(()),
    }
}

/// Returns the single changes after `from`, up to `to`; `None` if any of them is missing or a
/// marker.
pub(crate) async fn between(
    connection: &mut Connection,
    from: i64,
    to: i64,
) -> Result<Option<Vec<SingleChange>>, Fault> {
    let Some(expected) = to.checked_sub(from).and_then(|count| usize::try_from(count).ok()) else {
        return Ok(None);
    };
    let query = sqlx::query(
        "SELECT sequence, user, item, rating, checksum FROM changes \
         WHERE sequence > ? AND sequence <= ? ORDER BY sequence",
    );
    let rows: Vec<LogRow> = fetch_many(connection, query.bind(from).bind(to)).await?;
    // Sequence numbers are unique, so the count shows whether any is missing.
    if rows.len() != expected {
        return Ok(None);
    }
    let singles = rows.into_iter().map(|row| Ok(row.checked()?.as_single()));
    singles.collect::<Result<Option<_>, Fault>>()
}

/// Removes the values of a user's ratings from the log. Readers that catch up see these ratings as
/// removed slightly too early.
pub(crate) async fn redact_user(connection: &mut Connection, user: UserIdx) -> Result<(), Fault> {
    let query =
        sqlx::query("SELECT sequence, user, item, rating, checksum FROM changes WHERE user = ?");
    let rows: Vec<LogRow> = fetch_many(connection, query.bind(user.0)).await?;
    for row in rows {
        let redacted = LogRow { rating: None, ..row }.with_checksum();
        // A damaged change cannot be followed in any case.
        write(connection, if row.is_sound() { redacted } else { LogRow::marker(row.sequence) })
            .await?;
    }
    Ok(())
}

/// Verifies the whole log, and returns the number of changes in it. `last` is the current sequence
/// of the data set.
pub(crate) async fn verify(connection: &mut Connection, last: i64) -> Result<u64, Fault> {
    let rows = all(connection).await?;
    rows.iter().try_for_each(|row| row.checked().map(|_| ()))?;
    let is_consecutive = rows.windows(2).all(|pair| pair[0].sequence + 1 == pair[1].sequence);
    // An empty log is valid: it has been pruned.
    if !is_consecutive || rows.last().is_some_and(|row| row.sequence != last) {
        return Err(Fault::Damaged("a log of changes with gaps".to_owned()));
    }
    Ok(rows.len() as u64)
}

/// Replaces damaged changes by markers.
pub(crate) async fn mark_damaged(connection: &mut Connection) -> Result<(), Fault> {
    let rows = all(connection).await?;
    for row in rows.iter().filter(|row| !row.is_sound()) {
        write(connection, LogRow::marker(row.sequence)).await?;
    }
    Ok(())
}

async fn all(connection: &mut Connection) -> Result<Vec<LogRow>, Fault> {
    let query = "SELECT sequence, user, item, rating, checksum FROM changes ORDER BY sequence";
    fetch_many(connection, sqlx::query(query)).await
}

/// Updates the row of the log with the same sequence number.
async fn write(connection: &mut Connection, row: LogRow) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE changes SET user = ?, item = ?, rating = ?, checksum = ? WHERE sequence = ?",
    )
    .bind(row.user)
    .bind(row.item)
    .bind(row.rating)
    .bind(row.checksum)
    .bind(row.sequence)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether all changes after `from`, up to `to`, are known single changes.
pub(crate) async fn is_followable(
    connection: &mut Connection,
    from: i64,
    to: i64,
) -> Result<bool, Fault> {
    let singles = "SELECT count(*) FROM changes \
                   WHERE sequence > ? AND sequence <= ? AND user IS NOT NULL";
    let query = sqlx::query_scalar(singles).bind(from).bind(to);
    let known: i64 = query.fetch_one(connection).await?;
    Ok(to.checked_sub(from) == Some(known))
}
