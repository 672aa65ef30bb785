//! A fit from beginning to end: computing under a lease, with checkpoints and signs of life.

mod attend;
mod compute;
mod replay;
mod save;
mod watch;

use crate::error::JobError;
use crate::job::{FitRequest, JobId, JobInfo, JobState, Left};
use crate::model::{ModelId, SaveProgress};
use crate::store::Store;
use crate::store::held::HeldJob;
use attend::{Attended, attend, while_alive};
use compute::Work;
use likemind::all_pairs::Kernel;
use likemind::{ModelParameters, Progress, RatingMatrix, Reach, Side};
use replay::{Replayed, replay};
use save::{Finished, save};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch as channel;
use watch::Watch;

/// How often a fit looks around: tells its progress, and sees whether it is to stop.
const LOOK: Duration = Duration::from_millis(200);
/// How often it gives a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// What to compute, and how.
#[derive(Clone, Debug)]
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

    fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    async fn asked(&self) {
        // The sender lives as long as `self`.
        let _ = self.0.subscribe().wait_for(|&asked| asked).await;
    }
}

/// What happens in a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FitEvent {
    /// Another process writes, as an import does for long; the fit waits for its turn.
    Waiting,
    /// It holds the lease, and knows whether it goes on. Told again if that turns out to be wrong.
    Began {
        /// The job.
        job: JobId,
        /// Where it begins.
        start: FitStart,
    },
    /// Pairs are being compared.
    Comparing(Progress),
    /// Ratings that came meanwhile are being taken in, before the model becomes active.
    CatchingUp {
        /// How many rows of the side they are of.
        rows: usize,
    },
    /// The model is being saved.
    Saving(SaveProgress),
}

/// Where a run of a job begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FitStart {
    /// At its beginning.
    New,
    /// Where the last checkpoint of an earlier run was made.
    GoesOn {
        /// How much of the work is done, 0 to 1.
        work_done: f64,
    },
    /// At its beginning, though an earlier run left a checkpoint.
    Anew {
        /// Why that is not gone on with.
        why: StartOver,
    },
}

/// Why a job starts over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartOver {
    /// The checkpoint is of a version that computes in another way, or damaged.
    Unfit,
    /// Going on from it would take longer.
    Cheaper,
}

impl fmt::Display for StartOver {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Unfit => "its checkpoint is none of this version",
            Self::Cheaper => "that takes less time than to go on from its checkpoint",
        })
    }
}

/// How a fit ended that went as it should.
#[derive(Clone, Debug)]
pub enum FitEnd {
    /// With a model.
    Done(Fitted),
    /// It was stopped, and can go on.
    Interrupted {
        /// The job.
        job: JobId,
        /// How much of its work is done, 0 to 1.
        work_done: f64,
    },
    /// A person cancelled its job.
    Cancelled(JobId),
    /// It was stopped before another process that writes let it begin.
    NotBegun,
}

/// A model that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The job that made it.
    pub job: JobId,
    /// The model, active now.
    pub model: ModelId,
    /// Whose neighbours.
    pub side: Side,
    /// How many lists.
    pub rows: u64,
    /// How many pairs were compared.
    pub pairs: u64,
    /// How long that took, in all runs of the job together.
    pub seconds: f64,
    /// The digest of the lists.
    pub digest: String,
    /// How many of the lists are not empty, and if hardly any, why.
    pub reach: Reach,
    /// The older models that were deleted, oldest first.
    pub pruned: Vec<ModelId>,
}

impl Store {
    /// Compares all pairs and makes the result the active model, or goes on with such a job that
    /// was left unfinished. The job works on the ratings as they were when it began, and takes those
    /// that came since in before its model becomes active; it holds the database's lease, saves a
    /// checkpoint every few seconds, and can be killed at any moment: the next fit with the same
    /// parameters goes on. Waits for other processes that write, however long they do. Of the side's models
    /// it keeps [`FitOptions::keep_models`].
    ///
    /// Computes on threads of its own; its future must be polled all the while, since it gives the
    /// signs of life.
    ///
    /// # Errors
    /// [`JobError::Busy`] if another process works on a job, [`StoreError::NoRatings`] before the
    /// first import, [`JobError::LeaseLost`] if this process was so long without a sign of life
    /// that another took over, and all that can go wrong with a file: then the job can go on later.
    pub async fn fit(
        &self,
        options: FitOptions,
        stop: &FitStop,
        tell: &mut (dyn FnMut(FitEvent) + Send),
    ) -> Result<FitEnd, JobError> {
        self.fit_job(None, options, stop, tell).await
    }

    /// As [`fit`](Self::fit), going on with one unfinished job of these parameters, and with no other.
    ///
    /// # Errors
    /// As [`fit`](Self::fit); [`JobError::Over`] if the job is over, or cannot be gone on with.
    pub async fn go_on_with(
        &self,
        job: JobId,
        options: FitOptions,
        stop: &FitStop,
        tell: &mut (dyn FnMut(FitEvent) + Send),
    ) -> Result<FitEnd, JobError> {
        self.fit_job(Some(job), options, stop, tell).await
    }

    async fn fit_job(
        &self,
        go_on_with: Option<JobId>,
        options: FitOptions,
        stop: &FitStop,
        tell: &mut (dyn FnMut(FitEvent) + Send),
    ) -> Result<FitEnd, JobError> {
        let FitOptions { parameters, holder, .. } = options.clone();
        let request = FitRequest { parameters, holder, go_on_with };
        let Some(held) = self.begin_in_turn(&request, stop, tell).await? else {
            return Ok(FitEnd::NotBegun);
        };
        let end = match while_alive(&held, run(self, &held, options, stop, tell)).await {
            // Another process writes, for longer than this one waits to say that it stops. Whoever
            // comes next sees that it is gone.
            Err(error) if error.is_locked() && stop.is_asked() => {
                let (job, work_done) = (held.info().id, held.stands_at_share());
                Ok(FitEnd::Interrupted { job, work_done })
            }
            // Cancelled while this process was silent for long.
            Err(JobError::LeaseLost { job })
                if self.job(job).await?.state == JobState::Cancelled =>
            {
                Ok(FitEnd::Cancelled(job))
            }
            end => end,
        };
        // The first error is the one to tell. If this fails as well, the lease runs out.
        match &end {
            Err(JobError::Failed { found, .. }) => drop(held.fail(found).await),
            Err(_) => drop(held.interrupted(None).await),
            Ok(_) => {}
        }
        end
    }
}

impl Store {
    /// Begins a fit as soon as no other process writes; `None` if it is stopped first.
    async fn begin_in_turn(
        &self,
        request: &FitRequest,
        stop: &FitStop,
        tell: &mut (dyn FnMut(FitEvent) + Send),
    ) -> Result<Option<HeldJob>, JobError> {
        let mut is_told = false;
        loop {
            match self.begin_fit(request).await {
                Err(error) if error.is_locked() && stop.is_asked() => return Ok(None),
                Err(error) if error.is_locked() => {
                    if !is_told {
                        tell(FitEvent::Waiting);
                    }
                    is_told = true;
                }
                begun => return begun.map(Some),
            }
        }
    }
}

async fn run(
    store: &Store,
    held: &HeldJob,
    options: FitOptions,
    stop: &FitStop,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<FitEnd, JobError> {
    let matrix = pinned_matrix(store, held).await?;
    let info = held.info();
    let left = held.checkpoints().await?;
    let watch = Arc::new(Watch::new(options.rest));
    let begun = Instant::now();
    let mut work = Work::start(matrix, options.clone(), left, Arc::clone(&watch));
    let attended =
        attend(held, &watch, stop, (begun, options.checkpoint_every), tell, &mut work).await;
    // Whatever happened, the threads are waited for.
    if attended.is_err() {
        watch.cancel();
        work.wait(info.id).await.ok();
    }
    let seconds = info.seconds + begun.elapsed().as_secs_f64();
    match attended? {
        Attended::Finished(computed) => {
            let progress = watch.progress();
            let mut catching_up = |rows| tell(FitEvent::CatchingUp { rows });
            let at = (progress, begun);
            let jobs = (store, held);
            match replay(jobs, &options, computed, at, stop, &mut catching_up).await? {
                Replayed::Exact(computed, data) => {
                    let done = Finished { computed, data, progress, seconds };
                    save(held, &options, done, stop, tell).await
                }
                Replayed::Stopped => interrupted(held, None).await,
                Replayed::Cancelled => cancelled(held).await,
            }
        }
        Attended::Stopped(checkpoint) => {
            let seconds = begun.elapsed().as_secs_f64();
            let checkpoint = checkpoint.as_ref().map(|last| (last.number, &last.bytes[..]));
            let left = watch.progress().map(|progress| Left { progress, seconds, checkpoint });
            interrupted(held, left).await
        }
        Attended::Cancelled => cancelled(held).await,
    }
}

/// The ratings that the job was begun with.
async fn pinned_matrix(store: &Store, held: &HeldJob) -> Result<RatingMatrix, JobError> {
    let sequence = held.info().sequence;
    if let Some(matrix) = store.matrix_at(sequence).await? {
        return Ok(matrix);
    }
    // No packed copy leads there yet: reading the rows makes one.
    let matrix = store.matrix().await?;
    if store.sequence().await? == sequence {
        return Ok(matrix);
    }
    let found = "the ratings it was begun with are no longer kept".to_owned();
    held.fail(&found).await?;
    Err(JobError::Failed { job: held.info().id, found })
}

async fn interrupted(held: &HeldJob, left: Option<Left<'_>>) -> Result<FitEnd, JobError> {
    let JobInfo { id, work_done, state, .. } = held.interrupted(left).await?;
    Ok(match state {
        JobState::Cancelled => FitEnd::Cancelled(id),
        _ => FitEnd::Interrupted { job: id, work_done },
    })
}

async fn cancelled(held: &HeldJob) -> Result<FitEnd, JobError> {
    match held.cancelled().await {
        // That it was cancelled is in the database already.
        Err(error) if !error.is_locked() => return Err(error),
        _ => {}
    }
    Ok(FitEnd::Cancelled(held.info().id))
}
