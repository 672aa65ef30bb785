//! Updating existing ratings.

use crate::fault::Fault;
use crate::import::Keep;
use crate::row_digests::{RatingRow, RowDigests};
use crate::sqlite::Connection;
use crate::sqlite::ratings::{self, ROWS, ReplacedQuery};
use likemind::Rating;

/// An update of existing rows by an import.
pub(super) struct Update {
    /// Which rows are replaced.
    pub(super) keep: Keep,
    pub(super) sequence: i64,
}

impl Update {
    /// Replaces the stored ratings that `incoming` (ascending by user and item) supersedes, and
    /// returns the number of changed rows. `done` is called with the number of ratings processed.
    pub(super) async fn run(
        &self,
        connection: &mut Connection,
        mut incoming: impl Iterator<Item = Rating> + Send,
        digests: &mut RowDigests,
        done: &mut (dyn FnMut(u64) + Send),
    ) -> Result<u64, Fault> {
        let query = ReplacedQuery::new(self.keep);
        let (mut processed, mut changed) = (0, 0);
        loop {
            let part: Vec<Rating> = incoming.by_ref().take(ROWS).collect();
            if part.is_empty() {
                return Ok(changed);
            }
            processed += part.len() as u64;
            let former = query.fetch(connection, &part).await?;
            former.iter().for_each(|row| digests.remove(row));
            let now: Vec<Rating> = former.iter().filter_map(|row| same_pair(&part, row)).collect();
            now.iter().for_each(|&new| digests.add(&RatingRow::new(new, self.sequence)));
            changed += ratings::replace(connection, now, self.sequence).await?;
            done(processed);
        }
    }
}

/// Returns the rating in `part` (ascending by user and item) of the same user and item as `row`.
pub(crate) fn same_pair(part: &[Rating], row: &RatingRow) -> Option<Rating> {
    let pair = |rating: &Rating| (rating.user.0, rating.item.0);
    let at = part.binary_search_by_key(&(row.user, row.item), pair).ok()?;
    part.get(at).copied()
}
