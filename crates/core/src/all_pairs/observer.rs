//! Who watches a long computation.

use super::checkpoint::Checkpoint;
use super::merged::MergedTiles;
use serde::Serialize;

/// How far a computation is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Progress {
    /// Tiles computed and merged.
    pub tiles_done: usize,
    /// Tiles in all.
    pub tiles: usize,
    /// Pairs in the tiles done.
    pub pairs_done: u64,
    /// Pairs in all.
    pub pairs: u64,
    /// How much of the expected time is over, 0 to 1: pairs of the first tiles take longer than those of
    /// the last.
    pub work_done: f64,
}

/// Watches a computation, and may end it. Called from the computing threads, so it should be quick.
pub trait Observer: Sync {
    /// Where the computation begins, then after every tile. Calls from several threads may arrive out of
    /// order.
    fn progress(&self, _progress: Progress) {}

    /// Whether to stop. Asked often, and before every tile.
    fn is_cancelled(&self) -> bool {
        false
    }

    /// Whether a checkpoint is due, and if so, which tiles those have that were saved before. Asked after
    /// every tile.
    fn checkpoint_due(&self) -> Option<MergedTiles> {
        None
    }

    /// A checkpoint that was due; `None` if going on from it would take longer than starting over. It is
    /// the computing thread's time that this takes.
    fn checkpoint(&self, _checkpoint: Option<Checkpoint>) {}
}

/// Watches nothing and never stops a computation.
pub struct Unobserved;

impl Observer for Unobserved {}

/// The observer ended the computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the computation was cancelled")]
pub struct Cancelled;
