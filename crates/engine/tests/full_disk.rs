//! A disk that fills up during a fit.
#![cfg(target_os = "linux")]

mod common;

use common::fits::{fitted, slow_fit};
use common::ratings::{import, many};
use likemind::{AllPairs, Unobserved};
use likemind_engine::{FitEvent, FitStop, fit};
use likemind_store::{JobError, Store, StoreError};
use std::fs;

/// Says why a test is skipped; where the whole of the tests is asked for, that is a failure.
fn skip(why: &str) {
    assert!(std::env::var_os("LIKEMIND_REQUIRE_DATA").is_none(), "{why}");
    eprintln!("skipped: {why}");
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// A file system of 16 MiB in memory.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(folder.path());
        mount.output().is_ok_and(|done| done.status.success()).then(|| Self(folder))
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// Takes all room that is left.
    fn fill(&self) {
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

#[tokio::test]
async fn a_disk_that_fills_up_during_a_fit_loses_nothing() {
    let Some(disk) = SmallDisk::mount() else {
        let why = "no small disk can be mounted";
        return if is_root() { skip(why) } else { eprintln!("skipped: {why}") };
    };
    let file = disk.path("test.db");
    let store = Store::create_or_open(&file).await.unwrap();
    import(&store, &many(1_500)).await;
    let (digest, matrix) = (store.data_digest().await.unwrap(), store.matrix().await.unwrap());
    let options = slow_fit();
    let mut filled = false;
    let mut fill = |event| {
        if let (FitEvent::Comparing(_), false) = (event, filled) {
            disk.fill();
            filled = true;
        }
    };
    let error = fit(&store, options.clone(), &FitStop::default(), &mut fill).await.unwrap_err();
    assert!(matches!(error, JobError::Store(StoreError::Full { .. })), "{error}");
    assert!(filled);
    assert_eq!(store.data_digest().await.unwrap(), digest);
    assert_eq!(store.models().await.unwrap(), []);
    store.close().await;
    fs::remove_file(disk.path("filler")).unwrap();
    let store = Store::open_existing(&file).await.unwrap();
    assert_eq!(store.matrix().await.unwrap(), matrix);
    // The process that failed is not waited for.
    let fitted = fitted(&store, options.clone()).await;
    let wanted = AllPairs::new(&matrix, options.parameters).run(&Unobserved).unwrap();
    assert_eq!((fitted.job.0, fitted.digest), (1, wanted.digest()));
    store.close().await;
}
