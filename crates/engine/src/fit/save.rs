//! The last step of a fit: saving the model and ending the job.

use super::compute::{Computed, ComputedLists};
use super::run::{Run, interrupted};
use super::{FitEnd, FitEvent, FitQuality, Fitted, POLL};
use likemind::{ModelParameters, Progress};
use likemind_store::{
    AnyNewModel, DataState, HeldJob, JobError, NewItemModel, NewModel, SaveProgress, Saved,
};

/// A finished computation.
pub(super) struct Finished {
    pub(super) computed: Computed,
    /// The state of the ratings that it is exact for.
    pub(super) data: DataState,
    /// Total time of all runs of the job.
    pub(super) seconds: f64,
}

impl Finished {
    /// The model to store. `parameters` are those of neighbours.
    fn new_model<'a>(&'a self, parameters: Option<&'a ModelParameters>) -> Option<AnyNewModel<'a>> {
        let (data_digest, sequence, seconds) =
            (&*self.data.digest, self.data.sequence, self.seconds);
        Some(match &self.computed {
            Computed::Neighbours(ComputedLists { index, digest, pairs, .. }) => {
                let (parameters, pairs) = (parameters?, *pairs);
                let new =
                    NewModel { parameters, index, digest, data_digest, sequence, pairs, seconds };
                new.into()
            }
            Computed::Items(learnt) => {
                let packed = &learnt.packed;
                NewItemModel { packed, data_digest, sequence, seconds }.into()
            }
        })
    }

    /// Number of lists (or items) and of pairs.
    fn counts(&self) -> (u64, u64) {
        match &self.computed {
            Computed::Neighbours(lists) => (lists.index.rows() as u64, lists.pairs),
            Computed::Items(learnt) => (learnt.items, learnt.pairs),
        }
    }

    fn digest(&self) -> &str {
        match &self.computed {
            Computed::Neighbours(lists) => &lists.digest,
            Computed::Items(learnt) => learnt.packed.digest(),
        }
    }

    fn quality(&self) -> FitQuality {
        match &self.computed {
            Computed::Neighbours(lists) => FitQuality::Neighbours(lists.reach),
            Computed::Items(learnt) => FitQuality::Items(learnt.quality),
        }
    }
}

impl Run<'_> {
    /// Saves the model, unless the fit is stopped first. Then nothing is saved, except if the
    /// transaction was committed at that very moment.
    pub(super) async fn save(
        &self,
        finished: Finished,
        tell: &mut (dyn FnMut(FitEvent) + Send),
    ) -> Result<FitEnd, JobError> {
        let Run { held, options, stop, .. } = self;
        let progress = self.watch.progress();
        let spec = options.parameters;
        let new = finished.new_model(spec.neighbours());
        let new = new.unwrap_or_else(|| unreachable!("lists are computed with parameters"));
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
        let ((rows, pairs), seconds) = (finished.counts(), finished.seconds);
        Ok(FitEnd::Done(Fitted {
            job,
            model,
            kind: spec.kind(),
            side: spec.side(),
            rows,
            pairs,
            seconds,
            digest: finished.digest().to_owned(),
            quality: finished.quality(),
            pruned,
        }))
    }
}

/// Saves the model, retrying while another process writes.
async fn finish(
    held: &HeldJob,
    new: AnyNewModel<'_>,
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
