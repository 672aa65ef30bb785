//! Timing of progress lines.

use std::time::Duration;

/// The schedule of progress lines without a terminal: one a second in the first minute, then at
/// intervals of a sixtieth of the elapsed time, so that long runs do not fill a log.
pub(super) struct Lines {
    first: First,
    last: Option<Duration>,
}

/// When the first line is due.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    Immediately,
    /// So that short work has no line.
    AfterOneSecond,
}

/// The position of a line in a step.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    Midway,
    /// Always due, if there were earlier lines.
    End,
}

impl Lines {
    pub(super) fn new(first: First) -> Self {
        Self { first, last: None }
    }

    /// Whether a line is due. If so, it counts as written.
    pub(super) fn due(&mut self, elapsed: Duration, position: Position) -> bool {
        let interval = Duration::from_secs(1).max(elapsed / 60);
        let due = match self.last {
            None => self.first == First::Immediately || elapsed >= interval,
            Some(last) => position == Position::End || elapsed - last >= interval,
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
    fn lines_become_less_frequent_in_long_runs() {
        let lines_in = |hours: u64| {
            let mut lines = Lines::new(First::AfterOneSecond);
            (0..hours * 36_000)
                .filter(|&t| lines.due(Duration::from_millis(t * 100), Position::Midway))
                .count()
        };
        assert_eq!(lines_in(0), 0);
        let (one, ten) = (lines_in(1), lines_in(10));
        assert!((200..400).contains(&one), "{one}");
        assert!(ten < 500, "{ten}");
    }

    #[test]
    fn the_end_is_reported_only_after_earlier_lines() {
        let soon = Duration::from_millis(10);
        let mut lines = Lines::new(First::Immediately);
        assert!(lines.due(Duration::ZERO, Position::Midway));
        assert!(!lines.due(soon, Position::Midway));
        assert!(lines.due(soon, Position::End));
        assert!(!Lines::new(First::AfterOneSecond).due(soon, Position::End));
    }
}
