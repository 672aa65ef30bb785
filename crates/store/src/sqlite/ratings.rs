//! The table of ratings.

use super::Connection;
use super::bulk::{BulkInsert, fetch_many};
use crate::count::count;
use crate::fault::Fault;
use crate::ids::Counts;
use crate::import::Keep;
use crate::import::times::Times;
use crate::ratings::TimedRating;
use crate::row_digests::{RatingRow, RowDigests, Rows};
use likemind::{ItemIdx, Rating, UserIdx};
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, FromRow, Row};
use std::sync::Arc;

/// Reads the rating of a pair.
pub(crate) async fn of_pair(
    connection: &mut Connection,
    user: UserIdx,
    item: ItemIdx,
) -> Result<Option<RatingRow>, Fault> {
    let query = "SELECT user, item, rating, timestamp, sequence FROM ratings \
                 WHERE user = ? AND item = ?";
    let query = sqlx::query_as(query).bind(user.0).bind(item.0);
    Ok(query.fetch_optional(connection).await?)
}

/// Inserts a rating or replaces that of its pair.
pub(crate) async fn put(connection: &mut Connection, row: &RatingRow) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO ratings (user, item, rating, timestamp, sequence) \
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (user, item) DO UPDATE SET \
         rating = excluded.rating, timestamp = excluded.timestamp, \
         sequence = excluded.sequence",
    )
    .bind(row.user)
    .bind(row.item)
    .bind(row.rating)
    .bind(row.timestamp)
    .bind(row.sequence)
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes the rating of a pair.
pub(crate) async fn remove(
    connection: &mut Connection,
    user: UserIdx,
    item: ItemIdx,
) -> Result<(), Fault> {
    let remove = sqlx::query("DELETE FROM ratings WHERE user = ? AND item = ?");
    remove.bind(user.0).bind(item.0).execute(connection).await?;
    Ok(())
}

/// Reads the ratings of a user, ordered by item.
pub(crate) async fn of_user(
    connection: &mut Connection,
    user: UserIdx,
) -> Result<Vec<RatingRow>, Fault> {
    let query = "SELECT user, item, rating, timestamp, sequence FROM ratings \
                 WHERE user = ? ORDER BY item";
    Ok(sqlx::query_as(query).bind(user.0).fetch_all(connection).await?)
}

/// Deletes the ratings of a user.
pub(crate) async fn remove_of_user(
    connection: &mut Connection,
    user: UserIdx,
) -> Result<(), Fault> {
    let remove = sqlx::query("DELETE FROM ratings WHERE user = ?").bind(user.0);
    remove.execute(connection).await?;
    Ok(())
}

/// Returns the number of ratings of a user, or 0 if there are at most `max` items: nobody can then
/// have more than `max` ratings, and counting takes time.
pub(crate) async fn count_of_user(
    connection: &mut Connection,
    user: UserIdx,
    max: usize,
) -> Result<u64, Fault> {
    let query = "SELECT iif((SELECT max(idx) FROM items) < ?2, 0, \
                 (SELECT count(*) FROM ratings WHERE user = ?1))";
    let query = sqlx::query_scalar(query).bind(user.0).bind(max as i64);
    Ok(count(query.fetch_one(connection).await?))
}

/// Returns at most `limit` ratings of a user after the first `offset`, newest first.
pub(crate) async fn newest_of(
    connection: &mut Connection,
    user: UserIdx,
    offset: usize,
    limit: usize,
) -> Result<Vec<TimedRating>, Fault> {
    let newest = "SELECT item, rating, timestamp FROM ratings WHERE user = ? \
                  ORDER BY timestamp DESC NULLS LAST, sequence DESC, item LIMIT ? OFFSET ?";
    let bounded = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let rows: Vec<(u32, f64, Option<i64>)> = sqlx::query_as(newest)
        .bind(user.0)
        .bind(bounded(limit))
        .bind(bounded(offset))
        .fetch_all(connection)
        .await?;
    let timed = |(item, rating, timestamp)| TimedRating { item: ItemIdx(item), rating, timestamp };
    Ok(rows.into_iter().map(timed).collect())
}

/// Number of rows that are fetched at once, which bounds the memory they take.
const PAGE: i64 = 20_000;

/// Passes every rating to `visit`, ordered by user and item, and checks the digest of all of them
/// against `expected`. Fails if a user or an item is not below the numbers in `known`. Returns the
/// digest.
pub(crate) async fn for_each(
    connection: &mut Connection,
    expected: &RowDigests,
    known: Counts,
    mut visit: impl FnMut(Rating) -> Result<(), Fault> + Send,
) -> Result<RowDigests, Fault> {
    let (mut last, mut digests) = ((-1_i64, -1_i64), RowDigests::empty());
    loop {
        let query = sqlx::query(
            "SELECT user, item, rating, timestamp, sequence FROM ratings \
             WHERE (user, item) > (?, ?) ORDER BY user, item LIMIT ?",
        )
        .bind(last.0)
        .bind(last.1)
        .bind(PAGE);
        let page: Vec<RatingRow> = fetch_many(connection, query).await?;
        let Some(end) = page.last() else {
            expected.check(Rows::Ratings, &digests)?;
            return Ok(digests);
        };
        last = (end.user.into(), end.item.into());
        for row in page {
            if row.user as usize >= known.users || row.item as usize >= known.items {
                let found = format!("a rating by user {} of item {}", row.user, row.item);
                return Err(Fault::Damaged(format!("{found}, not both of which exist")));
            }
            digests.add(&row);
            visit(row.rating())?;
        }
    }
}

/// Number of pairs per statement.
pub(crate) const PAIRS_PER_STATEMENT: usize = 500;

/// Returns the stored times of at most [`PAIRS_PER_STATEMENT`] pairs.
pub(crate) async fn times_of(
    connection: &mut Connection,
    pairs: &[Rating],
) -> Result<Times, Fault> {
    let values = vec!["(?, ?)"; pairs.len()].join(",");
    let sql = format!(
        "WITH wanted (user, item) AS (VALUES {values}) \
         SELECT user, item, timestamp FROM wanted JOIN ratings USING (user, item)"
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(pairs.len() == PAIRS_PER_STATEMENT);
    for &Rating { user: UserIdx(user), item: ItemIdx(item), .. } in pairs {
        query = query.bind(user).bind(item);
    }
    let rows: Vec<(u32, u32, Option<i64>)> = fetch_many(connection, query).await?;
    let pair = |user, item| (UserIdx(user), ItemIdx(item));
    Ok(rows.into_iter().map(|(user, item, time)| (pair(user, item), time)).collect())
}

/// A query for the rows that incoming ratings replace.
pub(crate) struct ReplacedQuery {
    /// The statement for [`ROWS`] incoming ratings.
    full: Arc<str>,
    keep: Keep,
}

impl ReplacedQuery {
    pub(crate) fn new(keep: Keep) -> Self {
        Self { full: Arc::from(replaced_sql(keep, ROWS)), keep }
    }

    /// Returns the stored rows that at most [`ROWS`] ratings replace.
    pub(crate) async fn fetch(
        &self,
        connection: &mut Connection,
        part: &[Rating],
    ) -> Result<Vec<RatingRow>, Fault> {
        let full = part.len() == ROWS;
        let sql = match full {
            true => Arc::clone(&self.full),
            false => Arc::from(replaced_sql(self.keep, part.len())),
        };
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(full);
        for rating in part {
            query = query.bind(rating.user.0).bind(rating.item.0);
            query = query.bind(rating.rating).bind(rating.timestamp);
        }
        fetch_many(connection, query).await
    }
}

/// Returns the statement that finds the rows that `rows` incoming ratings replace.
pub(crate) fn replaced_sql(keep: Keep, rows: usize) -> String {
    let values = vec!["(?, ?, ?, ?)"; rows].join(",");
    let condition = match keep {
        Keep::Newest => {
            "stored.rating IS NOT incoming.rating \
             OR incoming.timestamp > coalesce(stored.timestamp, -9223372036854775808)"
        }
        Keep::Existing | Keep::Incoming => {
            "stored.rating IS NOT incoming.rating OR stored.timestamp IS NOT incoming.timestamp"
        }
    };
    // CROSS JOIN makes SQLite look up the few incoming rows in the large table.
    format!(
        "WITH incoming (user, item, rating, timestamp) AS (VALUES {values}) \
         SELECT stored.user, stored.item, stored.rating, stored.timestamp, stored.sequence \
         FROM incoming CROSS JOIN ratings AS stored USING (user, item) WHERE {condition}"
    )
}

/// Inserts ratings of pairs that have none. `done` is called with the number of ratings inserted so
/// far. Returns the number inserted.
pub(crate) async fn insert(
    connection: &mut Connection,
    ratings: impl Iterator<Item = Rating> + Send,
    sequence: i64,
    done: &mut (dyn FnMut(u64) + Send),
) -> Result<u64, Fault> {
    // No pair can conflict, and omitting the conflict clause saves a third of the time.
    statement(sequence, "").run(connection, ratings, bind, done).await
}

/// Replaces ratings. Returns the number replaced.
pub(crate) async fn replace(
    connection: &mut Connection,
    ratings: Vec<Rating>,
    sequence: i64,
) -> Result<u64, Fault> {
    let statement = statement(
        sequence,
        "ON CONFLICT (user, item) DO UPDATE SET rating = excluded.rating, \
         timestamp = excluded.timestamp, sequence = excluded.sequence",
    );
    statement.run(connection, ratings.into_iter(), bind, &mut |_| ()).await
}

fn statement(sequence: i64, tail: &'static str) -> BulkInsert {
    BulkInsert {
        head: "INSERT INTO ratings (user, item, rating, timestamp, sequence) VALUES",
        // A literal, which saves binding a value for each of millions of rows.
        row: format!("(?, ?, ?, ?, {sequence})"),
        tail,
        rows: ROWS,
    }
}

fn bind(values: &mut SqliteArguments, rating: Rating) -> Result<(), BoxDynError> {
    values.add(rating.user.0)?;
    values.add(rating.item.0)?;
    values.add(rating.rating)?;
    values.add(rating.timestamp)
}

/// Number of rows per statement; more would not be faster.
pub(crate) const ROWS: usize = 500;

impl FromRow<'_, SqliteRow> for RatingRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            user: row.try_get("user")?,
            item: row.try_get("item")?,
            rating: row.try_get("rating")?,
            timestamp: row.try_get("timestamp")?,
            sequence: row.try_get("sequence")?,
        })
    }
}
