//! The log of single changes, by which who is behind catches up.
//!
//! Every sequence number that was ever given had one row here: a rating that was set or removed, or
//! a marker. Rows go from the old end alone, so a number whose row is missing tells that the log
//! does not reach that far back, and needs no entry of its own.

use super::Connection;
use super::bulk::{BulkInsert, fetch_many};
use crate::changes::SingleChange;
use crate::count::count;
use crate::fault::Fault;
use crate::row_digests::Fields;
use likemind::{ItemIdx, UserIdx};
use sqlx::{Arguments, FromRow};

/// The most rows that the log keeps; models that are further behind must be made anew.
const MOST_ROWS: i64 = 1_000_000;

/// Rows a statement.
const ROWS: usize = 500;

/// A row of the log, user and item being absent in a marker.
#[derive(Clone, Copy, FromRow)]
pub(crate) struct LogRow {
    sequence: i64,
    user: Option<u32>,
    item: Option<u32>,
    rating: Option<f64>,
    /// Of the other columns; `None` of a version that kept none.
    checksum: Option<i64>,
}

impl LogRow {
    fn single(change: &SingleChange) -> Self {
        let &SingleChange { sequence, user, item, rating } = change;
        let (sequence, user, item) = (sequence as i64, Some(user.0), Some(item.0));
        Self { sequence, user, item, rating, checksum: None }.sealed()
    }

    fn marker(sequence: i64) -> Self {
        Self { sequence, user: None, item: None, rating: None, checksum: None }.sealed()
    }

    fn sum(&self) -> i64 {
        Fields::default()
            .number(self.sequence)
            .optional(self.user.map(i64::from), Fields::number)
            .optional(self.item.map(i64::from), Fields::number)
            .optional(self.rating, Fields::real)
            .checksum()
    }

    fn sealed(self) -> Self {
        Self { checksum: Some(self.sum()), ..self }
    }

    /// Whether it is as it was written.
    pub(crate) fn is_sound(&self) -> bool {
        self.checksum.is_none_or(|kept| kept == self.sum())
    }

    fn checked(&self) -> Result<Self, Fault> {
        if self.is_sound() {
            return Ok(*self);
        }
        let found = format!("change {} without its checksum", self.sequence);
        Err(Fault::Damaged(found))
    }

    fn as_single(self) -> Option<SingleChange> {
        let (user, item) = (UserIdx(self.user?), ItemIdx(self.item?));
        Some(SingleChange { sequence: count(self.sequence), user, item, rating: self.rating })
    }
}

/// The data set's sequence.
pub(crate) async fn current(connection: &mut Connection) -> Result<i64, Fault> {
    let sequence = sqlx::query_scalar("SELECT sequence FROM data_set");
    let found = sequence.fetch_optional(connection).await?;
    found.ok_or_else(|| Fault::Damaged("no row in data_set".to_owned()))
}

/// Appends single changes in their order, and keeps the log to its size.
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
    let rows = changes.iter().map(LogRow::single);
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
        Some(last) => remove_up_to(connection, last.sequence as i64 - MOST_ROWS).await,
        None => Ok(()),
    }
}

/// Marks `sequence` as a change that cannot be followed.
pub(crate) async fn append_marker(connection: &mut Connection, sequence: i64) -> Result<(), Fault> {
    sqlx::query("INSERT INTO changes (sequence, checksum) VALUES (?, ?)")
        .bind(sequence)
        .bind(LogRow::marker(sequence).checksum)
        .execute(&mut *connection)
        .await?;
    remove_up_to(connection, sequence - MOST_ROWS).await
}

async fn remove_up_to(connection: &mut Connection, sequence: i64) -> Result<(), Fault> {
    let remove = sqlx::query("DELETE FROM changes WHERE sequence <= ?").bind(sequence);
    remove.execute(connection).await?;
    Ok(())
}

/// Removes what nobody will ask for: rows older than every packed copy, every model, and the
/// ratings of every job that is not over.
pub(crate) async fn trim(connection: &mut Connection) -> Result<(), Fault> {
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
    // Numbers are whole and unique: as many as there can be are all of them.
    if rows.len() != expected {
        return Ok(None);
    }
    let singles = rows.into_iter().map(|row| Ok(row.checked()?.as_single()));
    singles.collect::<Result<Option<_>, Fault>>()
}

/// Takes the values of a person's ratings out of the log. Whoever follows it finds them removed a
/// little early.
pub(crate) async fn blank(connection: &mut Connection, user: UserIdx) -> Result<(), Fault> {
    let query =
        sqlx::query("SELECT sequence, user, item, rating, checksum FROM changes WHERE user = ?");
    let rows: Vec<LogRow> = fetch_many(connection, query.bind(user.0)).await?;
    for row in rows {
        let blank = LogRow { rating: None, ..row }.sealed();
        // What is damaged cannot be followed in any case.
        write(connection, if row.is_sound() { blank } else { LogRow::marker(row.sequence) })
            .await?;
    }
    Ok(())
}

/// Looks at the whole log, and returns how many changes it has. `last` is the data set's sequence.
pub(crate) async fn verify(connection: &mut Connection, last: i64) -> Result<u64, Fault> {
    let rows = all(connection).await?;
    rows.iter().try_for_each(|row| row.checked().map(|_| ()))?;
    let steps = rows.windows(2).all(|pair| pair[0].sequence + 1 == pair[1].sequence);
    // An empty log is one that nobody asks for.
    if !steps || rows.last().is_some_and(|row| row.sequence != last) {
        return Err(Fault::Damaged("a log of changes with some missing".to_owned()));
    }
    Ok(rows.len() as u64)
}

/// Makes markers of the changes that are not as they were written.
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

/// Writes a row of the log in place of the one of its number.
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

/// Whether every change after `from`, up to `to`, is known by itself.
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
