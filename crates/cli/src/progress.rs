//! Progress on standard error.

use crate::messages::{self, say};
use crate::output::grouped;
use crate::screen::Screen;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use likemind::{Observer, Progress};
use serde::Serialize;
use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How progress is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressMode {
    /// A bar on a terminal, else a line of text now and then
    Auto,
    /// A bar, also where there is no terminal
    Bar,
    /// A JSON object a line: one a second, fewer in long runs
    Json,
    /// Nothing
    None,
}

/// The progress of one step.
pub(crate) struct Reporter {
    step: String,
    /// What is counted, for people.
    unit: &'static str,
    total: u64,
    to: To,
    run: Mutex<Run>,
}

enum To {
    Nowhere,
    Bar(ProgressBar),
    Text,
    Json,
}

/// How far a step is. `share` is of its work, which the units may not cost evenly.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Advance {
    pub(crate) done: u64,
    pub(crate) share: f64,
}

/// What was reported so far.
struct Run {
    begun: Instant,
    /// Where this run began: not at 0 if it goes on with an earlier one.
    first: Option<Advance>,
    last: Advance,
    /// When it last changed.
    changed: Duration,
    lines: Lines,
}

/// A line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    step: &'a str,
    done: u64,
    of: u64,
    share: f64,
    per_second: Option<f64>,
    seconds_left: Option<f64>,
}

impl Reporter {
    /// A step that is `total` units long; 0 where that is not known.
    pub(crate) fn new(
        mode: ProgressMode,
        step: impl Into<String>,
        unit: &'static str,
        total: u64,
    ) -> Self {
        let step = step.into();
        let to = match mode {
            ProgressMode::Auto if is_screen() => To::Bar(bar(&step, total)),
            ProgressMode::Auto => To::Text,
            ProgressMode::None => To::Nowhere,
            ProgressMode::Bar => To::Bar(bar(&step, total)),
            ProgressMode::Json => To::Json,
        };
        let begun = Instant::now();
        let lines = Lines::new(matches!(to, To::Json));
        let run = Mutex::new(Run {
            begun,
            first: None,
            last: Advance::default(),
            changed: Duration::ZERO,
            lines,
        });
        Self { step, unit, total, to, run }
    }

    /// So many units are done; never goes back.
    pub(crate) fn set(&self, done: u64) {
        let share = if self.total > 0 { done as f64 / self.total as f64 } else { 0.0 };
        self.advance(Advance { done, share });
    }

    /// So much is done; never goes back.
    pub(crate) fn advance(&self, now: Advance) {
        let mut run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        if run.first.is_some() && now.done < run.last.done {
            return;
        }
        let is_news = run.first.is_none() || now != run.last;
        let first = *run.first.get_or_insert(now);
        run.last = now;
        let elapsed = run.begun.elapsed();
        if is_news {
            run.changed = elapsed;
        }
        let pace = Pace { first, now, changed: run.changed, elapsed };
        let ends = is_news && self.total > 0 && now.done >= self.total;
        match &self.to {
            To::Nowhere => {}
            To::Bar(bar) => {
                bar.set_position((now.share * BAR_LENGTH as f64) as u64);
                bar.set_message(self.describe(&pace));
            }
            To::Text => {
                if run.lines.due(elapsed, false) {
                    let percent = (now.share * 100.0).floor();
                    say(format_args!("{}: {percent} %, {}", self.step, self.describe(&pace)));
                }
            }
            To::Json => {
                if run.lines.due(elapsed, ends) {
                    let line = Line {
                        step: &self.step,
                        done: now.done,
                        of: self.total,
                        share: now.share,
                        per_second: pace.per_second(),
                        seconds_left: pace.seconds_left(),
                    };
                    say(serde_json::to_string(&line).unwrap_or_default());
                }
            }
        }
    }

    fn describe(&self, pace: &Pace) -> String {
        let mut text = match self.total {
            0 => format!("{} {}", grouped(pace.now.done), self.unit),
            total => format!("{} of {} {}", grouped(pace.now.done), grouped(total), self.unit),
        };
        if let Some(rate) = pace.per_second() {
            text += &format!(", {}/s", rounded(rate));
        }
        if let Some(seconds) = pace.seconds_left() {
            text += &format!(", {} left", span(seconds));
        }
        text
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        if let To::Bar(bar) = &self.to {
            bar.finish_and_clear();
            messages::is_undrawn();
        }
    }
}

impl Observer for Reporter {
    fn progress(&self, progress: Progress) {
        self.advance(Advance { done: progress.pairs_done, share: progress.work_done });
    }
}

/// When lines are due where nobody can draw over the last one: one a second in the first minute,
/// then every sixtieth part of the time that has passed, so that a night does not fill a log.
struct Lines {
    at_once: bool,
    last: Option<Duration>,
}

impl Lines {
    fn new(at_once: bool) -> Self {
        Self { at_once, last: None }
    }

    fn due(&mut self, elapsed: Duration, ends: bool) -> bool {
        let interval = Duration::from_secs(1).max(elapsed / 60);
        let due = match self.last {
            None => self.at_once || elapsed >= interval,
            Some(last) => ends || elapsed - last >= interval,
        };
        if due {
            self.last = Some(elapsed);
        }
        due
    }
}

/// How fast a run is.
struct Pace {
    first: Advance,
    now: Advance,
    /// When that much was done: parts of the work may be long.
    changed: Duration,
    elapsed: Duration,
}

impl Pace {
    fn per_second(&self) -> Option<f64> {
        let seconds = self.changed.as_secs_f64();
        let done = self.now.done - self.first.done;
        (done > 0 && seconds > 0.0).then(|| done as f64 / seconds)
    }

    /// The rest of the work at the pace of this run so far.
    fn seconds_left(&self) -> Option<f64> {
        let share = self.now.share - self.first.share;
        let left = (1.0 - self.now.share).max(0.0);
        let since = (self.elapsed - self.changed).as_secs_f64();
        (share > 0.0).then(|| (self.changed.as_secs_f64() * left / share - since).max(0.0))
    }
}

/// A number in three digits or so: 391 M.
fn rounded(number: f64) -> String {
    let (scaled, unit) = match number {
        1e9.. => (number / 1e9, " G"),
        1e6.. => (number / 1e6, " M"),
        1e3.. => (number / 1e3, " k"),
        _ => (number, ""),
    };
    let places = usize::from(scaled < 100.0) + usize::from(scaled < 10.0);
    format!("{scaled:.places$}{unit}")
}

/// A time for people: 42 s, 3 min 20 s, 2 h 5 min.
pub(crate) fn span(seconds: f64) -> String {
    match seconds.ceil() as u64 {
        s @ 0..60 => format!("{s} s"),
        s @ 60..3600 => format!("{} min {} s", s / 60, s % 60),
        s => format!("{} h {} min", s / 3600, s % 3600 / 60),
    }
}

/// Whether a bar can be drawn: on a terminal that is more than a line printer.
fn is_screen() -> bool {
    io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|kind| kind != "dumb")
}

/// In how many steps a bar moves.
const BAR_LENGTH: u64 = 10_000;

/// How often it is drawn at most.
const DRAWN_PER_SECOND: u8 = 20;

fn bar(step: &str, total: u64) -> ProgressBar {
    let template = match total {
        0 => "{prefix:>10} {spinner} {msg}",
        _ => "{prefix:>10} {wide_bar} {percent:>3} % {msg}",
    };
    let screen = ProgressDrawTarget::term_like_with_hz(Box::new(Screen::new()), DRAWN_PER_SECOND);
    let bar = ProgressBar::with_draw_target(Some(BAR_LENGTH), screen);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_prefix(step.to_owned());
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_rarer_in_long_runs() {
        let lines_in = |hours: u64| {
            let mut lines = Lines::new(false);
            (0..hours * 36_000)
                .filter(|&t| lines.due(Duration::from_millis(t * 100), false))
                .count()
        };
        assert_eq!(lines_in(0), 0);
        let (one, ten) = (lines_in(1), lines_in(10));
        assert!((200..400).contains(&one), "{one}");
        assert!(ten < 500, "{ten}");
    }

    #[test]
    fn the_pace_is_that_of_this_run() {
        let first = Advance { done: 500, share: 0.5 };
        let now = Advance { done: 600, share: 0.75 };
        let changed = Duration::from_secs(10);
        let pace = Pace { first, now, changed, elapsed: changed };
        assert_eq!(pace.per_second(), Some(10.0));
        assert_eq!(pace.seconds_left(), Some(10.0));
        // While a long part of the work goes on.
        let later = Pace { elapsed: Duration::from_secs(13), ..pace };
        assert_eq!((later.per_second(), later.seconds_left()), (Some(10.0), Some(7.0)));
        let late = Pace { elapsed: Duration::from_secs(33), ..pace };
        assert_eq!(late.seconds_left(), Some(0.0));
        let still = Pace { now: first, ..pace };
        assert_eq!((still.per_second(), still.seconds_left()), (None, None));
    }

    #[test]
    fn numbers_are_short() {
        let shown = [0.5, 12.34, 391.4, 5_000.0, 391.4e6, 13.2e9].map(rounded);
        assert_eq!(shown, ["0.50", "12.3", "391", "5.00 k", "391 M", "13.2 G"]);
        assert_eq!([0.2, 200.0, 7_500.0].map(span), ["1 s", "3 min 20 s", "2 h 5 min"]);
    }
}
