//! When lines of progress are written.

use std::time::Duration;

/// When lines are due where nobody can draw over the last one: one a second in the first minute,
/// then every sixtieth part of the time that has passed, so that a night does not fill a log.
pub(super) struct Lines {
    first: First,
    last: Option<Duration>,
}

/// When the first line is due.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    AtOnce,
    /// Short work has no line.
    AfterASecond,
}

/// Where in a step a line would stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Midway,
    /// Due at any time, once others were.
    End,
}

impl Lines {
    pub(super) fn new(first: First) -> Self {
        Self { first, last: None }
    }

    /// Whether a line is due, which is then taken as written.
    pub(super) fn due(&mut self, elapsed: Duration, place: Place) -> bool {
        let interval = Duration::from_secs(1).max(elapsed / 60);
        let due = match self.last {
            None => self.first == First::AtOnce || elapsed >= interval,
            Some(last) => place == Place::End || elapsed - last >= interval,
        };
        if due {
            self.last = Some(elapsed);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_rarer_in_long_runs() {
        let lines_in = |hours: u64| {
            let mut lines = Lines::new(First::AfterASecond);
            (0..hours * 36_000)
                .filter(|&t| lines.due(Duration::from_millis(t * 100), Place::Midway))
                .count()
        };
        assert_eq!(lines_in(0), 0);
        let (one, ten) = (lines_in(1), lines_in(10));
        assert!((200..400).contains(&one), "{one}");
        assert!(ten < 500, "{ten}");
    }

    #[test]
    fn the_end_is_told_once_something_was() {
        let soon = Duration::from_millis(10);
        let mut lines = Lines::new(First::AtOnce);
        assert!(lines.due(Duration::ZERO, Place::Midway));
        assert!(!lines.due(soon, Place::Midway));
        assert!(lines.due(soon, Place::End));
        assert!(!Lines::new(First::AfterASecond).due(soon, Place::End));
    }
}
