//! A fit from beginning to end: computing under a lease, with checkpoints and signs of life.

mod attend;
mod compute;
mod event;
mod expect;
mod options;
mod replay;
mod run;
mod save;
mod watch;

pub use event::{FitEnd, FitEvent, FitStart, Fitted, StartOver};
pub use expect::{Expected, expect};
pub use options::{FitOptions, FitStop};

use attend::{Attended, while_alive};
use compute::{Computed, Work};
use likemind::RatingMatrix;
use likemind_store::{FitRequest, HeldJob, JobError, JobId, JobState, Left, Store};
use replay::Replayed;
use run::{Run, cancelled, interrupted};
use save::Finished;
use std::sync::Arc;
use std::time::{Duration, Instant};
use watch::Watch;

/// How often a fit looks around: tells its progress, and sees whether it is to stop.
const LOOK: Duration = Duration::from_millis(200);
/// How often it gives a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Compares all pairs and makes the result the active model, or goes on with such a job that
/// was left unfinished. The job works on the ratings as they were when it began, and takes those
/// that came since in before its model becomes active; it holds the database's lease, saves a
/// checkpoint every few seconds, and can be killed at any moment: the next fit with the same
/// parameters goes on. Waits for other processes that write, however long they do. Of the side's models
/// it keeps as many as [`FitOptions::with_keep_models`] says.
///
/// Computes on threads of its own; its future must be polled all the while, since it gives the
/// signs of life.
///
/// # Errors
/// [`JobError::Busy`] if another process works on a job,
/// [`StoreError::NoRatings`](likemind_store::StoreError::NoRatings) before the first import,
/// [`JobError::LeaseLost`] if this process was so long without a sign of life that another took
/// over, and all that can go wrong with a file: then the job can go on later.
pub async fn fit(
    store: &Store,
    options: FitOptions,
    stop: &FitStop,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<FitEnd, JobError> {
    fit_job(store, None, options, stop, tell).await
}

/// As [`fit`], going on with one unfinished job of these parameters, and with no other.
///
/// # Errors
/// As [`fit`]; [`JobError::Over`] if the job is over, or cannot be gone on with.
pub async fn go_on_with(
    store: &Store,
    job: JobId,
    options: FitOptions,
    stop: &FitStop,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<FitEnd, JobError> {
    fit_job(store, Some(job), options, stop, tell).await
}

async fn fit_job(
    store: &Store,
    go_on_with: Option<JobId>,
    options: FitOptions,
    stop: &FitStop,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<FitEnd, JobError> {
    let (parameters, holder) = (options.parameters, options.holder.clone());
    let request = FitRequest { parameters, holder, go_on_with };
    let Some(held) = begin_in_turn(store, &request, stop, tell).await? else {
        return Ok(FitEnd::NotBegun);
    };
    let end = match while_alive(&held, run(store, &held, &options, stop, tell)).await {
        // Another process writes, for longer than this one waits to say that it stops. Whoever
        // comes next sees that it is gone.
        Err(error) if error.is_locked() && stop.is_asked() => {
            let (job, work_done) = (held.info().id, held.stands_at_share());
            Ok(FitEnd::Interrupted { job, work_done })
        }
        // Cancelled while this process was silent for long.
        Err(JobError::LeaseLost { job }) if store.job(job).await?.state == JobState::Cancelled => {
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

/// Begins a fit as soon as no other process writes; `None` if it is stopped first.
async fn begin_in_turn(
    store: &Store,
    request: &FitRequest,
    stop: &FitStop,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<Option<HeldJob>, JobError> {
    let mut is_told = false;
    loop {
        match store.begin_fit(request).await {
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

/// Works on a job until it ends, or is to be left.
async fn run(
    store: &Store,
    held: &HeldJob,
    options: &FitOptions,
    stop: &FitStop,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<FitEnd, JobError> {
    let matrix = pinned_matrix(store, held).await?;
    let left = held.checkpoints().await?;
    let watch = Arc::new(Watch::new(options.rest));
    let run = Run { store, held, options, watch: &watch, stop, begun: Instant::now() };
    let mut work = Work::start(matrix, options.clone(), left, Arc::clone(&watch));
    let attended = run.attend(&mut work, tell).await;
    // Whatever happened, the threads are waited for.
    if attended.is_err() {
        watch.cancel();
        work.wait(held.info().id).await.ok();
    }
    match attended? {
        Attended::Finished(computed) => end_with(&run, computed, tell).await,
        Attended::Stopped(checkpoint) => {
            let (progress, seconds) = (watch.progress(), run.seconds());
            let checkpoint = checkpoint.as_ref().map(|last| (last.number, &last.bytes[..]));
            let left = progress.map(|progress| Left { progress, seconds, checkpoint });
            interrupted(held, left).await
        }
        Attended::Cancelled => cancelled(held).await,
    }
}

/// Takes in what came meanwhile, and saves the model.
async fn end_with(
    run: &Run<'_>,
    computed: Computed,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<FitEnd, JobError> {
    // Of comparing: what follows is not counted.
    let seconds = run.held.info().seconds + run.seconds();
    let mut catching_up = |rows| tell(FitEvent::CatchingUp { rows });
    match run.replay(computed, &mut catching_up).await? {
        Replayed::Exact(computed, data) => {
            run.save(Finished { computed, data, seconds }, tell).await
        }
        Replayed::Stopped => interrupted(run.held, None).await,
        Replayed::Cancelled => cancelled(run.held).await,
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
