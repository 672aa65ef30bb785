//! Jobs as whoever asks sees them.

use super::{Frame, JobView, Jobs};
use likemind_store::{JobError, JobId, JobInfo, StoreError};
use std::sync::Arc;
use tokio::sync::watch;

impl Jobs {
    /// A job as it is now.
    pub(crate) async fn view(&self, id: JobId) -> Result<JobView, JobError> {
        let job = self.0.store.job(id).await?;
        self.settle(job.state).await;
        Ok(self.seen(job))
    }

    /// All jobs, newest first.
    pub(crate) async fn list(&self) -> Result<Vec<JobView>, StoreError> {
        let jobs = self.0.store.jobs().await?;
        if let Some(newest) = jobs.last() {
            self.settle(newest.state).await;
        }
        Ok(jobs.into_iter().rev().map(|info| self.seen(info)).collect())
    }

    /// Ends a job; one that is running ends within a second or two.
    pub(crate) async fn cancel(&self, id: JobId) -> Result<JobView, JobError> {
        Ok(self.seen(self.0.store.cancel_job(id).await?))
    }

    /// What the job is doing from now on: frames, the present one first.
    ///
    /// # Errors
    /// As [`Store::job`].
    pub(crate) async fn follow(&self, id: JobId) -> Result<watch::Receiver<Arc<Frame>>, JobError> {
        // Who comes where others listen already costs nothing but a place.
        if let Some(frames) = self.0.channels.join(id) {
            return Ok(frames);
        }
        let first = self.view(id).await?;
        Ok(self.0.channels.subscribe(self, &first))
    }

    /// With how far it is if it runs here: the database is told once a second.
    fn seen(&self, info: JobInfo) -> JobView {
        let now = self.worker().running_job(info.id);
        JobView::new(info, now)
    }
}
