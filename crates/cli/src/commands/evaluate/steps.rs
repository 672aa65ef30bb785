//! The progress of an evaluation.

use crate::messages::note;
use crate::progress::{ProgressMode, Reporter, span};
use std::time::Duration;

/// The steps that each fold takes.
pub(super) struct Steps {
    pub(super) mode: ProgressMode,
    /// Which of how many, from 1; `None` where there is but one.
    pub(super) fold: Option<(usize, usize)>,
}

/// How many predictions, or lists, are made from one word on them to the next.
const EVERY: usize = 64;
/// Less time than this is not worth a word.
const SHORT: Duration = Duration::from_secs(5);

impl Steps {
    pub(super) fn reporter(&self, step: &str, unit: &'static str, total: u64) -> Reporter {
        let step = match self.fold {
            Some((place, of)) => format!("fold {place} of {of}, {step}"),
            None => step.to_owned(),
        };
        Reporter::new(self.mode, step, unit, total)
    }

    /// Does a step that tells how much of it is done.
    pub(super) fn watch<T>(
        &self,
        step: &str,
        unit: &'static str,
        total: usize,
        work: impl FnOnce(&(dyn Fn(usize) + Sync)) -> T,
    ) -> T {
        let reporter = self.reporter(step, unit, total as u64);
        work(&|done| {
            if done.is_multiple_of(EVERY) || done == total {
                reporter.set(done as u64);
            }
        })
    }

    /// Says how long the folds after this one will take, if those so far took `elapsed`.
    pub(super) fn note_time_left(&self, elapsed: Duration) {
        let Some((place, of)) = self.fold.filter(|_| self.mode != ProgressMode::None) else {
            return;
        };
        let left = elapsed.div_f64(place as f64).mul_f64((of - place) as f64);
        if left >= SHORT {
            let seconds = left.as_secs_f64();
            note(format_args!(
                "fold {place} of {of} is done; the others take about {}",
                span(seconds)
            ));
        }
    }
}
