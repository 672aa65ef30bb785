//! A fit from beginning to end: computing under a lease, with checkpoints and signs of life.

mod compute;
mod watch;

use crate::error::StoreError;
use crate::jobs::{FitRequest, HeldJob, JobId, JobInfo, Orders};
use crate::models::{ModelId, NewModel, SaveProgress};
use crate::open::Store;
use compute::{Computed, Work};
use likemind::{Kernel, ModelParameters, Progress, RatingMatrix, Side};
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
    /// How long after a checkpoint the next is begun: what a crash may cost.
    pub checkpoint_every: Duration,
}

impl FitOptions {
    /// With the checkpoints that take no more than ten seconds of work from a crash.
    pub const CHECKPOINT_EVERY: Duration = Duration::from_secs(8);
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
    /// It holds the lease. `resumed` is how much of the work an earlier run has done.
    Began {
        /// The job.
        job: JobId,
        /// 0 to 1; `None` for a new job.
        resumed: Option<f64>,
    },
    /// Pairs are being compared.
    Comparing(Progress),
    /// The model is being saved.
    Saving(SaveProgress),
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
}

impl Store {
    /// Compares all pairs and makes the result the active model, or goes on with such a job that
    /// was left unfinished. The job works on the ratings as they were when it began; it holds the
    /// database's lease, saves a checkpoint every few seconds, and can be killed at any moment:
    /// the next fit with the same parameters goes on.
    ///
    /// Computes on threads of its own; its future must be polled all the while, since it gives the
    /// signs of life.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if another process works on a job, [`StoreError::NoRatings`] before the
    /// first import, [`StoreError::LeaseLost`] if this process was so long without a sign of life
    /// that another took over, and all that can go wrong with a file: then the job can go on later.
    pub async fn fit(
        &self,
        options: FitOptions,
        stop: &FitStop,
        tell: &mut (dyn FnMut(FitEvent) + Send),
    ) -> Result<FitEnd, StoreError> {
        let FitOptions { parameters, holder, .. } = options.clone();
        let held = self.begin_fit(&FitRequest { parameters, holder }).await?;
        let end = run(self, &held, options, stop, tell).await;
        // The first error is the one to tell. If this fails as well, the lease runs out.
        match &end {
            Err(StoreError::JobFailed { found, .. }) => drop(held.fail(found).await),
            Err(_) => drop(held.interrupted().await),
            Ok(_) => {}
        }
        end
    }
}

async fn run(
    store: &Store,
    held: &HeldJob,
    options: FitOptions,
    stop: &FitStop,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<FitEnd, StoreError> {
    let matrix = pinned_matrix(store, held).await?;
    let checkpoint = held.checkpoint().await?;
    let info = held.info();
    let resumed = checkpoint.as_ref().map(|_| info.work_done);
    tell(FitEvent::Began { job: info.id, resumed });
    let watch = Arc::new(Watch::default());
    let begun = Instant::now();
    let mut work = Work::start(matrix, options.clone(), checkpoint, Arc::clone(&watch));
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
            save(held, &options, computed, progress, seconds, stop, tell).await
        }
        Attended::Stopped(checkpoint) => {
            held.save_checkpoint(&checkpoint).await?;
            held.heartbeat(watch.progress(), begun.elapsed().as_secs_f64()).await?;
            interrupted(held).await
        }
        Attended::Cancelled => {
            held.cancelled().await?;
            Ok(FitEnd::Cancelled(info.id))
        }
    }
}

/// The ratings that the job was begun with.
async fn pinned_matrix(store: &Store, held: &HeldJob) -> Result<RatingMatrix, StoreError> {
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
    Err(StoreError::JobFailed { job: held.info().id, found })
}

async fn interrupted(held: &HeldJob) -> Result<FitEnd, StoreError> {
    let JobInfo { id, work_done, .. } = held.interrupted().await?;
    Ok(FitEnd::Interrupted { job: id, work_done })
}

/// How the computation ended.
enum Attended {
    Finished(Computed),
    Stopped(Vec<u8>),
    Cancelled,
}

/// Gives signs of life, tells progress and saves checkpoints while the threads compute.
async fn attend(
    held: &HeldJob,
    watch: &Watch,
    stop: &FitStop,
    (begun, checkpoint_every): (Instant, Duration),
    tell: &mut (dyn FnMut(FitEvent) + Send),
    work: &mut Work,
) -> Result<Attended, StoreError> {
    let (mut heartbeat, mut checkpoint) = (Instant::now(), Instant::now());
    let mut cancelled = false;
    loop {
        let look =
            tokio::time::timeout(LOOK.min(checkpoint_every), work.wait(held.info().id)).await;
        if let Some(progress) = watch.progress() {
            tell(FitEvent::Comparing(progress));
        }
        if let Ok(ended) = look {
            return Ok(match ended? {
                Ok(computed) => Attended::Finished(computed),
                Err(_) if cancelled => Attended::Cancelled,
                Err(checkpoint) => Attended::Stopped(checkpoint),
            });
        }
        if stop.is_asked() {
            watch.cancel();
        }
        if heartbeat.elapsed() >= HEARTBEAT.min(checkpoint_every) {
            heartbeat = Instant::now();
            let seconds = begun.elapsed().as_secs_f64();
            if held.heartbeat(watch.progress(), seconds).await? == Orders::Cancel {
                cancelled = true;
                watch.cancel();
            }
        }
        if let Some(made) = watch.take_checkpoint() {
            held.save_checkpoint(&compute::packed(made, held.info().id).await?).await?;
            checkpoint = Instant::now();
        } else if checkpoint.elapsed() >= checkpoint_every {
            watch.ask_for_checkpoint();
        }
    }
}

/// Saves the model, unless the fit is stopped first: then nothing of it is saved.
async fn save(
    held: &HeldJob,
    options: &FitOptions,
    computed: Computed,
    progress: Option<Progress>,
    seconds: f64,
    stop: &FitStop,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<FitEnd, StoreError> {
    let info = held.info();
    let Computed { index, digest, pairs } = &computed;
    let new = NewModel {
        parameters: &options.parameters,
        index,
        digest,
        data_digest: &info.data_digest,
        sequence: info.sequence,
        pairs: *pairs,
        seconds,
    };
    let mut saving = |progress| tell(FitEvent::Saving(progress));
    let model = tokio::select! {
        saved = held.finish(new, progress, &mut saving) => saved?,
        () = stop.asked() => return interrupted(held).await,
    };
    Ok(FitEnd::Done(Fitted {
        job: info.id,
        model,
        side: index.side(),
        rows: index.rows() as u64,
        pairs: *pairs,
        seconds,
        digest: computed.digest,
    }))
}
