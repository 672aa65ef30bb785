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
use lines::{First, Lines, Place};
use pace::{Pace, rounded};
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
struct Reached {
    done: u64,
    share: f64,
}

impl From<StepProgress> for Reached {
    fn from(StepProgress { done, share, .. }: StepProgress) -> Self {
        Self { done, share }
    }
}

/// What was reported so far.
struct Run {
    begun: Instant,
    /// Where this run began: not at 0 if it goes on with an earlier one.
    first: Option<Reached>,
    last: Reached,
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
        let first_line = if matches!(to, To::Json) { First::AtOnce } else { First::AfterASecond };
        let run = Mutex::new(Run {
            begun: Instant::now(),
            first: None,
            last: Reached::default(),
            changed: Duration::ZERO,
            lines: Lines::new(first_line),
        });
        Self { step, unit, total, to, run }
    }

    /// So many units are done; never goes back.
    pub(crate) fn set(&self, done: u64) {
        let share = if self.total > 0 { done as f64 / self.total as f64 } else { 0.0 };
        self.advance(Reached { done, share });
    }

    /// So much is done; never goes back.
    fn advance(&self, now: Reached) {
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
        let place = if ends { Place::End } else { Place::Midway };
        match &self.to {
            To::Nowhere => {}
            To::Bar(bar) => {
                bar.set_position((now.share * BAR_LENGTH as f64) as u64);
                bar.set_message(self.describe(&pace));
            }
            To::Text => {
                if run.lines.due(elapsed, Place::Midway) {
                    let percent = (now.share * 100.0).floor();
                    say(format_args!("{}: {percent} %, {}", self.step, self.describe(&pace)));
                }
            }
            To::Json => {
                if run.lines.due(elapsed, place) {
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
