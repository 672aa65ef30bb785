//! What an import will write, worked out and checked before anything is written.

use super::ImportBatch;
use super::incoming::Incoming;
use super::merge::{Merge, Merged};
use super::scale::Chosen;
use super::times::{Staying, contested};
use crate::data_set::DataSet;
use crate::digest::DataDigest;
use crate::error::ImportError;
use crate::ids::{AllIds, Counts};
use crate::rows;
use likemind::ids::IdError;
use likemind::{DenseIdx, Ids, ItemIdx, Rating, RatingMatrix};

/// What the database holds before an import.
pub(crate) struct Before {
    pub(crate) data_set: DataSet,
    pub(crate) ids: AllIds,
    /// `None` before the first import.
    pub(crate) matrix: Option<RatingMatrix>,
}

/// An import under the database's indices. Which of its ratings are newer than those that the
/// database has is still to be told.
pub(crate) struct Draft<'a> {
    batch: &'a ImportBatch<'a>,
    /// As it was.
    data_set: DataSet,
    chosen: Chosen,
    /// With those that came.
    ids: AllIds,
    /// How many users and items there were.
    known: Counts,
    item_of: Vec<ItemIdx>,
    incoming: Incoming<'a>,
    old: RatingMatrix,
}

impl<'a> Draft<'a> {
    /// An import after which the scale is `chosen`.
    pub(crate) fn new(
        before: Before,
        batch: &'a ImportBatch<'a>,
        chosen: Chosen,
    ) -> Result<Self, ImportError> {
        check_infos(batch)?;
        let Before { data_set, mut ids, matrix } = before;
        let known = ids.counts();
        let scale = chosen.0;
        let user_of = taken_in(&mut ids.users, batch.table.users())?;
        let item_of = taken_in(&mut ids.items, batch.table.items())?;
        let incoming = Incoming::new(batch.table, &user_of, &item_of, &scale)?;
        let old = matrix.map_or_else(|| rows::no_ratings(scale), Ok)?;
        Ok(Self { batch, data_set, chosen, ids, known, item_of, incoming, old })
    }

    pub(crate) fn batch(&self) -> &'a ImportBatch<'a> {
        self.batch
    }

    /// The incoming ratings whose times are to be held against the stored ones.
    pub(crate) fn contested(&self) -> Vec<Rating> {
        contested(self.batch.keep, &self.old, &self.incoming)
    }

    /// The plan, where `staying` says which old ratings stay.
    pub(crate) fn plan(self, staying: Staying) -> Result<Plan<'a>, ImportError> {
        let Self { batch, mut data_set, chosen, ids, known, item_of, incoming, old } = self;
        let scale_changes = data_set.scale.map(|(scale, _)| scale) != Some(chosen.0);
        // On another scale every rating has another code, so the digest starts anew.
        let (digest, counted) = match scale_changes {
            true => (DataDigest::default(), Counts::default()),
            false => (data_set.digest, known),
        };
        let (scale, ids_of, incoming_of) = (chosen.0, &ids, &incoming);
        let merge = Merge { old: &old, incoming: incoming_of, staying, scale, ids: ids_of, digest };
        let mut merged = merge.run()?;
        merged.digest.add_ids(&ids.users, counted.users);
        merged.digest.add_ids(&ids.items, counted.items);
        data_set.name = data_set.name.or_else(|| batch.name.map(str::to_owned));
        data_set.scale = Some(chosen);
        data_set.digest = merged.digest;
        Ok(Plan { batch, data_set, scale_changes, ids, known, item_of, incoming, merged })
    }
}

/// All that an import writes.
pub(crate) struct Plan<'a> {
    pub(crate) batch: &'a ImportBatch<'a>,
    /// As it was, but for the name, the scale and the digest.
    pub(crate) data_set: DataSet,
    pub(crate) scale_changes: bool,
    pub(crate) ids: AllIds,
    /// How many users and items there were.
    pub(crate) known: Counts,
    /// The database's index of each item of the table.
    pub(crate) item_of: Vec<ItemIdx>,
    pub(crate) incoming: Incoming<'a>,
    pub(crate) merged: Merged,
}

impl Plan<'_> {
    pub(crate) fn new_users(&self) -> usize {
        self.ids.users.len() - self.known.users
    }

    pub(crate) fn new_items(&self) -> usize {
        self.ids.items.len() - self.known.items
    }

    /// The number of this import's first change, if it makes one.
    pub(crate) fn next_sequence(&self) -> i64 {
        self.data_set.sequence + 1
    }

    /// How many ratings an item has, and their sum.
    pub(crate) fn totals(&self, item: ItemIdx) -> (i64, f64) {
        let ratings = self.merged.matrix.of_item(item);
        (ratings.len() as i64, ratings.map(|(_, rating)| rating).sum())
    }
}

fn check_infos(batch: &ImportBatch<'_>) -> Result<(), ImportError> {
    batch.catalogue.iter().try_for_each(|(item, info)| {
        let id = || batch.table.items().name(item).unwrap_or_default().to_owned();
        info.check().map_err(|error| ImportError::InfoTooLong { item: id(), error })
    })
}

/// Adds the ids that are new, and returns the index of each.
fn taken_in<I: DenseIdx>(known: &mut Ids<I>, ids: &Ids<I>) -> Result<Vec<I>, IdError> {
    ids.iter().map(|(_, id)| known.intern(id)).collect()
}
