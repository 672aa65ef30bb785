//! The last step of a fit: saving the model and ending the job.

use super::compute::Computed;
use super::run::{Run, interrupted};
use super::{FitEnd, FitEvent, Fitted, POLL};
use likemind::Progress;
use likemind_store::{DataState, HeldJob, JobError, NewModel, SaveProgress, Saved};

/// A finished computation.
pub(super) struct Finished {
    pub(super) computed: Computed,
    /// The state of the ratings that it is exact for.
    pub(super) data: DataState,
    /// Total time of all runs of the job.
    pub(super) seconds: f64,
}

impl Run<'_> {
    /// Saves the model, unless the fit is stopped first. Then nothing is saved, except if the
    /// transaction was committed at that very moment.
    pub(super) async fn save(
        &self,
        finished: Finished,
        tell: &mut (dyn FnMut(FitEvent) + Send),
    ) -> Result<FitEnd, JobError> {
        let Finished { computed, data, seconds } = finished;
        let Run { held, options, stop, .. } = self;
        let progress = self.watch.progress();
        let Computed { index, digest, pairs, reach } = computed;
        let new = NewModel {
            parameters: &options.parameters,
            index: &index,
            digest: &digest,
            data_digest: &data.digest,
            sequence: data.sequence,
            pairs,
            seconds,
        };
        let mut saving = |progress| tell(FitEvent::Saving(progress));
        let saved = tokio::select! {
            saved = finish(held, new, options.keep_models, progress, &mut saving) => saved,
            () = stop.asked() => match interrupted(held, None).await {
                // The transaction may have been committed before the future was dropped.
                Err(error)
                    if error.is_locked() || matches!(error, JobError::LeaseLost { .. }) =>
                {
                    match held.outcome().await {
                        Err(JobError::LeaseLost { .. }) => Err(error),
                        outcome => outcome,
                    }
                }
                end => return end,
            },
        };
        let job = held.info().id;
        let Saved { model, pruned } = match saved {
            Err(JobError::Ended { .. }) => return Ok(FitEnd::Cancelled(job)),
            saved => saved?,
        };
        let (side, rows) = (index.side(), index.rows() as u64);
        Ok(FitEnd::Done(Fitted { job, model, side, rows, pairs, seconds, digest, reach, pruned }))
    }
}

/// Saves the model, retrying while another process writes.
async fn finish(
    held: &HeldJob,
    new: NewModel<'_>,
    keep: usize,
    progress: Option<Progress>,
    saving: &mut (dyn FnMut(SaveProgress) + Send),
) -> Result<Saved, JobError> {
    loop {
        match held.finish(new, keep, progress, saving).await {
            Err(error) if error.is_locked() => tokio::time::sleep(POLL).await,
            saved => return saved,
        }
    }
}
