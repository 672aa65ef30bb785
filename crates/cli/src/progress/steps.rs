//! Progress of work in several steps.

use super::{ProgressMode, Reporter};
use likemind_engine::{Step, StepProgress};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Reports the progress of work in consecutive steps.
pub(crate) struct Steps {
    mode: ProgressMode,
    /// Name of the part of a larger work, if any.
    part: Option<String>,
    step: Mutex<Option<(Step, Reporter)>>,
}

impl Steps {
    pub(crate) fn new(mode: ProgressMode) -> Self {
        Self { mode, part: None, step: Mutex::new(None) }
    }

    /// Adds the name of a part of a larger work, such as `"fold 1 of 5"`.
    pub(crate) fn with_part(self, part: String) -> Self {
        Self { part: Some(part), ..self }
    }

    /// Shows progress. The first report of a step starts it.
    pub(crate) fn show(&self, progress: StepProgress) {
        let mut step = self.step();
        if step.as_ref().is_none_or(|(last, _)| *last != progress.step) {
            // Removes the bar of the last step before drawing the next one.
            *step = None;
            *step = Some((progress.step, self.begin(&progress)));
        }
        if let Some((_, reporter)) = &*step {
            reporter.advance(progress.into());
        }
    }

    /// Ends the current step.
    pub(crate) fn end(&self) {
        *self.step() = None;
    }

    fn begin(&self, progress: &StepProgress) -> Reporter {
        let name = progress.step.name();
        let name = match &self.part {
            Some(part) => format!("{part}, {name}"),
            None => name.to_owned(),
        };
        Reporter::new(self.mode, name, progress.step.unit(), progress.total)
    }

    fn step(&self) -> MutexGuard<'_, Option<(Step, Reporter)>> {
        self.step.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
