//! Jobs in responses.

use likemind_engine::RunningJob;
use likemind_store::{JobInfo, JobState};
use serde::Serialize;
use utoipa::ToSchema;

/// A job. Times are seconds since 1970.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct JobView {
    /// Job number.
    pub(crate) job: i64,
    /// Kind of job: `fit`.
    kind: String,
    /// Kind of the model: `neighbours`, `item-kriging` or `ridge`.
    model_kind: &'static str,
    /// Side of the model: `users` or `items`; `items` for all kinds other than `neighbours`.
    side: &'static str,
    /// `queued` (no process runs it), `running`, `done`, `failed` or `cancelled`.
    #[schema(example = "running")]
    state: &'static str,
    /// Finished share of the expected time, 0 to 1.
    pub(crate) work_done: f64,
    /// Number of finished tiles.
    tiles_done: u64,
    /// Total number of tiles; 0 before the first run, and for models other than neighbours.
    tiles: u64,
    /// Number of compared pairs.
    pub(crate) pairs_done: u64,
    /// Total number of pairs; 0 before the first run.
    pairs: u64,
    /// Pairs compared per second; null before the first one.
    pub(crate) pairs_per_second: Option<f64>,
    /// Total time of all its runs.
    seconds: f64,
    /// Estimated remaining time; null if unknown.
    seconds_left: Option<f64>,
    /// The process that runs it.
    holder: Option<String>,
    /// The model that it has fitted.
    model: Option<i64>,
    /// The error, if it failed.
    error: Option<String>,
    /// Time of its creation.
    created_at: i64,
    /// Start of its last run.
    started_at: Option<i64>,
    /// Time of its end.
    ended_at: Option<i64>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) has_ended: bool,
}

impl JobView {
    /// A job from the database, with its current progress if it is running here.
    pub(super) fn new(info: JobInfo, now: Option<RunningJob>) -> Self {
        let has_ended = info.state.has_ended();
        let mut view = Self {
            job: info.id.0,
            kind: info.kind.name().to_owned(),
            model_kind: info.model_kind.name(),
            side: info.side.name(),
            state: info.state.name(),
            work_done: info.work_done,
            tiles_done: info.tiles_done,
            tiles: info.tiles,
            pairs_done: info.pairs_done,
            pairs: info.pairs,
            pairs_per_second: None,
            seconds: info.seconds,
            seconds_left: None,
            holder: info.holder,
            model: info.model.map(|model| model.0),
            error: info.error,
            created_at: info.created_at,
            started_at: info.started_at,
            ended_at: info.ended_at,
            has_ended,
        };
        if let Some(now) = now.filter(|_| !has_ended) {
            view.set_progress(&now);
        }
        view.set_pace(info.state);
        view
    }

    /// Sets progress that is more recent than in the database.
    fn set_progress(&mut self, RunningJob { progress, elapsed }: &RunningJob) {
        if (progress.tiles_done as u64) < self.tiles_done {
            return;
        }
        (self.tiles_done, self.tiles) = (progress.tiles_done as u64, progress.tiles as u64);
        (self.pairs_done, self.pairs) = (progress.pairs_done, progress.pairs);
        self.work_done = progress.work_done;
        self.seconds = self.seconds.max(elapsed.as_secs_f64());
    }

    pub(crate) fn is_running(&self) -> bool {
        self.state == JobState::Running.name()
    }

    /// Sets the pace over all runs, and the remaining time.
    fn set_pace(&mut self, state: JobState) {
        if self.seconds > 0.0 && self.pairs_done > 0 {
            self.pairs_per_second = Some(self.pairs_done as f64 / self.seconds);
        }
        if state == JobState::Running && self.work_done > 0.0 {
            let left = (1.0 - self.work_done).max(0.0);
            self.seconds_left = Some(self.seconds * left / self.work_done);
        }
    }
}
