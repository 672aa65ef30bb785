//! Reading, cancelling and following jobs.

use super::{Frame, JobView, Jobs};
use likemind_store::{JobError, JobId, JobInfo, StoreError};
use std::sync::Arc;
use tokio::sync::watch;

impl Jobs {
    /// The current state of a job.
    pub(crate) async fn view(&self, id: JobId) -> Result<JobView, JobError> {
        let job = self.0.store.job(id).await?;
        self.settle(job.state).await;
        Ok(self.with_progress(job))
    }

    /// All jobs, newest first.
    pub(crate) async fn list(&self) -> Result<Vec<JobView>, StoreError> {
        let jobs = self.0.store.jobs().await?;
        if let Some(newest) = jobs.last() {
            self.settle(newest.state).await;
        }
        Ok(jobs.into_iter().rev().map(|info| self.with_progress(info)).collect())
    }

    /// Cancels a job. A running one ends within a second or two.
    pub(crate) async fn cancel(&self, id: JobId) -> Result<JobView, JobError> {
        Ok(self.with_progress(self.0.store.cancel_job(id).await?))
    }

    /// Follows a job as a sequence of frames, starting with its current state.
    ///
    /// # Errors
    /// Those of [`Store::job`](likemind_store::Store::job).
    pub(crate) async fn follow(&self, id: JobId) -> Result<watch::Receiver<Arc<Frame>>, JobError> {
        // A further listener needs no query.
        if let Some(frames) = self.0.channels.join(id) {
            return Ok(frames);
        }
        let first = self.view(id).await?;
        Ok(self.0.channels.subscribe(self, &first))
    }

    /// Adds the progress of a job that is running here, which the database gets only once a second.
    fn with_progress(&self, info: JobInfo) -> JobView {
        let now = self.worker().running_job(info.id);
        JobView::new(info, now)
    }
}
