//! How an import stands in the log of changes: change by change where that helps someone, or as one
//! that cannot be followed.

use crate::changes::SingleChange;
use crate::count::count;
use crate::fault::Fault;
use crate::import::ImportMode;
use crate::import::merge::Novelty;
use crate::import::plan::Plan;
use crate::row_digests::{RatingRow, RowDigests};
use crate::sqlite::{Connection, changes, models, ratings};
use likemind::{DenseIdx, Rating};

/// The most ratings that an import may change for its changes to be followed: a model is as soon
/// made anew as brought up to date with more.
const MOST_SINGLE: usize = 10_000;

/// The sequence numbers of an import.
pub(super) enum Numbers {
    /// One for each change.
    Single(Vec<SingleChange>),
    /// One for the whole.
    Marker(i64),
}

impl Numbers {
    /// Chooses. `plan` may turn out to change nothing: then there is nothing to write.
    pub(super) async fn choose(
        connection: &mut Connection,
        plan: &Plan<'_>,
    ) -> Result<Self, Fault> {
        let next = plan.next_sequence();
        let marker = Self::Marker(next);
        if plan.scale_changes || plan.batch.mode == ImportMode::Replace {
            return Ok(marker);
        }
        if !models::exist(connection).await? {
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

    /// The sequence after the import.
    pub(super) fn last(&self) -> i64 {
        match self {
            Self::Single(changes) => changes.last().map_or(0, |last| last.sequence as i64),
            Self::Marker(sequence) => *sequence,
        }
    }

    /// Writes the log, and gives the ratings that changed their own numbers.
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
            number(connection, change, digests).await?;
        }
        Ok(())
    }
}

/// Gives the rating of a change its number.
async fn number(
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

/// The ratings that take another value, by user and item; `None` if they are too many, or do not
/// tell all that is new.
fn changed(plan: &Plan<'_>) -> Option<Vec<Rating>> {
    let tally = plan.merged.tally;
    if (tally.added + tally.updated) as usize > MOST_SINGLE {
        return None;
    }
    let those = |wanted: &'static [Novelty]| {
        let all = plan.incoming.iter().zip(&plan.merged.novelty);
        all.filter(|(_, novelty)| wanted.contains(novelty)).map(|(rating, _)| rating)
    };
    let mut changed: Vec<Rating> = those(&[Novelty::New, Novelty::Updated]).collect();
    if changed.is_empty() {
        // If anything changes it is times: the change of one rating to what it is tells of them.
        changed.extend(those(&[Novelty::Unchanged]).next());
    }
    let new_users = occurring(plan.known.users, changed.iter().map(|rating| rating.user));
    let new_items = occurring(plan.known.items, changed.iter().map(|rating| rating.item));
    let all_told = new_users == plan.new_users() && new_items == plan.new_items();
    (all_told && !changed.is_empty()).then_some(changed)
}

/// How many different ones of `indices` are new, of which there were `known`.
fn occurring<I: DenseIdx>(known: usize, indices: impl Iterator<Item = I>) -> usize {
    let mut new: Vec<I> = indices.filter(|index| index.at() >= known).collect();
    new.sort_unstable();
    new.dedup();
    new.len()
}
