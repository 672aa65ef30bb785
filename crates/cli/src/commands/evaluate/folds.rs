//! How far an evaluation of several folds is.

use crate::messages::note;
use crate::progress::{ProgressMode, Steps, span};
use std::time::Duration;

/// One of the folds, each of which takes the same steps.
pub(super) struct Folds {
    pub(super) mode: ProgressMode,
    /// Which it is, from 1.
    pub(super) place: usize,
    /// How many there are.
    pub(super) of: usize,
}

/// Less time than this is not worth a word.
const SHORT: Duration = Duration::from_secs(5);

impl Folds {
    pub(super) fn steps(&self) -> Steps {
        let steps = Steps::new(self.mode);
        match self.of {
            1 => steps,
            of => steps.of_part(format!("fold {} of {of}", self.place)),
        }
    }

    /// Says how long the folds after this one will take, if those so far took `elapsed`.
    pub(super) fn note_time_left(&self, elapsed: Duration) {
        let Self { mode, place, of } = *self;
        let left = elapsed.div_f64(place as f64).mul_f64((of - place) as f64);
        if left >= SHORT && mode != ProgressMode::None {
            let seconds = left.as_secs_f64();
            note(format_args!(
                "fold {place} of {of} is done; the others take about {}",
                span(seconds)
            ));
        }
    }
}
