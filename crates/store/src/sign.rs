//! A sign of life that needs no database: a lock on a file beside it, which the system takes back from
//! a process that is gone, and the time when its holder last touched it. The file says whose it is:
//! the fence of its holder, and those of holders that were known to be gone when it was written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// After so many seconds without a heartbeat a holder counts as gone: a process that was killed, or a
/// machine that sleeps.
pub(crate) const PATIENCE: f64 = 10.0;

/// What the file's name ends with.
const SUFFIX: &str = "-job";

/// What a holder knows of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Former {
    /// It had no lease any more, or may still be alive.
    Unknown,
    /// The holder with this fence has died.
    Gone(i64),
}

/// What a sign tells of the holder with a fence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Life {
    /// It is alive, and was awake lately.
    Alive,
    /// It has died.
    Gone,
    /// Nothing: it sleeps, or is where files cannot be locked.
    #[default]
    Unknown,
}

/// The lock, as long as it is kept.
#[derive(Debug)]
pub(crate) struct Sign {
    fence: i64,
    /// `None` where the file system has no locks: the heartbeat alone tells then.
    locked: Option<(File, PathBuf)>,
}

impl Sign {
    /// Shows the sign of the holder with this fence, before its lease is committed. Called inside a
    /// transaction that writes, so by one process at a time.
    pub(crate) fn show(path: &Path, fence: i64, former: Former) -> Self {
        let path = beside(path);
        // What is there is a former holder's, who may have it open still: ours is a file of its own.
        let _ = fs::remove_file(&path);
        let text = match former {
            // Whoever comes next must know it as well, should this lease never be committed.
            Former::Gone(gone) => format!("{fence} {gone}"),
            Former::Unknown => fence.to_string(),
        };
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path).ok();
        // Whoever looks at it leaves it alone until it says something.
        let file = file
            .filter(|mut file| file.try_lock().is_ok() && file.write_all(text.as_bytes()).is_ok());
        Self { fence, locked: file.map(|file| (file, path)) }
    }

    /// Takes the file away when the lease was given back, unless it is the next holder's already. A
    /// holder that could not give it back, as on a full disk, leaves the file without a lock: whoever
    /// comes next sees that it is gone.
    pub(crate) fn take_down(&self) {
        if let Some((_, path)) = &self.locked
            && fs::read_to_string(path).is_ok_and(|text| fences(&text).next() == Some(self.fence))
        {
            // Left behind, it only takes up a name.
            let _ = fs::remove_file(path);
        }
    }

    /// Says that its holder is awake: for as long as another process writes, the database cannot be
    /// told.
    pub(crate) fn touch(&self) {
        if let Some((file, _)) = &self.locked {
            // Where files have no times, the heartbeat alone tells.
            let _ = file.set_modified(SystemTime::now());
        }
    }

    /// What there is to be known of the holder with this fence. Any other's file tells nothing.
    pub(crate) fn of(path: &Path, fence: i64) -> Life {
        let Ok(mut file) = File::open(beside(path)) else { return Life::Unknown };
        let mut text = String::new();
        if file.read_to_string(&mut text).is_err() {
            return Life::Unknown;
        }
        let mut said = fences(&text);
        match (said.next() == Some(fence), said.any(|gone| gone == fence)) {
            // Shared: whoever looks at the same time is no holder.
            (true, _) => match file.try_lock_shared() {
                Ok(()) => Life::Gone,
                Err(TryLockError::WouldBlock) if is_fresh(&file) => Life::Alive,
                Err(_) => Life::Unknown,
            },
            (false, true) => Life::Gone,
            (false, false) => Life::Unknown,
        }
    }
}

/// Whether the file was touched lately. A time to come is none: a clock was set back.
fn is_fresh(file: &File) -> bool {
    let touched = file.metadata().and_then(|about| about.modified());
    let age = touched.map(|touched| touched.elapsed().unwrap_or_else(|ahead| ahead.duration()));
    age.is_ok_and(|age| age < Duration::from_secs_f64(PATIENCE))
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
        assert_eq!(Sign::of(&path, 1), Life::Unknown, "no sign tells nothing");
        let first = Sign::show(&path, 1, Former::Unknown);
        assert_eq!(Sign::of(&path, 1), Life::Alive);
        // Asleep, and replaced; the next one shows a sign though the former's is locked.
        let second = Sign::show(&path, 2, Former::Unknown);
        first.take_down();
        drop(first);
        assert_eq!(Sign::of(&path, 2), Life::Alive);
        drop(second);
        assert_eq!(Sign::of(&path, 2), Life::Gone);
        assert_eq!(Sign::of(&path, 1), Life::Unknown, "who is asleep may wake");
    }

    #[test]
    fn who_dies_while_taking_over_leaves_what_it_knew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        drop(Sign::show(&path, 7, Former::Unknown));
        for _ in 0..2 {
            assert_eq!(Sign::of(&path, 7), Life::Gone);
            let next = Sign::show(&path, 8, Former::Gone(7));
            assert_eq!((Sign::of(&path, 7), Sign::of(&path, 8)), (Life::Gone, Life::Alive));
            drop(next);
        }
        let last = Sign::show(&path, 8, Former::Gone(7));
        last.take_down();
        assert!(!beside(&path).exists());
    }

    #[test]
    fn who_was_not_awake_lately_is_not_said_to_be_alive() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let sign = Sign::show(&path, 3, Former::Unknown);
        let hour = Duration::from_secs(3_600);
        for other in [SystemTime::now() - hour, SystemTime::now() + hour] {
            sign.locked.as_ref().unwrap().0.set_modified(other).unwrap();
            assert_eq!(Sign::of(&path, 3), Life::Unknown);
            sign.touch();
            assert_eq!(Sign::of(&path, 3), Life::Alive);
        }
    }
}
