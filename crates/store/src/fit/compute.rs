//! The computation itself, on threads of its own.

use super::FitOptions;
use super::watch::Watch;
use crate::error::StoreError;
use crate::jobs::JobId;
use likemind::{AllPairs, Cancelled, Checkpoint, NeighbourIndex, RatingMatrix};
use std::sync::Arc;
use tokio::task::{JoinHandle, spawn_blocking};

/// A finished computation.
pub(super) struct Computed {
    pub(super) index: NeighbourIndex,
    pub(super) digest: String,
    pub(super) pairs: u64,
}

/// The end of a computation: its result, or the bytes of a checkpoint if it was stopped.
type Ended = Result<Computed, Vec<u8>>;

/// A computation under way; `None` once it was waited for.
pub(super) struct Work(Option<JoinHandle<Result<Ended, String>>>);

impl Work {
    pub(super) fn start(
        matrix: RatingMatrix,
        options: FitOptions,
        checkpoint: Option<Vec<u8>>,
        watch: Arc<Watch>,
    ) -> Self {
        Self(Some(spawn_blocking(move || {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0));
            let pool = pool.build().map_err(|error| error.to_string())?;
            pool.install(|| compute(&matrix, &options, checkpoint, &watch))
        })))
    }

    /// Waits for the end. Safe to be given up and begun again.
    pub(super) async fn wait(&mut self, job: JobId) -> Result<Ended, StoreError> {
        let failed = |found: String| StoreError::JobFailed { job, found };
        let Some(under_way) = &mut self.0 else {
            return Err(failed("it is over".to_owned()));
        };
        let ended = under_way.await;
        self.0 = None;
        match ended {
            Ok(ended) => ended.map_err(failed),
            Err(panicked) => Err(failed(panicked.to_string())),
        }
    }
}

fn compute(
    matrix: &RatingMatrix,
    options: &FitOptions,
    checkpoint: Option<Vec<u8>>,
    watch: &Watch,
) -> Result<Ended, String> {
    let all_pairs = AllPairs::with_kernel(matrix, options.parameters, options.kernel);
    let all_pairs = match checkpoint.map(|bytes| resume(&all_pairs, &bytes)) {
        // One that does not fit, as of an older version, costs the work done; nothing else.
        Some(Err(_)) => AllPairs::with_kernel(matrix, options.parameters, options.kernel),
        _ => all_pairs,
    };
    let pairs = all_pairs.pairs();
    Ok(match all_pairs.run_tiles(watch) {
        Ok(()) => {
            let index = all_pairs.finish();
            Ok(Computed { digest: index.digest(), index, pairs })
        }
        Err(Cancelled) => Err(all_pairs.checkpoint().to_bytes()),
    })
}

fn resume(all_pairs: &AllPairs<'_>, bytes: &[u8]) -> Result<(), likemind::CheckpointError> {
    all_pairs.resume(&Checkpoint::from_bytes(bytes)?)
}

/// The bytes of a checkpoint: too much work to be done between two signs of life.
pub(super) async fn packed(checkpoint: Checkpoint, job: JobId) -> Result<Vec<u8>, StoreError> {
    let pack = spawn_blocking(move || checkpoint.to_bytes());
    pack.await.map_err(|panicked| StoreError::JobFailed { job, found: panicked.to_string() })
}
