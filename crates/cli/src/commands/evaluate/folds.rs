//! Progress of an evaluation with several folds.

use crate::messages::note;
use crate::progress::{ProgressMode, Steps, span};
use std::time::Duration;

/// A position in a sequence of folds.
pub(super) struct Folds {
    pub(super) mode: ProgressMode,
    /// Number of the current fold, from 1.
    pub(super) place: usize,
    /// Total number of folds.
    pub(super) of: usize,
}

/// Minimum remaining time that is worth a note.
const SHORT: Duration = Duration::from_secs(5);

impl Folds {
    pub(super) fn steps(&self) -> Steps {
        let steps = Steps::new(self.mode);
        match self.of {
            1 => steps,
            of => steps.with_part(format!("fold {} of {of}", self.place)),
        }
    }

    /// Writes a note with the estimated time of the remaining folds. `elapsed` is the time so far.
    pub(super) fn note_time_left(&self, elapsed: Duration) {
        let Self { mode, place, of } = *self;
        let left = elapsed.div_f64(place as f64).mul_f64((of - place) as f64);
        if left >= SHORT && mode != ProgressMode::None {
            let seconds = left.as_secs_f64();
            note(format_args!("fold {place} of {of} is done; about {} left", span(seconds)));
        }
    }
}
