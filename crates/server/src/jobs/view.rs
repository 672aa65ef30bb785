//! A job as it is shown.

use likemind_engine::RunningJob;
use likemind_store::{JobInfo, JobState};
use serde::Serialize;
use utoipa::ToSchema;

/// A job. Times are seconds since 1970.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct JobView {
    /// Its number.
    pub(crate) job: i64,
    /// What it does: `fit`.
    kind: String,
    /// Whose neighbours: `users` or `items`.
    side: &'static str,
    /// `queued` (nobody works on it), `running`, `done`, `failed` or `cancelled`.
    #[schema(example = "running")]
    state: &'static str,
    /// How much of the expected time is over, 0 to 1.
    pub(crate) work_done: f64,
    /// Tiles done.
    tiles_done: u64,
    /// Tiles in all; 0 before the first run.
    tiles: u64,
    /// Pairs done.
    pub(crate) pairs_done: u64,
    /// Pairs in all; 0 before the first run.
    pairs: u64,
    /// Pairs compared a second; null before any is.
    pub(crate) pairs_per_second: Option<f64>,
    /// How long all its runs took together.
    seconds: f64,
    /// How long it will still take, at the pace so far; null where that cannot be told.
    seconds_left: Option<f64>,
    /// Who works on it.
    holder: Option<String>,
    /// The model that it made.
    model: Option<i64>,
    /// What went wrong.
    error: Option<String>,
    /// When it was asked for.
    created_at: i64,
    /// When its last run began.
    started_at: Option<i64>,
    /// When it was over.
    ended_at: Option<i64>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) is_over: bool,
}

impl JobView {
    /// A job of the database, and how far it is if it runs here.
    pub(super) fn new(info: JobInfo, now: Option<RunningJob>) -> Self {
        let is_over = info.state.is_over();
        let mut view = Self {
            job: info.id.0,
            kind: info.kind.name().to_owned(),
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
            is_over,
        };
        if let Some(now) = now.filter(|_| !is_over) {
            view.advance(&now);
        }
        view.measure(info.state);
        view
    }

    /// What the database is told next.
    fn advance(&mut self, RunningJob { progress, elapsed }: &RunningJob) {
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

    /// The pace, of all runs together.
    fn measure(&mut self, state: JobState) {
        if self.seconds > 0.0 && self.pairs_done > 0 {
            self.pairs_per_second = Some(self.pairs_done as f64 / self.seconds);
        }
        if state == JobState::Running && self.work_done > 0.0 {
            let left = (1.0 - self.work_done).max(0.0);
            self.seconds_left = Some(self.seconds * left / self.work_done);
        }
    }
}
