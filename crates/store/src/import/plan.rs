//! Computing and checking what an import will write, before anything is written.

use super::ImportBatch;
use super::incoming::Incoming;
use super::merge::{Merge, Merged};
use super::scale::ChosenScale;
use super::times::{KeptRatings, contested};
use crate::data_set::DataSet;
use crate::digest::DataDigest;
use crate::error::ImportError;
use crate::ids::{AllIds, Counts};
use crate::rows;
use likemind::ids::IdError;
use likemind::{DenseIdx, Ids, ItemIdx, Rating, RatingMatrix};

/// The content of the database before an import.
pub(crate) struct CurrentState {
    pub(crate) data_set: DataSet,
    pub(crate) ids: AllIds,
    /// `None` before the first import.
    pub(crate) matrix: Option<RatingMatrix>,
}

/// An import by the indices of the database, before it is known which ratings are newer than those
/// in the database.
pub(crate) struct Draft<'a> {
    batch: &'a ImportBatch<'a>,
    /// The data set before the import.
    data_set: DataSet,
    chosen: ChosenScale,
    /// The ids, including those of the import.
    ids: AllIds,
    /// The numbers of users and items before the import.
    known: Counts,
    item_of: Vec<ItemIdx>,
    incoming: Incoming<'a>,
    old: RatingMatrix,
}

impl<'a> Draft<'a> {
    /// Creates the draft of an import after which the scale is `chosen`.
    pub(crate) fn new(
        current: CurrentState,
        batch: &'a ImportBatch<'a>,
        chosen: ChosenScale,
    ) -> Result<Self, ImportError> {
        check_infos(batch)?;
        let CurrentState { data_set, mut ids, matrix } = current;
        let known = ids.counts();
        let scale = chosen.0;
        let user_of = intern_all(&mut ids.users, batch.table.users())?;
        let item_of = intern_all(&mut ids.items, batch.table.items())?;
        let incoming = Incoming::new(batch.table, &user_of, &item_of, &scale)?;
        let old = matrix.map_or_else(|| rows::empty_matrix(scale), Ok)?;
        Ok(Self { batch, data_set, chosen, ids, known, item_of, incoming, old })
    }

    pub(crate) fn batch(&self) -> &'a ImportBatch<'a> {
        self.batch
    }

    /// Returns the incoming ratings whose times must be compared with the stored ones.
    pub(crate) fn contested(&self) -> Vec<Rating> {
        contested(self.batch.keep, &self.old, &self.incoming)
    }

    /// Completes the plan; `kept` specifies which old ratings are kept.
    pub(crate) fn plan(self, kept: KeptRatings) -> Result<Plan<'a>, ImportError> {
        let Self { batch, mut data_set, chosen, ids, known, item_of, incoming, old } = self;
        let scale_changes = data_set.scale.map(|(scale, _)| scale) != Some(chosen.0);
        // On another scale every rating has another code, so the digest must be computed again.
        let (digest, counted) = match scale_changes {
            true => (DataDigest::default(), Counts::default()),
            false => (data_set.digest, known),
        };
        let (scale, ids_of, incoming_of) = (chosen.0, &ids, &incoming);
        let merge = Merge {
            old: &old,
            incoming: incoming_of,
            kept_ratings: kept,
            scale,
            ids: ids_of,
            digest,
        };
        let mut merged = merge.run()?;
        merged.digest.add_ids(&ids.users, counted.users);
        merged.digest.add_ids(&ids.items, counted.items);
        data_set.name = data_set.name.or_else(|| batch.name.map(str::to_owned));
        data_set.scale = Some(chosen);
        data_set.digest = merged.digest;
        Ok(Plan { batch, data_set, scale_changes, ids, known, item_of, incoming, merged })
    }
}

/// Everything that an import writes.
pub(crate) struct Plan<'a> {
    pub(crate) batch: &'a ImportBatch<'a>,
    /// The data set before the import, but with the new name, scale and digest.
    pub(crate) data_set: DataSet,
    pub(crate) scale_changes: bool,
    pub(crate) ids: AllIds,
    /// The numbers of users and items before the import.
    pub(crate) known: Counts,
    /// The index in the database of each item of the table.
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

    /// Returns the sequence number of the first change of this import.
    pub(crate) fn next_sequence(&self) -> i64 {
        self.data_set.sequence + 1
    }

    /// Returns the number of ratings of an item, and their sum.
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

/// Adds new ids, and returns the index of each id.
fn intern_all<I: DenseIdx>(known: &mut Ids<I>, ids: &Ids<I>) -> Result<Vec<I>, IdError> {
    ids.iter().map(|(_, id)| known.intern(id)).collect()
}
