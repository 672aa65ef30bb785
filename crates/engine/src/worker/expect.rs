//! Estimating the cost of a fit before it is started.

use super::{BeginError, Worker};
use crate::fit::{Expected, expect_in_pool};
use likemind_store::{JobError, ModelSpec};
use std::sync::atomic::Ordering;
use tokio::task::spawn_blocking;

impl Worker {
    /// Estimates the cost of a fit with these parameters, by reading the ratings and computing a few tiles
    /// on the threads of a fit for about half a second. One estimate runs at a time; others wait.
    ///
    /// # Errors
    /// [`BeginError::Busy`] if a fit is running here, which would distort the estimate,
    /// [`BeginError::Stopping`] after [`stop`](Self::stop), and those of reading the ratings.
    pub async fn expect(&self, parameters: impl Into<ModelSpec>) -> Result<Expected, BeginError> {
        let _alone = self.0.estimating.lock().await;
        if self.0.closed.load(Ordering::Relaxed) {
            return Err(BeginError::Stopping);
        }
        if let Some(running) = &*self.running() {
            return Err(BeginError::Busy { job: running.job });
        }
        let matrix = self.0.store.matrix().await.map_err(JobError::from)?;
        let options = (self.0.options)(parameters.into());
        let work = spawn_blocking(move || expect_in_pool(&matrix, &options));
        match work.await {
            Ok(expected) => expected.map_err(|found| BeginError::NotEstimated { found }),
            Err(panicked) => Err(BeginError::NotEstimated { found: panicked.to_string() }),
        }
    }
}
