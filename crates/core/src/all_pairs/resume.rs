//! Saving what is done, and going on from it.

use super::checkpoint::{Checkpoint, CheckpointError};
use super::tile::TilePlan;
use super::{AllPairs, MergedTiles, costs};
use crate::csr::Csr;
use crate::ids::DenseIdx;
use crate::matrix::RatingMatrix;
use crate::neighbours::Neighbour;
use crate::parameters::ModelParameters;

impl<'a> AllPairs<'a> {
    /// The computation of all pairs of a matrix, with the tiles that its checkpoints have merged:
    /// `checkpoints` are all that were made, in their order. [`run`](Self::run) then computes the other
    /// tiles alone.
    ///
    /// # Errors
    /// [`CheckpointError`] as of [`go_on_from`](Self::go_on_from).
    pub fn resume(
        matrix: &'a RatingMatrix,
        parameters: ModelParameters,
        checkpoints: impl IntoIterator<Item = Checkpoint>,
    ) -> Result<Self, CheckpointError> {
        let mut checkpoints = checkpoints.into_iter();
        let begun = Self::new(matrix, parameters);
        checkpoints.try_fold(begun, |all_pairs, checkpoint| all_pairs.go_on_from(&checkpoint))
    }

    /// Takes in the next checkpoint of the same computation: with the same ratings and parameters, by
    /// this version or another one that computes the same.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is of another computation, not the next one, or damaged. The
    /// computation is then to be begun again.
    pub fn go_on_from(self, checkpoint: &Checkpoint) -> Result<Self, CheckpointError> {
        let Checkpoint { computation, before, merged, lists } = checkpoint;
        let so_far = self.merged();
        if *computation != self.fingerprint || merged.0.len() != so_far.0.len() {
            return Err(CheckpointError::OtherComputation);
        }
        if *before != so_far {
            let (merged, before) = (so_far.count(), before.count());
            return Err(CheckpointError::OutOfOrder { merged, before });
        }
        checkpoint.check(&self.order, &self.plan)?;
        self.lists.take_in(lists);
        let places = (0..merged.0.len()).filter(|&place| merged.has(place));
        places.for_each(|place| self.states.set_merged(place));
        Ok(self)
    }

    /// What a restart needs not to lose the tiles merged so far, besides checkpoints that have those
    /// of `before`. Other threads may merge meanwhile: their tiles are in it whole, or not at all.
    pub fn checkpoint(&self, before: &MergedTiles) -> Checkpoint {
        // First: these are in the lists by now. What a tile that comes meanwhile drives out of a list,
        // it drives out again.
        let merged = self.merged();
        let is_new = |place: usize| merged.has(place) && !before.has(place);
        let positions = self.order.positions();
        let mut lists = Csr::with_capacity(positions.len(), 0);
        self.lists.each_band_cut(|first, band| {
            let new = self.plan.blocks_with(first, is_new);
            let block = |new: &Neighbour| TilePlan::block(positions[new.index.at()]);
            for list in band {
                lists.push(list.neighbours().filter(|neighbour| new[block(neighbour)]));
            }
        });
        let before = MergedTiles((0..merged.0.len()).map(|place| before.has(place)).collect());
        Checkpoint { computation: self.fingerprint, before, merged, lists }
    }

    /// Whether going on from checkpoints of the tiles merged so far is expected to take less than
    /// computing these tiles once more.
    pub fn going_on_pays(&self) -> bool {
        let merged = self.merged();
        let done = (0..).zip(self.tiles()).filter(|&(place, _)| merged.has(place));
        let work: f64 = done.map(|(_, tile)| self.work(tile).total()).sum();
        work > costs::taking_in(self.lists.neighbours())
    }
}
