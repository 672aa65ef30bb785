//! What is said besides results: lines on standard error.
//!
//! A thread of their own writes them, so that work and signals go on whatever standard error is: closed,
//! full, or a pipe that nobody reads.

use crate::text::printable;
use std::fmt::Display;
use std::io::{self, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};

static WRITER: OnceLock<NonBlocking> = OnceLock::new();

/// Whether the last line is a drawing.
static IS_DRAWN: AtomicBool = AtomicBool::new(false);

/// Goes to the beginning of a line and clears it.
pub(crate) const CLEAR: &str = "\r\u{1b}[2K";

/// Has a thread write what is said from now on. When the guard is dropped, lines that wait are written,
/// if standard error takes them within a second.
pub(crate) fn begin() -> WorkerGuard {
    let (writer, guard) =
        NonBlockingBuilder::default().lossy(true).thread_name("messages").finish(io::stderr());
    // A second beginning would only find the first one's writer.
    let _ = WRITER.set(writer);
    guard
}

/// What writes lines without waiting for whoever reads them.
pub(crate) fn writer() -> NonBlocking {
    WRITER.get().cloned().unwrap_or_else(|| NonBlockingBuilder::default().finish(io::sink()).0)
}

/// Says something that people should know of, and programs need not.
pub(crate) fn note(text: impl Display) {
    say(format_args!("note: {text}"));
}

/// Writes a line, safe to print; in the place of a bar that is drawn, which is drawn again below it.
pub(crate) fn say(text: impl Display) {
    let place = if IS_DRAWN.load(Ordering::Relaxed) { CLEAR } else { "" };
    write(&format!("{place}{}\n", printable(&text.to_string())));
}

/// Writes a drawing as it is.
pub(crate) fn draw(text: &str) {
    IS_DRAWN.store(true, Ordering::Relaxed);
    write(text);
}

/// Nothing is drawn any more.
pub(crate) fn is_undrawn() {
    IS_DRAWN.store(false, Ordering::Relaxed);
}

fn write(text: &str) {
    // Where nobody listens, nobody misses it.
    let _ = match WRITER.get() {
        Some(writer) => writer.clone().write_all(text.as_bytes()),
        None => io::stderr().write_all(text.as_bytes()),
    };
}
