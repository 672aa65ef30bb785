//! Messages on standard error.
//!
//! A separate thread writes them, so that neither work nor signals wait if standard error is closed,
//! full, or a pipe that nobody reads.

use crate::text::printable;
use std::fmt::Display;
use std::io::{self, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};

static WRITER: OnceLock<NonBlocking> = OnceLock::new();

/// Whether a progress bar is on the last line.
static IS_DRAWN: AtomicBool = AtomicBool::new(false);

/// Control sequence that moves to the start of a line and clears it.
pub(crate) const CLEAR: &str = "\r\u{1b}[2K";

/// Starts the writer thread. When the guard is dropped, pending lines are written if standard error
/// accepts them within a second.
pub(crate) fn begin() -> WorkerGuard {
    let (writer, guard) =
        NonBlockingBuilder::default().lossy(true).thread_name("messages").finish(io::stderr());
    // Only called once; a second writer would be ignored.
    let _ = WRITER.set(writer);
    guard
}

/// A writer of lines that never blocks.
pub(crate) fn writer() -> NonBlocking {
    WRITER.get().cloned().unwrap_or_else(|| NonBlockingBuilder::default().finish(io::sink()).0)
}

/// Writes a note for people.
pub(crate) fn note(text: impl Display) {
    say(format_args!("note: {text}"));
}

/// Writes a line, with control characters escaped. It replaces a progress bar, which is drawn again below.
pub(crate) fn say(text: impl Display) {
    let place = if IS_DRAWN.load(Ordering::Relaxed) { CLEAR } else { "" };
    write(&format!("{place}{}\n", printable(&text.to_string())));
}

/// Writes a drawing of a progress bar, unescaped.
pub(crate) fn draw(text: &str) {
    IS_DRAWN.store(true, Ordering::Relaxed);
    write(text);
}

/// Records that the progress bar has been removed.
pub(crate) fn bar_removed() {
    IS_DRAWN.store(false, Ordering::Relaxed);
}

fn write(text: &str) {
    // Messages are not essential, so errors are ignored.
    let _ = match WRITER.get() {
        Some(writer) => writer.clone().write_all(text.as_bytes()),
        None => io::stderr().write_all(text.as_bytes()),
    };
}
