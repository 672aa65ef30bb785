//! Progress on standard error.

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use likemind::{Observer, Progress};
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How progress is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressMode {
    /// A bar on a terminal, else nothing
    Auto,
    /// A bar, also where there is no terminal
    Bar,
    /// A JSON object a line, one a second at most
    Json,
    /// Nothing
    None,
}

/// How often a JSON line is written.
const INTERVAL: Duration = Duration::from_secs(1);

/// The progress of one step.
pub(crate) struct Reporter {
    step: &'static str,
    to: To,
    done: AtomicU64,
}

enum To {
    Nowhere,
    Bar(ProgressBar),
    Lines { total: u64, last: Mutex<Option<Instant>> },
}

impl Reporter {
    /// A step that is `total` units long; 0 where that is not known.
    pub(crate) fn new(mode: ProgressMode, step: &'static str, total: u64) -> Self {
        let to = match mode {
            ProgressMode::Auto if io::stderr().is_terminal() => To::Bar(bar(step, total)),
            ProgressMode::Auto | ProgressMode::None => To::Nowhere,
            ProgressMode::Bar => To::Bar(bar(step, total)),
            ProgressMode::Json => To::Lines { total, last: Mutex::new(None) },
        };
        Self { step, to, done: AtomicU64::new(0) }
    }

    /// So many units are done; never goes back.
    pub(crate) fn set(&self, done: u64) {
        let done = done.max(self.done.fetch_max(done, Ordering::Relaxed));
        match &self.to {
            To::Nowhere => {}
            To::Bar(bar) => bar.set_position(done),
            To::Lines { total, last } => {
                let Ok(mut last) = last.lock() else { return };
                let due = last.is_none_or(|last| last.elapsed() >= INTERVAL) || done == *total;
                if due {
                    *last = Some(Instant::now());
                    let line = serde_json::json!({ "step": self.step, "done": done, "of": total });
                    // Nobody may be listening; that is no reason to stop.
                    let _ = writeln!(io::stderr(), "{line}");
                }
            }
        }
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        if let To::Bar(bar) = &self.to {
            bar.finish_and_clear();
        }
    }
}

impl Observer for Reporter {
    fn progress(&self, progress: Progress) {
        self.set(progress.pairs_done);
    }
}

fn bar(step: &'static str, total: u64) -> ProgressBar {
    let template = if total > 0 {
        "{msg:>10} {wide_bar} {percent:>3} % {human_pos} of {human_len}, {per_sec}, {eta} left"
    } else {
        "{msg:>10} {spinner} {human_pos}"
    };
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(step);
    bar
}
