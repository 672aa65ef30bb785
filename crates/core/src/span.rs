//! Progress of fits that consist of several steps.

use crate::all_pairs::{Cancelled, Observer, Progress};
use crate::matrix::RatingMatrix;
use crate::side::Side;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Number of reports of a step whose units are counted.
const REPORTS: usize = 100;

/// A step of a fit: a range of its progress, and the observer to which it is reported.
#[derive(Clone, Copy)]
pub(crate) struct Span<'a> {
    observer: &'a dyn Observer,
    /// Number of pairs of items that the fit compares.
    pairs: u64,
    start: f64,
    end: f64,
}

impl<'a> Span<'a> {
    /// The whole fit of a model of all pairs of at most `max_items` items.
    pub(crate) fn whole(
        observer: &'a dyn Observer,
        matrix: &RatingMatrix,
        max_items: usize,
    ) -> Self {
        let rows = matrix.rows(Side::Items);
        let rated = rows.indices().filter(|&item| rows.row_len(item) > 0).count();
        let items = rated.min(max_items) as u64;
        Self { observer, pairs: items * items.saturating_sub(1) / 2, start: 0.0, end: 1.0 }
    }

    /// Splits the step into several, with these ratios of their expected durations.
    pub(crate) fn split<const N: usize>(self, durations: [f64; N]) -> [Self; N] {
        let whole: f64 = durations.iter().sum();
        let mut start = self.start;
        durations.map(|duration| {
            let part =
                Self { start, end: start + (self.end - self.start) * duration / whole, ..self };
            start = part.end;
            part
        })
    }

    /// Splits the step into `count` equal ones.
    pub(crate) fn split_evenly(self, count: usize) -> impl Iterator<Item = Self> {
        let at =
            move |part: usize| self.start + (self.end - self.start) * part as f64 / count as f64;
        (0..count).map(move |part| Self { start: at(part), end: at(part + 1), ..self })
    }

    /// Reports that the step begins, unless the fit was cancelled.
    pub(crate) fn begin(self) -> Result<(), Cancelled> {
        self.report(0.0);
        if self.observer.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    /// Reports that the step is over.
    pub(crate) fn end(self) {
        self.report(1.0);
    }

    /// Begins to count the units of the step.
    pub(crate) fn counted(self, units: usize) -> Counted<'a> {
        let (done, is_cancelled) = (AtomicUsize::new(0), AtomicBool::new(false));
        Counted { span: self, every: units.div_ceil(REPORTS).max(1), units, done, is_cancelled }
    }

    fn report(self, share: f64) {
        let work_done = self.start + (self.end - self.start) * share;
        let pairs_done = (self.pairs as f64 * work_done) as u64;
        self.observer.progress(Progress {
            tiles_done: 0,
            tiles: 0,
            pairs_done,
            pairs: self.pairs,
            work_done,
        });
    }
}

/// A step whose units are counted, by any threads.
pub(crate) struct Counted<'a> {
    span: Span<'a>,
    units: usize,
    /// Number of units between two reports.
    every: usize,
    done: AtomicUsize,
    is_cancelled: AtomicBool,
}

impl Counted<'_> {
    /// Does one unit of work; returns `None` without doing it if the fit was cancelled.
    pub(crate) fn run<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        if self.is_cancelled.load(Ordering::Relaxed) {
            return None;
        }
        if self.span.observer.is_cancelled() {
            self.is_cancelled.store(true, Ordering::Relaxed);
            return None;
        }
        let result = work();
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(self.every) {
            self.span.report(done as f64 / self.units as f64);
        }
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::all_pairs::Unobserved;
    use crate::ids::{ItemIdx, UserIdx};
    use crate::scale::RatingScale;
    use std::sync::Mutex;

    /// Cancels after a number of reports.
    struct Recorder {
        seen: Mutex<Vec<f64>>,
        limit: usize,
    }

    impl Observer for Recorder {
        fn progress(&self, progress: Progress) {
            assert_eq!(progress.pairs, 10);
            self.seen.lock().unwrap().push(progress.work_done);
        }

        fn is_cancelled(&self) -> bool {
            self.seen.lock().unwrap().len() >= self.limit
        }
    }

    fn matrix() -> RatingMatrix {
        let ratings = [0, 1, 2, 3, 4, 6].map(|item| (UserIdx(0), ItemIdx(item), 3.0));
        RatingMatrix::from_ratings(RatingScale::FIVE_STARS, 1, 7, &ratings).unwrap()
    }

    #[test]
    fn steps_cover_the_whole_in_their_ratios() {
        let (matrix, recorder) = (matrix(), Recorder { seen: Mutex::default(), limit: 100 });
        let [first, second] = Span::whole(&recorder, &matrix, 5).split([1.0, 3.0]);
        first.begin().unwrap();
        second.begin().unwrap();
        for part in second.split_evenly(3) {
            let counted = part.counted(2);
            assert_eq!((counted.run(|| 'a'), counted.run(|| 'b')), (Some('a'), Some('b')));
        }
        let seen = recorder.seen.into_inner().unwrap();
        assert_eq!(seen, [0.0, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0]);
    }

    #[test]
    fn no_unit_is_done_after_a_cancellation() {
        let (matrix, recorder) = (matrix(), Recorder { seen: Mutex::default(), limit: 2 });
        let span = Span::whole(&recorder, &matrix, 5);
        let counted = span.counted(10);
        let done: Vec<_> = (0..10).map_while(|unit| counted.run(|| unit)).collect();
        assert_eq!(done, [0, 1]);
        assert_eq!(span.begin(), Err(Cancelled));
        assert_eq!(Span::whole(&Unobserved, &matrix, 5).begin(), Ok(()));
    }
}
