//! Ratings of pairs that had one.

use super::Keep;
use super::write::{ROWS, bind_rating, rating_insert};
use crate::bulk::fetch_many;
use crate::error::Fault;
use crate::row_digests::{RatingRow, RowDigests};
use likemind::Rating;
use sqlx::{AssertSqlSafe, SqliteConnection};
use std::sync::Arc;

/// What an import does to rows that are there.
pub(super) struct Update {
    /// Finds, of some incoming ratings, the rows that these replace: as many are looked at as a
    /// statement holds.
    replaced: Arc<str>,
    /// Which of a full statement's rows are replaced.
    keep: Keep,
    sequence: i64,
}

impl Update {
    pub(super) fn new(keep: Keep, sequence: i64) -> Self {
        Self { replaced: Arc::from(replaced(keep, ROWS)), keep, sequence }
    }

    /// Gives the rows of `incoming`, ascending by user and item, another rating or time where that
    /// is the one to keep, and returns how many are others now. `done` is told how many were looked
    /// at.
    pub(super) async fn run(
        &self,
        connection: &mut SqliteConnection,
        mut incoming: impl Iterator<Item = Rating> + Send,
        digests: &mut RowDigests,
        done: &mut (dyn FnMut(u64) + Send),
    ) -> Result<u64, Fault> {
        let insert = rating_insert(
            self.sequence,
            "ON CONFLICT (user, item) DO UPDATE SET rating = excluded.rating, \
             timestamp = excluded.timestamp, sequence = excluded.sequence",
        );
        let (mut seen, mut changed) = (0, 0);
        loop {
            let part: Vec<Rating> = incoming.by_ref().take(ROWS).collect();
            if part.is_empty() {
                return Ok(changed);
            }
            seen += part.len() as u64;
            let former = self.replaced_by(connection, &part).await?;
            former.iter().for_each(|row| digests.remove(row));
            let now: Vec<Rating> = former.iter().filter_map(|row| of_pair(&part, row)).collect();
            now.iter().for_each(|&new| digests.add(&RatingRow::new(new, self.sequence)));
            changed += insert.run(connection, now.into_iter(), bind_rating, &mut |_| ()).await?;
            done(seen);
        }
    }

    /// The stored rows that ratings of `part` replace.
    async fn replaced_by(
        &self,
        connection: &mut SqliteConnection,
        part: &[Rating],
    ) -> Result<Vec<RatingRow>, Fault> {
        let full = part.len() == ROWS;
        let sql = if full {
            Arc::clone(&self.replaced)
        } else {
            Arc::from(replaced(self.keep, part.len()))
        };
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(full);
        for rating in part {
            query = query.bind(rating.user.0).bind(rating.item.0);
            query = query.bind(rating.rating).bind(rating.timestamp);
        }
        fetch_many(connection, query).await
    }
}

/// The statement that finds what `rows` incoming ratings replace.
fn replaced(keep: Keep, rows: usize) -> String {
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
    // CROSS has the few looked up among the many.
    format!(
        "WITH incoming (user, item, rating, timestamp) AS (VALUES {values}) \
         SELECT stored.user, stored.item, stored.rating, stored.timestamp, stored.sequence \
         FROM incoming CROSS JOIN ratings AS stored USING (user, item) WHERE {condition}"
    )
}

/// The rating of the row's pair in `part`, which is ascending by user and item.
fn of_pair(part: &[Rating], row: &RatingRow) -> Option<Rating> {
    let pair = |rating: &Rating| (rating.user.0, rating.item.0);
    let at = part.binary_search_by_key(&(row.user, row.item), pair).ok()?;
    part.get(at).copied()
}
