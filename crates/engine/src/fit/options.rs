//! Options of a fit, and stopping it.

use likemind::all_pairs::Kernel;
use likemind_store::ModelSpec;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch as channel;

/// Options of a fit.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FitOptions {
    /// The kind and the parameters of the model.
    pub parameters: ModelSpec,
    /// Number of computing threads; `None` for one per core.
    pub threads: Option<usize>,
    /// The kernel that compares neighbours; `None` for the fastest one for each tile.
    pub kernel: Option<Kernel>,
    /// Name of the computing process, shown to people who find the database busy.
    pub holder: String,
    /// Minimum interval between checkpoints, which bounds the work that a crash can lose. The first one
    /// is taken after half of it. Only neighbours have checkpoints.
    pub checkpoint_every: Duration,
    /// Pause of each thread after every tile (or about a hundredth of a step), to leave processor time to others; zero for no pause. A fit
    /// that is stopped during a pause ends immediately.
    pub rest: Duration,
    /// Number of models of the kind and side to keep: the new one, the one that it replaces, and then the most
    /// recent ones. The new one is always kept.
    pub keep_models: usize,
}

impl FitOptions {
    /// Default of [`keep_models`](Self::keep_models): the new model, the previous one, and one more for
    /// rollback.
    pub const KEEP_MODELS: usize = 3;
    /// Default of [`checkpoint_every`](Self::checkpoint_every). A crash then costs two to four seconds. With
    /// 25 million ratings, checkpoints take a twentieth of the time.
    pub const CHECKPOINT_EVERY: Duration = Duration::from_secs(2);

    /// Options of a fit on all cores, without pauses, with the fastest kernel for each tile.
    pub fn new(parameters: impl Into<ModelSpec>, holder: impl Into<String>) -> Self {
        Self {
            parameters: parameters.into(),
            threads: None,
            kernel: None,
            holder: holder.into(),
            checkpoint_every: Self::CHECKPOINT_EVERY,
            rest: Duration::ZERO,
            keep_models: Self::KEEP_MODELS,
        }
    }

    /// Sets [`threads`](Self::threads).
    #[must_use]
    pub fn with_threads(self, threads: Option<usize>) -> Self {
        Self { threads, ..self }
    }

    /// Sets [`kernel`](Self::kernel).
    #[must_use]
    pub fn with_kernel(self, kernel: Option<Kernel>) -> Self {
        Self { kernel, ..self }
    }

    /// Sets [`checkpoint_every`](Self::checkpoint_every).
    #[must_use]
    pub fn with_checkpoint_every(self, checkpoint_every: Duration) -> Self {
        Self { checkpoint_every, ..self }
    }

    /// Sets [`rest`](Self::rest).
    #[must_use]
    pub fn with_rest(self, rest: Duration) -> Self {
        Self { rest, ..self }
    }

    /// Sets [`keep_models`](Self::keep_models).
    #[must_use]
    pub fn with_keep_models(self, keep_models: usize) -> Self {
        Self { keep_models, ..self }
    }
}

/// A handle that stops a fit, which can be resumed later. Clones stop the same fit.
#[derive(Clone, Debug)]
pub struct FitStop(Arc<channel::Sender<bool>>);

impl Default for FitStop {
    fn default() -> Self {
        Self(Arc::new(channel::Sender::new(false)))
    }
}

impl FitStop {
    /// Requests the fit to stop, which it does within a second or two.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    pub(super) fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    pub(super) async fn asked(&self) {
        // The sender lives as long as `self`.
        let _ = self.0.subscribe().wait_for(|&asked| asked).await;
    }
}
