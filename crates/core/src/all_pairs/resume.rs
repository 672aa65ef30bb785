//! Taking checkpoints of a computation, and resuming from them.

use super::checkpoint::{Checkpoint, CheckpointError};
use super::tile::TilePlan;
use super::{AllPairs, MergedTiles, costs};
use crate::csr::Csr;
use crate::ids::DenseIdx;
use crate::matrix::RatingMatrix;
use crate::neighbours::Neighbour;
use crate::parameters::ModelParameters;

impl<'a> AllPairs<'a> {
    /// Resumes the computation of all pairs of a matrix from its checkpoints: all that were taken,
    /// in order. [`run`](Self::run) then computes only the remaining tiles.
    ///
    /// # Errors
    /// Returns [`CheckpointError`] like [`resume_from`](Self::resume_from).
    pub fn resume(
        matrix: &'a RatingMatrix,
        parameters: ModelParameters,
        checkpoints: impl IntoIterator<Item = Checkpoint>,
    ) -> Result<Self, CheckpointError> {
        let mut checkpoints = checkpoints.into_iter();
        let start = Self::new(matrix, parameters);
        checkpoints.try_fold(start, |all_pairs, checkpoint| all_pairs.resume_from(&checkpoint))
    }

    /// Applies the next checkpoint of the same computation: one with the same ratings and
    /// parameters, taken by this version or by another with the same fingerprint.
    ///
    /// # Errors
    /// Returns [`CheckpointError`] if the checkpoint belongs to another computation, is not the
    /// next one, or is damaged. The computation must then be started over.
    pub fn resume_from(self, checkpoint: &Checkpoint) -> Result<Self, CheckpointError> {
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
        self.lists.offer_all(lists);
        let indices = (0..merged.0.len()).filter(|&index| merged.has(index));
        indices.for_each(|index| self.states.set_merged(index));
        Ok(self)
    }

    /// Takes a checkpoint of the tiles merged so far, without those already covered by the earlier
    /// checkpoints in `before`. Other threads may merge meanwhile: each of their tiles is either
    /// contained completely or not at all.
    pub fn checkpoint(&self, before: &MergedTiles) -> Checkpoint {
        // This must be read first: the neighbours of these tiles are already in the lists. A
        // neighbour that is then displaced by a concurrently merged tile will be displaced again
        // after a restart.
        let merged = self.merged();
        let is_new = |index: usize| merged.has(index) && !before.has(index);
        let positions = self.order.positions();
        // The capacity is an upper bound; growing step by step would copy the lists and take twice the memory.
        let mut lists = Csr::with_capacity(positions.len(), self.lists.neighbours());
        self.lists.for_each_band(|first, band| {
            let new = self.plan.blocks_with(first, is_new);
            let block = |new: &Neighbour| TilePlan::block(positions[new.index.at()]);
            for list in band {
                lists.push(list.neighbours().filter(|neighbour| new[block(neighbour)]));
            }
        });
        let before = MergedTiles((0..merged.0.len()).map(|index| before.has(index)).collect());
        Checkpoint { computation: self.fingerprint, before, merged, lists }
    }

    /// Whether resuming from checkpoints of the tiles merged so far is expected to take less time
    /// than computing these tiles again.
    pub fn is_worth_resuming(&self) -> bool {
        let merged = self.merged();
        let done = (0..).zip(self.tiles()).filter(|&(index, _)| merged.has(index));
        let work: f64 = done.map(|(_, tile)| self.work(tile).total()).sum();
        work > costs::restoring(self.lists.neighbours())
    }
}
