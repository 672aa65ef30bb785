//! Observers of a long computation.

use super::checkpoint::Checkpoint;
use super::merged::MergedTiles;
use serde::Serialize;

/// The progress of a computation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Progress {
    /// Number of tiles computed and merged.
    pub tiles_done: usize,
    /// Total number of tiles.
    pub tiles: usize,
    /// Number of pairs in the finished tiles.
    pub pairs_done: u64,
    /// Total number of pairs.
    pub pairs: u64,
    /// Finished fraction of the expected work, 0 to 1. Unlike the fraction of pairs, it takes into
    /// account that the pairs of the first tiles cost more than those of the last.
    pub work_done: f64,
}

/// Observes a computation and may cancel it. Methods are called on the computing threads, so they
/// should return quickly.
pub trait Observer: Sync {
    /// Called at the start of the computation and after every tile. Calls from different threads
    /// may arrive out of order.
    fn progress(&self, _progress: Progress) {}

    /// Whether to stop. Called before every tile.
    fn is_cancelled(&self) -> bool {
        false
    }

    /// Returns the tiles covered by previously saved checkpoints if a checkpoint is due, and `None`
    /// otherwise. Called after every tile.
    fn checkpoint_due(&self) -> Option<MergedTiles> {
        None
    }

    /// Receives a checkpoint that was due; `None` if resuming from it would take longer than
    /// starting over. Runs on a computing thread.
    fn checkpoint(&self, _checkpoint: Option<Checkpoint>) {}
}

/// An observer that ignores all progress and never stops a computation.
pub struct Unobserved;

impl Observer for Unobserved {}

/// The error returned when the observer cancels a computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the computation was cancelled")]
pub struct Cancelled;
