//! Progress reports of a fit.

use crate::messages::note;
use crate::progress::{ProgressMode, Steps};
use likemind_engine::{FitEvent, FitStart};
use likemind_store::JobId;
use std::fmt::Display;

/// Reports the progress of a fit.
pub(super) struct FitReporter {
    progress: ProgressMode,
    steps: Steps,
}

impl FitReporter {
    pub(super) fn new(progress: ProgressMode) -> Self {
        Self { progress, steps: Steps::new(progress) }
    }

    pub(super) fn report(&mut self, event: FitEvent) {
        if let Some(progress) = event.progress() {
            self.steps.show(progress);
        }
        match event {
            FitEvent::Waiting => {
                self.note("waiting for another process that writes to the database");
            }
            FitEvent::Started { job, start } => self.started(job, start),
            FitEvent::CatchingUp { rows } => {
                self.steps.end();
                self.note(format_args!(
                    "applying the ratings that arrived in the meantime, of {rows} rows"
                ));
            }
            FitEvent::Comparing(_) | FitEvent::Saving(_) => {}
        }
    }

    fn started(&self, job: JobId, start: FitStart) {
        // If a run starts again, so does the bar.
        self.steps.end();
        match start {
            FitStart::New => {}
            FitStart::Resumed { work_done } => {
                let percent = work_done * 100.0;
                self.note(format_args!("resuming job {job} at {percent:.0} %"));
            }
            FitStart::Restarted { why } => self.note(format_args!("restarting job {job}: {why}")),
        }
    }

    fn note(&self, text: impl Display) {
        if self.progress != ProgressMode::None {
            note(format_args!("{text}"));
        }
    }
}
