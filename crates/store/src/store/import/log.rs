//! How an import is logged: as single changes if that is useful, or as one marker that cannot be
//! followed.

use crate::changes::SingleChange;
use crate::count::count;
use crate::fault::Fault;
use crate::import::ImportMode;
use crate::import::merge::Outcome;
use crate::import::plan::Plan;
use crate::row_digests::{RatingRow, RowDigests};
use crate::sqlite::{Connection, changes, models, ratings};
use likemind::{DenseIdx, Rating};

/// Maximum number of changed ratings that are logged one by one; with more, fitting a model again
/// is as fast as updating it.
const MAX_SINGLE: usize = 10_000;

/// The sequence numbers of an import.
pub(super) enum Numbers {
    /// One for each change.
    Single(Vec<SingleChange>),
    /// One for the whole import.
    Marker(i64),
}

impl Numbers {
    /// Decides how `plan` is logged. If `plan` changes nothing, nothing is written.
    pub(super) async fn choose(
        connection: &mut Connection,
        plan: &Plan<'_>,
    ) -> Result<Self, Fault> {
        let next = plan.next_sequence();
        let marker = Self::Marker(next);
        if plan.scale_changes || plan.batch.mode == ImportMode::Replace {
            return Ok(marker);
        }
        if !models::any(connection).await? {
            return Ok(marker);
        }
        let Some(changed) = changed(plan) else { return Ok(marker) };
        let numbered = (count(next)..).zip(changed).map(|(sequence, rating)| SingleChange {
            sequence,
            user: rating.user,
            item: rating.item,
            rating: Some(rating.rating),
        });
        Ok(Self::Single(numbered.collect()))
    }

    /// Returns the sequence after the import.
    pub(super) fn last(&self) -> i64 {
        match self {
            Self::Single(changes) => changes.last().map_or(0, |last| last.sequence as i64),
            Self::Marker(sequence) => *sequence,
        }
    }

    /// Writes the log, and stores the individual sequence numbers of the ratings that changed.
    pub(super) async fn write(
        &self,
        connection: &mut Connection,
        digests: &mut RowDigests,
    ) -> Result<(), Fault> {
        let changes = match self {
            Self::Single(changes) => changes,
            Self::Marker(sequence) => {
                return changes::append_marker(connection, *sequence).await;
            }
        };
        changes::append(connection, changes).await?;
        for change in changes {
            set_sequence(connection, change, digests).await?;
        }
        Ok(())
    }
}

/// Stores the sequence number of a change in its rating.
async fn set_sequence(
    connection: &mut Connection,
    change: &SingleChange,
    digests: &mut RowDigests,
) -> Result<(), Fault> {
    let Some(row) = ratings::of_pair(connection, change.user, change.item).await? else {
        return Ok(());
    };
    let numbered = RatingRow { sequence: change.sequence as i64, ..row };
    digests.remove(&row);
    digests.add(&numbered);
    ratings::put(connection, &numbered).await
}

/// Returns the ratings whose values change, by user and item; `None` if they are too many or do not
/// cover all new users and items.
fn changed(plan: &Plan<'_>) -> Option<Vec<Rating>> {
    let tally = plan.merged.tally;
    if (tally.added + tally.updated) as usize > MAX_SINGLE {
        return None;
    }
    let with_outcome = |wanted: &'static [Outcome]| {
        let all = plan.incoming.iter().zip(&plan.merged.outcomes);
        all.filter(|(_, outcome)| wanted.contains(outcome)).map(|(rating, _)| rating)
    };
    let mut changed: Vec<Rating> = with_outcome(&[Outcome::New, Outcome::Updated]).collect();
    if changed.is_empty() {
        // If anything changes, it is times. Log one rating with its present value to stand for
        // them.
        changed.extend(with_outcome(&[Outcome::Unchanged]).next());
    }
    let new_users = count_new(plan.known.users, changed.iter().map(|rating| rating.user));
    let new_items = count_new(plan.known.items, changed.iter().map(|rating| rating.item));
    let is_complete = new_users == plan.new_users() && new_items == plan.new_items();
    (is_complete && !changed.is_empty()).then_some(changed)
}

/// Counts the distinct new ones in `indices`, that is, those not below `known`.
fn count_new<I: DenseIdx>(known: usize, indices: impl Iterator<Item = I>) -> usize {
    let mut new: Vec<I> = indices.filter(|index| index.at() >= known).collect();
    new.sort_unstable();
    new.dedup();
    new.len()
}
