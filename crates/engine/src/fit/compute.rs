//! The computation itself, on its own threads.

use super::items;
use super::pool::in_pool;
use super::watch::{Saved, Watch};
use super::{FitOptions, FitStart, RestartReason};
use likemind::all_pairs::{Checkpoint, CheckpointError};
use likemind::{AllPairs, ModelParameters, NeighbourIndex, RatingMatrix, Reach};
use likemind_store::{JobError, JobId, ModelSpec};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

/// A finished computation.
pub(super) enum Computed {
    Neighbours(ComputedLists),
    Items(Box<items::Learnt>),
}

/// Computed neighbour lists.
pub(super) struct ComputedLists {
    /// The lists, with spare neighbours beyond the first k.
    pub(super) index: NeighbourIndex,
    /// That of the first k neighbours.
    pub(super) digest: String,
    pub(super) pairs: u64,
    pub(super) reach: Reach,
}

impl ComputedLists {
    /// The result of comparing `pairs` pairs.
    pub(super) fn new(
        parameters: &ModelParameters,
        index: NeighbourIndex,
        pairs: u64,
        reach: Reach,
    ) -> Self {
        Self { digest: index.digest_of_first(parameters.k()), index, pairs, reach }
    }
}

/// The end of a computation: its result or, if it was stopped, a last checkpoint if resuming from it is
/// worthwhile.
type Ended = Result<Computed, Option<NumberedCheckpoint>>;

/// A serialised checkpoint.
pub(super) struct NumberedCheckpoint {
    /// Number of earlier checkpoints of the job.
    pub(super) number: u32,
    pub(super) bytes: Vec<u8>,
}

/// A running computation.
pub(super) struct Work {
    /// `None` after its result was returned.
    running: Option<JoinHandle<Result<Ended, String>>>,
    starts: mpsc::UnboundedReceiver<FitStart>,
}

impl Work {
    /// Starts to compute, resuming from the checkpoints of earlier runs of the job, if any.
    pub(super) fn start(
        matrix: RatingMatrix,
        options: FitOptions,
        checkpoints: Vec<Vec<u8>>,
        watch: Arc<Watch>,
    ) -> Self {
        let (tell, starts) = mpsc::unbounded_channel();
        let compute = move || {
            in_pool(options.threads, || compute(matrix, &options, checkpoints, &watch, &tell))
        };
        Self { running: Some(spawn_blocking(compute)), starts }
    }

    /// Takes the start event; `None` if it is not known yet, or was taken.
    pub(super) fn started(&mut self) -> Option<FitStart> {
        self.starts.try_recv().ok()
    }

    /// Waits for the end. Cancel-safe.
    pub(super) async fn wait(&mut self, job: JobId) -> Result<Ended, JobError> {
        let failed = |found: String| JobError::Failed { job, found };
        let Some(running) = &mut self.running else {
            return Err(failed("it has ended".to_owned()));
        };
        let ended = running.await;
        self.running = None;
        match ended {
            Ok(ended) => ended.map_err(failed),
            Err(panicked) => Err(failed(panicked.to_string())),
        }
    }
}

fn compute(
    matrix: RatingMatrix,
    options: &FitOptions,
    checkpoints: Vec<Vec<u8>>,
    watch: &Watch,
    tell: &mpsc::UnboundedSender<FitStart>,
) -> Result<Ended, String> {
    match options.parameters {
        ModelSpec::Neighbours(parameters) => {
            compare(matrix, &parameters, options, checkpoints, watch, tell)
        }
        spec => {
            // The receiver may have been dropped.
            let _ = tell.send(FitStart::New);
            let learnt = items::learn(&matrix, spec, watch)?;
            Ok(learnt.map(|learnt| Computed::Items(Box::new(learnt))).ok_or(None))
        }
    }
}

/// Compares all pairs.
fn compare(
    matrix: RatingMatrix,
    parameters: &ModelParameters,
    options: &FitOptions,
    checkpoints: Vec<Vec<u8>>,
    watch: &Watch,
    tell: &mpsc::UnboundedSender<FitStart>,
) -> Result<Ended, String> {
    let begin = || AllPairs::with_kernel(&matrix, parameters.with_spare(), options.kernel);
    let anew = |why| (begin(), FitStart::Restarted { why });
    let (all_pairs, start) = match go_on(begin(), checkpoints) {
        Ok((all_pairs, 0)) => (all_pairs, FitStart::New),
        Ok((all_pairs, checkpoints)) if all_pairs.is_worth_resuming() => {
            watch.set_saved(Saved { checkpoints, tiles: all_pairs.merged() });
            let work_done = all_pairs.work_done();
            (all_pairs, FitStart::Resumed { work_done })
        }
        Ok(_) => anew(RestartReason::Cheaper),
        Err(_) => anew(RestartReason::Incompatible),
    };
    // The receiver may have been dropped.
    let _ = tell.send(start);
    if all_pairs.run_tiles(watch).is_ok() {
        let pairs = all_pairs.pairs();
        let lists = all_pairs.into_lists().map_err(|error| error.to_string())?;
        let reach = Reach::new(&matrix, parameters, |row| lists.has_neighbours(row));
        // The next step takes the most memory.
        drop(matrix);
        let lists = ComputedLists::new(parameters, lists.into_index(), pairs, reach);
        return Ok(Ok(Computed::Neighbours(lists)));
    }
    let saved = watch.saved();
    let last = all_pairs.is_worth_resuming().then(|| NumberedCheckpoint {
        number: saved.checkpoints,
        bytes: all_pairs.checkpoint(&saved.tiles).to_bytes(),
    });
    Ok(Err(last))
}

/// Applies the checkpoints of earlier runs. Returns their number as well.
fn go_on(
    begun: AllPairs<'_>,
    checkpoints: Vec<Vec<u8>>,
) -> Result<(AllPairs<'_>, u32), CheckpointError> {
    // Each is dropped before the next is read: together they may be as large as the lists.
    checkpoints.into_iter().try_fold((begun, 0), |(all_pairs, read), bytes| {
        Ok((all_pairs.resume_from(&Checkpoint::from_bytes(&bytes)?)?, read + 1))
    })
}

/// Serialises a checkpoint on a blocking thread, since it would delay the heartbeats.
pub(super) async fn packed(checkpoint: Checkpoint, job: JobId) -> Result<Vec<u8>, JobError> {
    let pack = spawn_blocking(move || checkpoint.to_bytes());
    pack.await.map_err(|panicked| JobError::Failed { job, found: panicked.to_string() })
}
