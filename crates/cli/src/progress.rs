//! Progress on standard error.

mod lines;
mod pace;
mod steps;

pub(crate) use pace::span;
pub(crate) use steps::Steps;

use crate::messages::{self, say};
use crate::screen::Screen;
use crate::text::grouped;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use likemind_engine::StepProgress;
use lines::{First, Lines, Position};
use pace::{Pace, rounded};
use serde::Serialize;
use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The format of progress.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressMode {
    /// A bar on a terminal, otherwise lines of text
    Auto,
    /// A bar, even without a terminal
    Bar,
    /// One JSON object per line: one a second, less often in long runs
    Json,
    /// No progress
    None,
}

/// The progress of one step.
pub(crate) struct Reporter {
    step: String,
    /// The counted unit, in plural.
    unit: &'static str,
    total: u64,
    target: Target,
    run: Mutex<Run>,
}

enum Target {
    None,
    Bar(ProgressBar),
    Text,
    Json,
}

/// A point in the progress of a step. `share` is the finished share of its work, since units may differ in
/// cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Point {
    done: u64,
    share: f64,
}

impl From<StepProgress> for Point {
    fn from(StepProgress { done, share, .. }: StepProgress) -> Self {
        Self { done, share }
    }
}

/// The state of a run.
struct Run {
    start: Instant,
    /// The starting point of this run, which is not 0 if it resumes an earlier one.
    first: Option<Point>,
    last: Point,
    /// Time of the last change, since the start.
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
    /// A reporter of a step with `total` units; 0 if that is unknown.
    pub(crate) fn new(
        mode: ProgressMode,
        step: impl Into<String>,
        unit: &'static str,
        total: u64,
    ) -> Self {
        let step = step.into();
        let target = match mode {
            ProgressMode::Auto if is_screen() => Target::Bar(bar(&step, total)),
            ProgressMode::Auto => Target::Text,
            ProgressMode::None => Target::None,
            ProgressMode::Bar => Target::Bar(bar(&step, total)),
            ProgressMode::Json => Target::Json,
        };
        let first_line =
            if matches!(target, Target::Json) { First::Immediately } else { First::AfterOneSecond };
        let run = Mutex::new(Run {
            start: Instant::now(),
            first: None,
            last: Point::default(),
            changed: Duration::ZERO,
            lines: Lines::new(first_line),
        });
        Self { step, unit, total, target, run }
    }

    /// Sets the number of finished units. Smaller numbers than before are ignored.
    pub(crate) fn set(&self, done: u64) {
        let share = if self.total > 0 { done as f64 / self.total as f64 } else { 0.0 };
        self.advance(Point { done, share });
    }

    /// Sets the progress. Earlier points than before are ignored.
    fn advance(&self, now: Point) {
        let mut run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        if run.first.is_some() && now.done < run.last.done {
            return;
        }
        let has_changed = run.first.is_none() || now != run.last;
        let first = *run.first.get_or_insert(now);
        run.last = now;
        let elapsed = run.start.elapsed();
        if has_changed {
            run.changed = elapsed;
        }
        let pace = Pace { first, now, changed: run.changed, elapsed };
        let ends = has_changed && self.total > 0 && now.done >= self.total;
        let position = if ends { Position::End } else { Position::Midway };
        match &self.target {
            Target::None => {}
            Target::Bar(bar) => {
                bar.set_position((now.share * BAR_LENGTH as f64) as u64);
                bar.set_message(self.describe(&pace));
            }
            Target::Text => {
                if run.lines.due(elapsed, Position::Midway) {
                    let percent = (now.share * 100.0).floor();
                    say(format_args!("{}: {percent} %, {}", self.step, self.describe(&pace)));
                }
            }
            Target::Json => {
                if run.lines.due(elapsed, position) {
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
        if let Target::Bar(bar) = &self.target {
            bar.finish_and_clear();
            messages::bar_removed();
        }
    }
}

/// Whether standard error is a terminal with cursor control.
fn is_screen() -> bool {
    io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|kind| kind != "dumb")
}

/// Number of steps of a bar.
const BAR_LENGTH: u64 = 10_000;

/// Maximum frame rate of a bar.
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
