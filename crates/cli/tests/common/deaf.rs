//! Outputs that accept nothing.

use std::io::{PipeReader, Write};
use std::os::fd::OwnedFd;

/// An output.
pub(crate) struct Deaf {
    pub(crate) name: &'static str,
    pub(crate) end: OwnedFd,
    /// The read end of the pipe, which keeps it open.
    pub(crate) unread: Option<PipeReader>,
}

/// A full device, a pipe that is never read, and a pipe without a reader.
pub(crate) fn deaf_ends() -> [Deaf; 3] {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (unread, to_unread) = full_pipe();
    let (_, to_nobody) = std::io::pipe().unwrap();
    [
        Deaf { name: "full", end: full.into(), unread: None },
        Deaf { name: "unread", end: to_unread, unread: Some(unread) },
        Deaf { name: "broken", end: to_nobody.into(), unread: None },
    ]
}

/// A full pipe.
pub(crate) fn full_pipe() -> (PipeReader, OwnedFd) {
    let (unread, mut to_unread) = std::io::pipe().unwrap();
    to_unread.write_all(&[b' '; 65_536]).unwrap();
    (unread, to_unread.into())
}
