//! Who watches a long computation.

use super::checkpoint::{Checkpoint, CheckpointError};
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
    /// the last, and computing similarities of a checkpoint again takes some too.
    pub work_done: f64,
}

/// Watches a computation, and may end it. Called from the computing threads, so it should be quick.
pub trait Observer: Sync {
    /// A tile is done, or some of what a checkpoint keeps is computed again. Calls from several threads may arrive out of order.
    fn progress(&self, _progress: Progress) {}

    /// Whether to stop. Asked often, and before every tile.
    fn is_cancelled(&self) -> bool {
        false
    }

    /// Whether a checkpoint is due. Asked after every tile; each `true` makes one, but where going on
    /// from it would take longer than starting over.
    fn checkpoint_due(&self) -> bool {
        false
    }

    /// A checkpoint that was due. It is the computing thread's time that this takes.
    fn checkpoint(&self, _checkpoint: Checkpoint) {}
}

/// Watches nothing and never stops a computation.
pub struct Unobserved;

impl Observer for Unobserved {}

/// Why a computation was not finished.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The observer ended it.
    #[error("the computation was cancelled")]
    Cancelled,
    /// The checkpoint that it goes on from is none of it, which shows when similarities are computed
    /// again.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}
