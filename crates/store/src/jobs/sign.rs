//! A sign of life that needs no time: a lock on a file beside the database, which the system takes
//! back from a process that is gone. The file says whose it is: the fence of its holder, and those of
//! holders that were known to be gone when it was written.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// What the file's name ends with.
const SUFFIX: &str = "-job";

/// What a holder knows of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Former {
    /// It had no lease any more, or may still be alive.
    Unknown,
    /// The holder with this fence has died.
    Gone(i64),
}

/// The lock, as long as it is kept.
#[derive(Debug)]
pub(super) struct Sign {
    fence: i64,
    /// `None` where the file system has no locks: the heartbeat alone tells then.
    locked: Option<(File, PathBuf)>,
}

impl Sign {
    /// Shows the sign of the holder with this fence, before its lease is committed. Called inside a
    /// transaction that writes, so by one process at a time.
    pub(super) fn show(path: &Path, fence: i64, former: Former) -> Self {
        let path = beside(path);
        // What is there is a former holder's, who may have it open still: ours is a file of its own.
        let _ = fs::remove_file(&path);
        let text = match former {
            // Whoever comes next must know it as well, should this lease never be committed.
            Former::Gone(gone) => format!("{fence} {gone}"),
            Former::Unknown => fence.to_string(),
        };
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path).ok();
        let file = file
            .filter(|mut file| file.try_lock().is_ok() && file.write_all(text.as_bytes()).is_ok());
        Self { fence, locked: file.map(|file| (file, path)) }
    }

    /// Takes the file away when the lease was given back, unless it is the next holder's already. A
    /// holder that could not give it back, as on a full disk, leaves the file without a lock: whoever
    /// comes next sees that it is gone.
    pub(super) fn take_down(&self) {
        if let Some((_, path)) = &self.locked
            && fs::read_to_string(path).is_ok_and(|text| fences(&text).next() == Some(self.fence))
        {
            // Left behind, it only takes up a name.
            let _ = fs::remove_file(path);
        }
    }

    /// Whether the holder with this fence is gone for certain: its lock is to be had, or was when
    /// another began to take over. Any other file tells nothing, nor does none: the holder may be
    /// where files cannot be locked.
    pub(super) fn is_gone(path: &Path, fence: i64) -> bool {
        let file = OpenOptions::new().read(true).write(true).open(beside(path));
        let Ok(mut file) = file else { return false };
        let mut text = String::new();
        let is_unlocked = file.try_lock().is_ok();
        is_unlocked
            && file.read_to_string(&mut text).is_ok()
            && fences(&text).any(|said| said == fence)
    }
}

/// The fences in the file: its holder's first.
fn fences(text: &str) -> impl Iterator<Item = i64> {
    text.split(' ').filter_map(|fence| fence.parse().ok())
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(SUFFIX);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_tells_of_its_own_holder_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        assert!(!Sign::is_gone(&path, 1), "no sign tells nothing");
        let first = Sign::show(&path, 1, Former::Unknown);
        assert!(!Sign::is_gone(&path, 1));
        // Asleep, and replaced; the next one shows a sign though the former's is locked.
        let second = Sign::show(&path, 2, Former::Unknown);
        first.take_down();
        drop(first);
        assert!(!Sign::is_gone(&path, 2) && beside(&path).exists());
        drop(second);
        assert!(Sign::is_gone(&path, 2));
        assert!(!Sign::is_gone(&path, 1), "who is asleep may wake");
    }

    #[test]
    fn who_dies_while_taking_over_leaves_what_it_knew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        drop(Sign::show(&path, 7, Former::Unknown));
        for _ in 0..2 {
            assert!(Sign::is_gone(&path, 7));
            let next = Sign::show(&path, 8, Former::Gone(7));
            assert!(!Sign::is_gone(&path, 8));
            drop(next);
        }
        let last = Sign::show(&path, 8, Former::Gone(7));
        last.take_down();
        assert!(!beside(&path).exists());
    }
}
