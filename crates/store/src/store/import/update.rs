//! Ratings of pairs that had one.

use crate::fault::Fault;
use crate::import::Keep;
use crate::row_digests::{RatingRow, RowDigests};
use crate::sqlite::Connection;
use crate::sqlite::ratings::{self, ROWS, Replaced};
use likemind::Rating;

/// What an import does to rows that are there.
pub(super) struct Update {
    /// Which rows are replaced.
    pub(super) keep: Keep,
    pub(super) sequence: i64,
}

impl Update {
    /// Gives the rows of `incoming`, ascending by user and item, another rating or time where that
    /// is the one to keep, and returns how many are others now. `done` is told how many were looked
    /// at.
    pub(super) async fn run(
        &self,
        connection: &mut Connection,
        mut incoming: impl Iterator<Item = Rating> + Send,
        digests: &mut RowDigests,
        done: &mut (dyn FnMut(u64) + Send),
    ) -> Result<u64, Fault> {
        let replaced = Replaced::by(self.keep);
        let (mut seen, mut changed) = (0, 0);
        loop {
            let part: Vec<Rating> = incoming.by_ref().take(ROWS).collect();
            if part.is_empty() {
                return Ok(changed);
            }
            seen += part.len() as u64;
            let former = replaced.of(connection, &part).await?;
            former.iter().for_each(|row| digests.remove(row));
            let now: Vec<Rating> = former.iter().filter_map(|row| of_pair(&part, row)).collect();
            now.iter().for_each(|&new| digests.add(&RatingRow::new(new, self.sequence)));
            changed += ratings::replace(connection, now, self.sequence).await?;
            done(seen);
        }
    }
}

/// The rating of the row's pair in `part`, which is ascending by user and item.
pub(crate) fn of_pair(part: &[Rating], row: &RatingRow) -> Option<Rating> {
    let pair = |rating: &Rating| (rating.user.0, rating.item.0);
    let at = part.binary_search_by_key(&(row.user, row.item), pair).ok()?;
    part.get(at).copied()
}
