//! What a fit tells while it runs.

use crate::messages::note;
use crate::progress::{ProgressMode, Steps};
use likemind_engine::{FitEvent, FitStart};
use likemind_store::JobId;
use std::fmt::Display;

/// Tells the progress of a fit, step by step.
pub(super) struct Teller {
    progress: ProgressMode,
    steps: Steps,
}

impl Teller {
    pub(super) fn new(progress: ProgressMode) -> Self {
        Self { progress, steps: Steps::new(progress) }
    }

    pub(super) fn tell(&mut self, event: FitEvent) {
        if let Some(advance) = event.progress() {
            self.steps.show(advance);
        }
        match event {
            FitEvent::Waiting => {
                self.note("waiting for another process that writes to the database");
            }
            FitEvent::Started { job, start } => self.began(job, start),
            FitEvent::CatchingUp { rows } => {
                self.steps.end();
                self.note(format_args!(
                    "taking in the ratings that came meanwhile, of {rows} rows"
                ));
            }
            FitEvent::Comparing(_) | FitEvent::Saving(_) => {}
        }
    }

    fn began(&self, job: JobId, start: FitStart) {
        // Of a run that begins once more, the bar does too.
        self.steps.end();
        match start {
            FitStart::New => {}
            FitStart::Resumed { work_done } => {
                let percent = work_done * 100.0;
                self.note(format_args!("going on with job {job}, which is at {percent:.0} %"));
            }
            FitStart::Restarted { why } => self.note(format_args!("job {job} starts over: {why}")),
        }
    }

    fn note(&self, text: impl Display) {
        if self.progress != ProgressMode::None {
            note(format_args!("{text}"));
        }
    }
}
