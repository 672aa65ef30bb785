//! Work of several steps, one after the other.

use super::{ProgressMode, Reporter};
use likemind_engine::{Step, StepProgress};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The progress of work whose steps follow each other.
pub(crate) struct Steps {
    mode: ProgressMode,
    /// What the work is a part of, if of anything.
    part: Option<String>,
    step: Mutex<Option<(Step, Reporter)>>,
}

impl Steps {
    pub(crate) fn new(mode: ProgressMode) -> Self {
        Self { mode, part: None, step: Mutex::new(None) }
    }

    /// Of the work on one part, such as `"fold 1 of 5"`.
    pub(crate) fn of_part(self, part: String) -> Self {
        Self { part: Some(part), ..self }
    }

    /// How far the work is; a step begins when it is told of first.
    pub(crate) fn show(&self, advance: StepProgress) {
        let mut step = self.step();
        if step.as_ref().is_none_or(|(last, _)| *last != advance.step) {
            // The former bar is taken away before the next is drawn.
            *step = None;
            *step = Some((advance.step, self.begin(&advance)));
        }
        if let Some((_, reporter)) = &*step {
            reporter.advance(advance.into());
        }
    }

    /// The present step is over.
    pub(crate) fn end(&self) {
        *self.step() = None;
    }

    fn begin(&self, advance: &StepProgress) -> Reporter {
        let name = advance.step.name();
        let name = match &self.part {
            Some(part) => format!("{part}, {name}"),
            None => name.to_owned(),
        };
        Reporter::new(self.mode, name, advance.step.unit(), advance.total)
    }

    fn step(&self) -> MutexGuard<'_, Option<(Step, Reporter)>> {
        self.step.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
