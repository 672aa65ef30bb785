//! Speed of work and estimates of the remaining time.

use super::Point;
use std::time::Duration;

/// The pace of a run.
pub(super) struct Pace {
    pub(super) first: Point,
    pub(super) now: Point,
    /// Time at which `now` was reached; parts of the work may take long.
    pub(super) changed: Duration,
    pub(super) elapsed: Duration,
}

impl Pace {
    pub(super) fn per_second(&self) -> Option<f64> {
        let seconds = self.changed.as_secs_f64();
        let done = self.now.done - self.first.done;
        (done > 0 && seconds > 0.0).then(|| done as f64 / seconds)
    }

    /// Estimated remaining time at the pace of this run.
    pub(super) fn seconds_left(&self) -> Option<f64> {
        let share = self.now.share - self.first.share;
        let left = (1.0 - self.now.share).max(0.0);
        let since = (self.elapsed - self.changed).as_secs_f64();
        (share > 0.0).then(|| (self.changed.as_secs_f64() * left / share - since).max(0.0))
    }
}

/// A number in about three digits, such as `391 M`.
pub(super) fn rounded(number: f64) -> String {
    let (scaled, unit) = match number {
        1e9.. => (number / 1e9, " G"),
        1e6.. => (number / 1e6, " M"),
        1e3.. => (number / 1e3, " k"),
        _ => (number, ""),
    };
    let places = usize::from(scaled < 100.0) + usize::from(scaled < 10.0);
    format!("{scaled:.places$}{unit}")
}

/// A duration for people, such as `42 s`, `3 min 20 s` or `2 h 5 min`.
pub(crate) fn span(seconds: f64) -> String {
    match seconds.ceil() as u64 {
        s @ 0..60 => format!("{s} s"),
        s @ 60..3600 => format!("{} min {} s", s / 60, s % 60),
        s => format!("{} h {} min", s / 3600, s % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_counts_only_this_run() {
        let first = Point { done: 500, share: 0.5 };
        let now = Point { done: 600, share: 0.75 };
        let changed = Duration::from_secs(10);
        let pace = Pace { first, now, changed, elapsed: changed };
        assert_eq!(pace.per_second(), Some(10.0));
        assert_eq!(pace.seconds_left(), Some(10.0));
        // During a long part of the work.
        let later = Pace { elapsed: Duration::from_secs(13), ..pace };
        assert_eq!((later.per_second(), later.seconds_left()), (Some(10.0), Some(7.0)));
        let late = Pace { elapsed: Duration::from_secs(33), ..pace };
        assert_eq!(late.seconds_left(), Some(0.0));
        let still = Pace { now: first, ..pace };
        assert_eq!((still.per_second(), still.seconds_left()), (None, None));
    }

    #[test]
    fn numbers_and_durations_are_short() {
        let shown = [0.5, 12.34, 391.4, 5_000.0, 391.4e6, 13.2e9].map(rounded);
        assert_eq!(shown, ["0.50", "12.3", "391", "5.00 k", "391 M", "13.2 G"]);
        assert_eq!([0.2, 200.0, 7_500.0].map(span), ["1 s", "3 min 20 s", "2 h 5 min"]);
    }
}
