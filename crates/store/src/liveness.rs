//! A heartbeat that does not need the database: a lock file next to it. The operating system
//! releases the lock when the process dies, and the holder updates the modification time of the
//! file. The file contains the fence of its holder, followed by the fences of previous holders that
//! were known to be dead when it was written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Number of seconds without a heartbeat after which a holder counts as dead: its process was
/// killed, or the machine is suspended.
pub(crate) const HOLDER_TIMEOUT: f64 = 10.0;

/// Suffix of the name of the lock file.
const SUFFIX: &str = "-job";

/// What is known about the previous holder of the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PreviousHolder {
    /// There was no holder, or it may still be alive.
    Unknown,
    /// The holder with this fence is dead.
    Dead(i64),
}

/// What the lock file says about the holder with a given fence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Liveness {
    /// The holder is alive and updated the file recently.
    Alive,
    /// The holder is dead.
    Dead,
    /// Unknown: the holder is suspended, or the file system does not support locks.
    #[default]
    Unknown,
}

/// The lock file of this process. The lock is released on drop.
#[derive(Debug)]
pub(crate) struct LivenessLock {
    fence: i64,
    /// `None` if the file system does not support locks; only the heartbeat in the database counts
    /// then.
    locked: Option<(File, PathBuf)>,
}

impl LivenessLock {
    /// Creates and locks the file of the holder with this fence. Must be called inside a write
    /// transaction (so by one process at a time), before the lease is committed.
    pub(crate) fn create(path: &Path, fence: i64, previous: PreviousHolder) -> Self {
        let path = lock_path(path);
        // An existing file belongs to a previous holder, which may still have it open. Create a new
        // one.
        let _ = fs::remove_file(&path);
        let text = match previous {
            // The next holder needs this, too, in case the lease is never committed.
            PreviousHolder::Dead(dead) => format!("{fence} {dead}"),
            PreviousHolder::Unknown => fence.to_string(),
        };
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path).ok();
        // An empty file tells readers nothing, so lock before writing.
        let file = file
            .filter(|mut file| file.try_lock().is_ok() && file.write_all(text.as_bytes()).is_ok());
        Self { fence, locked: file.map(|file| (file, path)) }
    }

    /// Removes the file after the lease was released, unless it already belongs to the next holder.
    /// A holder that could not release its lease (on a full disk, say) leaves the file without a
    /// lock, so the next process sees that the holder is dead.
    pub(crate) fn remove(&self) {
        if let Some((_, path)) = &self.locked
            && fs::read_to_string(path).is_ok_and(|text| fences(&text).next() == Some(self.fence))
        {
            // A leftover file does no harm.
            let _ = fs::remove_file(path);
        }
    }

    /// Updates the modification time. It serves as the heartbeat while another process is writing
    /// to the database.
    pub(crate) fn touch(&self) {
        if let Some((file, _)) = &self.locked {
            // Without modification times, only the heartbeat in the database counts.
            let _ = file.set_modified(SystemTime::now());
        }
    }

    /// Returns what the lock file of the database at `path` says about the holder with this fence.
    /// A file of another holder says nothing unless it lists the fence as dead.
    pub(crate) fn check(path: &Path, fence: i64) -> Liveness {
        let Ok(mut file) = File::open(lock_path(path)) else { return Liveness::Unknown };
        let mut text = String::new();
        if file.read_to_string(&mut text).is_err() {
            return Liveness::Unknown;
        }
        let mut listed = fences(&text);
        match (listed.next() == Some(fence), listed.any(|dead| dead == fence)) {
            // A shared lock, so that concurrent readers are not mistaken for holders.
            (true, _) => match file.try_lock_shared() {
                Ok(()) => Liveness::Dead,
                Err(TryLockError::WouldBlock) if is_fresh(&file) => Liveness::Alive,
                Err(_) => Liveness::Unknown,
            },
            (false, true) => Liveness::Dead,
            (false, false) => Liveness::Unknown,
        }
    }
}

/// Whether the file was modified recently. A time too far in the future does not count: the clock
/// was set back.
fn is_fresh(file: &File) -> bool {
    let touched = file.metadata().and_then(|about| about.modified());
    let age = touched.map(|touched| touched.elapsed().unwrap_or_else(|ahead| ahead.duration()));
    age.is_ok_and(|age| age < Duration::from_secs_f64(HOLDER_TIMEOUT))
}

/// Parses the fences in the file; the first is the fence of the holder.
fn fences(text: &str) -> impl Iterator<Item = i64> {
    text.split(' ').filter_map(|fence| fence.parse().ok())
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(SUFFIX);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_nothing_about_other_holders() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        assert_eq!(LivenessLock::check(&path, 1), Liveness::Unknown, "no file");
        let first = LivenessLock::create(&path, 1, PreviousHolder::Unknown);
        assert_eq!(LivenessLock::check(&path, 1), Liveness::Alive);
        // The first holder is suspended and replaced. The second creates a file although the first
        // still has its lock.
        let second = LivenessLock::create(&path, 2, PreviousHolder::Unknown);
        first.remove();
        drop(first);
        assert_eq!(LivenessLock::check(&path, 2), Liveness::Alive);
        drop(second);
        assert_eq!(LivenessLock::check(&path, 2), Liveness::Dead);
        assert_eq!(
            LivenessLock::check(&path, 1),
            Liveness::Unknown,
            "a suspended process may resume"
        );
    }

    #[test]
    fn dead_holders_stay_known_if_the_next_dies_before_committing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        drop(LivenessLock::create(&path, 7, PreviousHolder::Unknown));
        for _ in 0..2 {
            assert_eq!(LivenessLock::check(&path, 7), Liveness::Dead);
            let next = LivenessLock::create(&path, 8, PreviousHolder::Dead(7));
            assert_eq!(
                (LivenessLock::check(&path, 7), LivenessLock::check(&path, 8)),
                (Liveness::Dead, Liveness::Alive)
            );
            drop(next);
        }
        let last = LivenessLock::create(&path, 8, PreviousHolder::Dead(7));
        last.remove();
        assert!(!lock_path(&path).exists());
    }

    #[test]
    fn a_stale_or_future_modification_time_is_unknown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let lock = LivenessLock::create(&path, 3, PreviousHolder::Unknown);
        let hour = Duration::from_secs(3_600);
        for other in [SystemTime::now() - hour, SystemTime::now() + hour] {
            lock.locked.as_ref().unwrap().0.set_modified(other).unwrap();
            assert_eq!(LivenessLock::check(&path, 3), Liveness::Unknown);
            lock.touch();
            assert_eq!(LivenessLock::check(&path, 3), Liveness::Alive);
        }
    }
}
