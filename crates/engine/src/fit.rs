//! A fit from beginning to end: computing under a lease, with checkpoints and heartbeats.

mod compute;
mod event;
mod expect;
mod items;
mod options;
mod pool;
mod replay;
mod run;
mod save;
mod supervise;
mod watch;

pub use event::{FitEnd, FitEvent, FitQuality, FitStart, Fitted, RestartReason};
pub(crate) use expect::expect_in_pool;
pub use expect::{Expected, expect};
pub use items::ItemQuality;
pub use options::{FitOptions, FitStop};

use compute::{Computed, Work};
use likemind::RatingMatrix;
use likemind_store::{
    FitRequest, HeldJob, Interruption, JobError, JobId, JobState, ModelSpec, Store,
};
use replay::Replayed;
use run::{Run, cancelled, interrupted};
use save::Finished;
use std::sync::Arc;
use std::time::{Duration, Instant};
use supervise::{Outcome, while_alive};
use watch::Watch;

/// Interval at which a fit reports progress and checks whether to stop.
const POLL: Duration = Duration::from_millis(200);
/// Interval between heartbeats.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Fits a model and makes it the active one, or resumes an unfinished job with the same parameters.
///
/// The job computes with the ratings as they were when it started. Before a model of neighbours
/// becomes active, those that arrived since are applied; models of other kinds hold for later ratings.
/// A job of neighbours holds the lease of the database and saves a checkpoint
/// every few seconds. It can be killed at any moment: the next fit with the same parameters resumes
/// it, or restarts it if the ratings have changed in a way that cannot be followed. It waits for other processes that write, however long that takes. Older models of the side
/// are deleted, except for the newest ones; see [`FitOptions::keep_models`].
///
/// The computation runs on its own threads. The future must be polled throughout, because it sends
/// the heartbeats.
///
/// # Errors
/// [`JobError::Busy`] if another process is running a job,
/// [`StoreError::NoRatings`](likemind_store::StoreError::NoRatings) before the first import, and
/// [`JobError::LeaseLost`] if this process sent no heartbeat for so long that another one took over.
/// After any other error of the database or its disk the job can be resumed later.
pub async fn fit(
    store: &Store,
    options: FitOptions,
    stop: &FitStop,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<FitEnd, JobError> {
    fit_job(store, None, options, stop, tell).await
}

/// Like [`fit`], but resumes a given unfinished job with these parameters.
///
/// # Errors
/// Those of [`fit`], and [`JobError::Ended`] if the job has ended.
pub async fn resume_job(
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
    resume_job: Option<JobId>,
    options: FitOptions,
    stop: &FitStop,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<FitEnd, JobError> {
    let (parameters, holder) = (options.parameters, options.holder.clone());
    let request = FitRequest { parameters, holder, resume_job };
    let Some(mut held) = begin(store, &request, stop, tell).await? else {
        return Ok(FitEnd::NotStarted);
    };
    let ended = match pinned_matrix(store, &mut held).await {
        Ok(matrix) => while_alive(&held, run(store, &held, matrix, &options, stop, tell)).await,
        Err(error) => Err(error),
    };
    let end = match ended {
        // Another process writes for longer than this one waits to record that it stops. The next
        // process detects that this one is gone.
        Err(error) if error.is_locked() && stop.is_asked() => {
            let (job, work_done) = (held.info().id, held.resume_share());
            Ok(FitEnd::Interrupted { job, work_done })
        }
        // The job was cancelled while this process sent no heartbeat.
        Err(JobError::LeaseLost { job }) if store.job(job).await?.state == JobState::Cancelled => {
            Ok(FitEnd::Cancelled(job))
        }
        end => end,
    };
    // Report the first error. If this fails as well, the lease expires.
    match &end {
        Err(JobError::Failed { found, .. }) => drop(held.fail(found).await),
        Err(_) => drop(held.interrupt(None).await),
        Ok(_) => {}
    }
    end
}

/// Starts a fit, retrying while another process writes; `None` if it is stopped first.
async fn begin(
    store: &Store,
    request: &FitRequest,
    stop: &FitStop,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<Option<HeldJob>, JobError> {
    let mut reported = false;
    loop {
        match store.begin_fit(request).await {
            Err(error) if error.is_locked() && stop.is_asked() => return Ok(None),
            Err(error) if error.is_locked() => {
                if !reported {
                    tell(FitEvent::Waiting);
                }
                reported = true;
            }
            begun => return begun.map(Some),
        }
    }
}

/// Runs a job until it ends or is stopped.
async fn run(
    store: &Store,
    held: &HeldJob,
    matrix: RatingMatrix,
    options: &FitOptions,
    stop: &FitStop,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<FitEnd, JobError> {
    let left = held.checkpoints().await?;
    let watch = Arc::new(Watch::new(options.rest));
    let run = Run { store, held, options, watch: &watch, stop, begun: Instant::now() };
    let mut work = Work::start(matrix, options.clone(), left, Arc::clone(&watch));
    let outcome = run.supervise(&mut work, tell).await;
    // Join the threads on every path.
    if outcome.is_err() {
        watch.cancel();
        work.wait(held.info().id).await.ok();
    }
    match outcome? {
        Outcome::Finished(computed) => finish(&run, computed, tell).await,
        Outcome::Stopped(checkpoint) => {
            let (progress, seconds) = (watch.progress(), run.seconds());
            let checkpoint = checkpoint.as_ref().map(|last| (last.number, &last.bytes[..]));
            let left = progress.map(|progress| Interruption { progress, seconds, checkpoint });
            interrupted(held, left).await
        }
        Outcome::Cancelled => cancelled(held).await,
    }
}

/// Applies the ratings that arrived in the meantime, and saves the model.
async fn finish(
    run: &Run<'_>,
    computed: Computed,
    tell: &mut (dyn FnMut(FitEvent) + Send),
) -> Result<FitEnd, JobError> {
    // Only the time of comparing pairs counts.
    let seconds = run.held.info().seconds + run.seconds();
    let (parameters, lists) = match (run.options.parameters, computed) {
        (ModelSpec::Neighbours(parameters), Computed::Neighbours(lists)) => (parameters, lists),
        (_, computed) => {
            let data = run.first_data();
            return run.save(Finished { computed, data, seconds }, tell).await;
        }
    };
    let mut catching_up = |rows| tell(FitEvent::CatchingUp { rows });
    match run.replay(parameters, lists, &mut catching_up).await? {
        Replayed::Exact(lists, data) => {
            let computed = Computed::Neighbours(lists);
            run.save(Finished { computed, data, seconds }, tell).await
        }
        Replayed::Stopped => interrupted(run.held, None).await,
        Replayed::Cancelled => cancelled(run.held).await,
    }
}

/// Reads the ratings that the job started with. If they are gone already (a user was forgotten right after its
/// start, say), the job starts again on the current ones.
async fn pinned_matrix(store: &Store, held: &mut HeldJob) -> Result<RatingMatrix, JobError> {
    loop {
        if let Some(matrix) = while_alive(held, matrix_of(store, held)).await? {
            return Ok(matrix);
        }
        match held.start_again().await {
            Err(error) if error.is_locked() => tokio::time::sleep(POLL).await,
            again => again?,
        }
    }
}

async fn matrix_of(store: &Store, held: &HeldJob) -> Result<Option<RatingMatrix>, JobError> {
    let sequence = held.info().sequence;
    if let Some(matrix) = store.matrix_at(sequence).await? {
        return Ok(Some(matrix));
    }
    // There is no packed copy for it yet; reading the rows makes one.
    let matrix = store.matrix().await?;
    Ok((store.sequence().await? == sequence).then_some(matrix))
}
