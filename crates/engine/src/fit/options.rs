//! How a fit computes, and how it is stopped.

use likemind::ModelParameters;
use likemind::all_pairs::Kernel;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch as channel;

/// What to compute, and how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FitOptions {
    /// What the model is made with.
    pub parameters: ModelParameters,
    /// How many threads compute; `None` for one a core.
    pub threads: Option<usize>,
    /// The kernel; `None` for the fastest of each tile.
    pub kernel: Option<Kernel>,
    /// Who computes: a name for people who find the database busy.
    pub holder: String,
    /// How long after a checkpoint the next is begun, at least; the first one after half of that. What a
    /// crash may cost.
    pub checkpoint_every: Duration,
    /// How long each thread rests after every tile, which leaves the processor to others; zero for not
    /// at all. A fit that is stopped while it rests ends at once.
    pub rest: Duration,
    /// How many models of the side are kept: the new one, the one that it takes the place of, and then
    /// the newest. At least the new one is.
    pub keep_models: usize,
}

impl FitOptions {
    /// The new model, the former, and one more to go back to.
    pub const KEEP_MODELS: usize = 3;
    /// A crash then takes two to four seconds. On 25 million ratings, the checkpoints take a twentieth of
    /// the time.
    pub const CHECKPOINT_EVERY: Duration = Duration::from_secs(2);

    /// A fit on all cores, without rests, by the fastest kernel of each tile. `holder` is who computes: a
    /// name for people who find the database busy.
    pub fn new(parameters: ModelParameters, holder: impl Into<String>) -> Self {
        Self {
            parameters,
            threads: None,
            kernel: None,
            holder: holder.into(),
            checkpoint_every: Self::CHECKPOINT_EVERY,
            rest: Duration::ZERO,
            keep_models: Self::KEEP_MODELS,
        }
    }

    /// With so many [`threads`](Self::threads).
    #[must_use]
    pub fn with_threads(self, threads: Option<usize>) -> Self {
        Self { threads, ..self }
    }

    /// With this [`kernel`](Self::kernel).
    #[must_use]
    pub fn with_kernel(self, kernel: Option<Kernel>) -> Self {
        Self { kernel, ..self }
    }

    /// With checkpoints [so often](Self::checkpoint_every).
    #[must_use]
    pub fn with_checkpoint_every(self, checkpoint_every: Duration) -> Self {
        Self { checkpoint_every, ..self }
    }

    /// With this [`rest`](Self::rest) after every tile.
    #[must_use]
    pub fn with_rest(self, rest: Duration) -> Self {
        Self { rest, ..self }
    }

    /// With so many models [kept](Self::keep_models).
    #[must_use]
    pub fn with_keep_models(self, keep_models: usize) -> Self {
        Self { keep_models, ..self }
    }
}

/// Stops a fit from outside, so that it can go on later. Clones stop the same fit.
#[derive(Clone, Debug)]
pub struct FitStop(Arc<channel::Sender<bool>>);

impl Default for FitStop {
    fn default() -> Self {
        Self(Arc::new(channel::Sender::new(false)))
    }
}

impl FitStop {
    /// Asks the fit to stop; it does within a second or two.
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
