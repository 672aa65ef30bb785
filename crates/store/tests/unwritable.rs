//! Full disks, and folders that cannot be written.
#![cfg(target_os = "linux")]

mod common;

use common::errors::OfStore;
use common::{Place, SMALL, batch, import, table};
use likemind::RatingTable;
use likemind_store::{Change, ImportProgress, ImportStep, Store, StoreError};
use std::fs;

const SET: Change = Change::Set { rating: 2.0, timestamp: None };

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

fn many(users: u32) -> RatingTable {
    let mut table = RatingTable::new();
    for user in 0..users {
        for item in 0..50 {
            let rating = f64::from((user * 7 + item) % 5 + 1);
            table.push(&format!("u{user}"), &format!("i{item}"), rating, None).unwrap();
        }
    }
    table
}

#[tokio::test]
async fn a_disk_that_fills_up_during_an_import_loses_nothing() {
    let disk = match SmallDisk::mount() {
        Some(disk) => disk,
        None if is_root() => return skip("no small disk can be mounted"),
        None => return eprintln!("skipped: only root can mount a small disk"),
    };
    let file = disk.path("test.db");
    let store = Store::create_or_open(&file).await.unwrap();
    import(&store, &table(SMALL)).await.unwrap();
    let (digest, matrix) = (store.data_digest().await.unwrap(), store.matrix().await.unwrap());
    let more = many(1_000);
    let mut filled = false;
    let mut report = |progress: ImportProgress| {
        if progress.step == ImportStep::Ratings && progress.done * 2 > progress.total && !filled {
            disk.fill();
            filled = true;
        }
    };
    let error = store.import(batch(&more), &mut report).await.unwrap_err().of_store();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    assert!(error.to_string().ends_with("expected room to write, found the disk full"), "{error}");
    assert!(filled);
    // While it is full, and once there is room again.
    assert_eq!(store.data_digest().await.unwrap(), digest);
    store.close().await;
    fs::remove_file(disk.path("filler")).unwrap();
    let store = Store::open_existing(&file).await.unwrap();
    assert_eq!(store.data_digest().await.unwrap(), digest);
    assert_eq!(store.matrix().await.unwrap(), matrix);
    assert_eq!(import(&store, &more).await.unwrap().added, 50_000);
    store.close().await;
}

#[tokio::test]
async fn a_full_disk_refuses_ratings_and_keeps_those_it_acknowledged() {
    let Some(disk) = SmallDisk::mount() else {
        let why = "no small disk can be mounted";
        return if is_root() { skip(why) } else { eprintln!("skipped: {why}") };
    };
    let file = disk.path("test.db");
    let store = Store::create_or_open(&file).await.unwrap();
    import(&store, &table(SMALL)).await.unwrap();
    // A database that is opened on a full disk has no room for its log: this one is in use.
    store.rate("early", "Heat", SET).await.unwrap();
    disk.fill();
    let mut acknowledged = 0;
    let error = loop {
        match store.rate(&format!("new {acknowledged}"), "Heat", SET).await {
            Ok(_) => acknowledged += 1,
            Err(error) => break error.of_store(),
        }
    };
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    let sequence = store.sequence().await.unwrap();
    assert_eq!(sequence, 2 + acknowledged);
    store.close().await;
    fs::remove_file(disk.path("filler")).unwrap();
    let store = Store::open_existing(&file).await.unwrap();
    assert_eq!(store.matrix().await.unwrap().ratings() as u64, 6 + acknowledged);
    store.rate("later", "Heat", SET).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt;
    if is_root() {
        return eprintln!("skipped: permissions do not bind root");
    }
    let place = Place::new();
    let permit = |mode| {
        fs::set_permissions(place.folder.path(), fs::Permissions::from_mode(mode)).unwrap();
    };
    permit(0o555);
    let error = Store::create_or_open(&place.file).await.unwrap_err().of_store();
    permit(0o755);
    assert!(matches!(error, StoreError::Unwritable { .. }), "{error}");
}
