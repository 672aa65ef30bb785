//! A small disk for tests of full disks.

use std::fs;

/// Reports why a test is skipped; fails instead if all tests are required to run.
pub(crate) fn skip(reason: &str) {
    assert!(std::env::var_os("LIKEMIND_REQUIRE_DATA").is_none(), "{reason}");
    eprintln!("skipped: {reason}");
}

pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// A file system of 16 MiB in memory.
pub(crate) struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    pub(crate) fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(folder.path());
        mount.output().is_ok_and(|done| done.status.success()).then(|| Self(folder))
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// Fills the remaining space.
    pub(crate) fn fill(&self) {
        use std::io::Write;
        let mut filler = fs::File::create(self.path("filler")).unwrap();
        while filler.write_all(&[0; 4_096]).is_ok() {}
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        std::process::Command::new("umount").arg("-l").arg(self.0.path()).status().ok();
    }
}
