//! The computation itself, on threads of its own.

use super::FitOptions;
use super::watch::Watch;
use crate::error::StoreError;
use crate::jobs::JobId;
use likemind::{
    AllPairs, Cancelled, Checkpoint, CheckpointError, ModelParameters, NeighbourIndex, Observer,
    RatingMatrix, Reach,
};
use std::sync::Arc;
use tokio::sync::oneshot::{self, error::TryRecvError};
use tokio::task::{JoinHandle, spawn_blocking};

/// A finished computation.
pub(super) struct Computed {
    pub(super) index: NeighbourIndex,
    pub(super) digest: String,
    pub(super) pairs: u64,
    pub(super) reach: Reach,
}

impl Computed {
    /// The neighbours that these parameters gave these ratings, by comparing so many pairs.
    pub(super) fn new(
        matrix: &RatingMatrix,
        parameters: &ModelParameters,
        index: NeighbourIndex,
        pairs: u64,
    ) -> Self {
        let reach = Reach::of(matrix, parameters, &index);
        Self { digest: index.digest(), index, pairs, reach }
    }
}

/// The end of a computation: its result, or the bytes of a checkpoint if it was stopped.
type Ended = Result<Computed, Vec<u8>>;

/// What an earlier run of the job left.
pub(super) struct Left {
    pub(super) checkpoint: Vec<u8>,
    /// How much of the work was done, 0 to 1.
    pub(super) work_done: f64,
}

/// A computation under way.
pub(super) struct Work {
    /// `None` once it was waited for.
    running: Option<JoinHandle<Result<Ended, String>>>,
    /// How much of the work an earlier run has done, until it is told.
    left: Option<Option<f64>>,
    /// Whether that could be gone on with.
    resumed: oneshot::Receiver<bool>,
}

impl Work {
    pub(super) fn start(
        matrix: RatingMatrix,
        options: FitOptions,
        left: Option<Left>,
        watch: Arc<Watch>,
    ) -> Self {
        let (tell, resumed) = oneshot::channel();
        let work_done = left.as_ref().map(|left| left.work_done);
        let checkpoint = left.map(|left| left.checkpoint);
        let compute = move || {
            in_pool(options.threads, || compute(&matrix, &options, checkpoint, &watch, tell))
        };
        Self { running: Some(spawn_blocking(compute)), left: Some(work_done), resumed }
    }

    /// How much of the work an earlier run has done, once it is known whether that can be gone on with;
    /// told once.
    pub(super) fn begun(&mut self) -> Option<Option<f64>> {
        let resumed = match self.left? {
            None => None,
            Some(work_done) => match self.resumed.try_recv() {
                Err(TryRecvError::Empty) => return None,
                resumed => resumed.unwrap_or(false).then_some(work_done),
            },
        };
        self.left = None;
        Some(resumed)
    }

    /// Waits for the end. Safe to be given up and begun again.
    pub(super) async fn wait(&mut self, job: JobId) -> Result<Ended, StoreError> {
        let failed = |found: String| StoreError::JobFailed { job, found };
        let Some(running) = &mut self.running else {
            return Err(failed("it is over".to_owned()));
        };
        let ended = running.await;
        self.running = None;
        match ended {
            Ok(ended) => ended.map_err(failed),
            Err(panicked) => Err(failed(panicked.to_string())),
        }
    }
}

/// Runs on so many threads of its own; `None` for one a core.
pub(super) fn in_pool<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> Result<T, String> + Send,
) -> Result<T, String> {
    // Named, so that what a service spends on its jobs can be told from what it spends on answers.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0));
    let pool = pool.thread_name(|number| format!("likemind-fit-{number}"));
    pool.build().map_err(|error| error.to_string())?.install(work)
}

fn compute(
    matrix: &RatingMatrix,
    options: &FitOptions,
    checkpoint: Option<Vec<u8>>,
    watch: &Watch,
    resumed: oneshot::Sender<bool>,
) -> Result<Ended, String> {
    let all_pairs = AllPairs::with_kernel(matrix, options.parameters, options.kernel);
    let all_pairs = match checkpoint {
        None => all_pairs,
        Some(bytes) => {
            let went_on = resume(&all_pairs, &bytes, watch);
            let is_known = matches!(went_on, Ok(()) | Err(CheckpointError::Stopped));
            // Whoever would hear it may be gone.
            let _ = resumed.send(is_known);
            match went_on {
                Ok(()) => all_pairs,
                // What was left is left as it is.
                Err(CheckpointError::Stopped) => return Ok(Err(bytes)),
                // One that does not fit, as of an older version, costs the work done; nothing else.
                Err(_) => {
                    drop(all_pairs);
                    AllPairs::with_kernel(matrix, options.parameters, options.kernel)
                }
            }
        }
    };
    let pairs = all_pairs.pairs();
    Ok(match all_pairs.run_tiles(watch) {
        Ok(()) => {
            let index = all_pairs.finish();
            Ok(Computed::new(matrix, &options.parameters, index, pairs))
        }
        Err(Cancelled) => Err(all_pairs.checkpoint().to_bytes()),
    })
}

fn resume(all_pairs: &AllPairs<'_>, bytes: &[u8], watch: &Watch) -> Result<(), CheckpointError> {
    all_pairs.resume_while(&Checkpoint::from_bytes(bytes)?, &|| !watch.is_cancelled())
}

/// The bytes of a checkpoint: too much work to be done between two signs of life.
pub(super) async fn packed(checkpoint: Checkpoint, job: JobId) -> Result<Vec<u8>, StoreError> {
    let pack = spawn_blocking(move || checkpoint.to_bytes());
    pack.await.map_err(|panicked| StoreError::JobFailed { job, found: panicked.to_string() })
}
