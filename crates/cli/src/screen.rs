//! Drawing progress bars on standard error through the writer thread of messages.

use crate::messages::{self, CLEAR};
use console::Term;
use indicatif::TermLike;
use std::io;
use std::sync::{Mutex, PoisonError};

/// Width of a terminal of unknown size.
const WIDTH: u16 = 80;

/// Buffers a drawing, and passes it to the writer thread on flush, without blocking.
#[derive(Debug)]
pub(crate) struct Screen {
    terminal: Term,
    drawing: Mutex<String>,
}

impl Screen {
    pub(crate) fn new() -> Self {
        Self { terminal: Term::stderr(), drawing: Mutex::default() }
    }

    fn push(&self, text: impl AsRef<str>) -> io::Result<()> {
        self.drawing.lock().unwrap_or_else(PoisonError::into_inner).push_str(text.as_ref());
        Ok(())
    }

    /// Moves the cursor by `n` in the direction of the control letter.
    fn move_cursor(&self, n: usize, direction: char) -> io::Result<()> {
        if n > 0 { self.push(format!("\u{1b}[{n}{direction}")) } else { Ok(()) }
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        self.terminal.size_checked().map_or(WIDTH, |(_, width)| width)
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.move_cursor(n, 'A')
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.move_cursor(n, 'B')
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.move_cursor(n, 'C')
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.move_cursor(n, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.push(text)?;
        self.push("\n")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.push(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.push(CLEAR)
    }

    fn flush(&self) -> io::Result<()> {
        let drawing =
            std::mem::take(&mut *self.drawing.lock().unwrap_or_else(PoisonError::into_inner));
        if !drawing.is_empty() {
            messages::draw(&drawing);
        }
        Ok(())
    }
}
