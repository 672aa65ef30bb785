//! Full disks, damaged files, folders that cannot be written, and writers that never end.

mod common;

use common::errors::OfStore;
use common::{Place, SMALL, batch, execute, import, save_model, table};
use likemind::all_pairs::Kernel;
use likemind::{AllPairs, ModelOptions, RatingTable, Side, Unobserved};
use likemind_store::{
    Change, Changes, FitEnd, FitEvent, FitOptions, FitStop, ImportProgress, ImportStep, Store,
    StoreError,
};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const SET: Change = Change::Set { rating: 2.0, timestamp: None };

/// Says why a test is skipped; where the whole of the tests is asked for, that is a failure.
#[cfg(target_os = "linux")]
fn skip(why: &str) {
    assert!(std::env::var_os("LIKEMIND_REQUIRE_DATA").is_none(), "{why}");
    eprintln!("skipped: {why}");
}

#[cfg(target_os = "linux")]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// A file system of 16 MiB in memory.
#[cfg(target_os = "linux")]
struct SmallDisk(tempfile::TempDir);

#[cfg(target_os = "linux")]
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

#[cfg(target_os = "linux")]
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

#[cfg(target_os = "linux")]
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

#[cfg(target_os = "linux")]
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

#[cfg(target_os = "linux")]
/// A fit that lasts long enough for something to happen to it.
fn slow_fit() -> FitOptions {
    FitOptions {
        parameters: ModelOptions::new(Side::Users).with_k(50).check().unwrap(),
        threads: Some(1),
        kernel: Some(Kernel::named("sparse").unwrap()),
        holder: "a test".to_owned(),
        checkpoint_every: Duration::from_millis(20),
        rest: Duration::ZERO,
        keep_models: FitOptions::KEEP_MODELS,
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
    import(&store, &many(1_500)).await.unwrap();
    let (digest, matrix) = (store.data_digest().await.unwrap(), store.matrix().await.unwrap());
    let options = slow_fit();
    let mut filled = false;
    let mut fill = |event| {
        if let (FitEvent::Comparing(_), false) = (event, filled) {
            disk.fill();
            filled = true;
        }
    };
    let go_on = FitStop::default();
    let error = store.fit(options.clone(), &go_on, &mut fill).await.unwrap_err().of_store();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    assert!(filled);
    assert_eq!(store.data_digest().await.unwrap(), digest);
    assert_eq!(store.models().await.unwrap(), []);
    store.close().await;
    fs::remove_file(disk.path("filler")).unwrap();
    let store = Store::open_existing(&file).await.unwrap();
    assert_eq!(store.matrix().await.unwrap(), matrix);
    // The process that failed is not waited for.
    let FitEnd::Done(fitted) = store.fit(options.clone(), &go_on, &mut |_| ()).await.unwrap()
    else {
        panic!("expected the job to go on to its end");
    };
    let wanted = AllPairs::new(&matrix, options.parameters).run(&Unobserved).unwrap();
    assert_eq!((fitted.job.0, fitted.digest), (1, wanted.digest()));
    store.close().await;
}

/// Longer than anybody waits for a turn to write.
const LONG: Duration = Duration::from_secs(6);

/// A writer that goes on for long, from a fit's first tiles on.
#[tokio::test(flavor = "multi_thread")]
async fn a_fit_waits_for_whoever_writes_for_long() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &many(1_500)).await.unwrap();
    let options = slow_fit();
    let begun = Instant::now();
    let (mut writer, runtime) = (Some(place.raw().await), tokio::runtime::Handle::current());
    let mut lock = |event| {
        if let FitEvent::Comparing(_) = event
            && let Some(mut writer) = writer.take()
        {
            let begin = execute(&mut writer, "BEGIN IMMEDIATE");
            tokio::task::block_in_place(|| runtime.block_on(begin));
            runtime.spawn(async move {
                tokio::time::sleep(LONG).await;
                execute(&mut writer, "COMMIT").await;
            });
        }
    };
    let end = store.fit(options, &FitStop::default(), &mut lock).await.unwrap();
    assert!(matches!(end, FitEnd::Done(_)), "{end:?}");
    assert!(writer.is_none() && begun.elapsed() >= LONG, "{:?}", begun.elapsed());
}

/// Reads and writes all that there is.
async fn use_all(file: &Path) -> Result<(), StoreError> {
    let store = Store::open_existing(file).await.map_err(OfStore::of_store)?;
    let done = async {
        store.summary().await?;
        store.matrix().await?;
        store.ratings().await?;
        store.user_ids().await?;
        store.item_ids().await?;
        store.catalogue().await?;
        for model in store.models().await? {
            store.neighbour_index(model.id).await.map_err(OfStore::of_store)?;
        }
        if let Changes::Single(changes) = store.changes_since(1, 99).await? {
            assert!(changes.len() < 99);
        }
        store.rate("user 7", "film", SET).await.map_err(OfStore::of_store)?;
        store.forget("user 8").await.map_err(OfStore::of_store)?;
        import(&store, &table(SMALL)).await.map_err(OfStore::of_store)?;
        Ok(())
    };
    let done = done.await;
    store.close().await;
    done
}

async fn large() -> (Place, Vec<u8>) {
    let place = Place::new();
    let store = place.open().await;
    let ids: Vec<String> = (0..600).map(|user| format!("user {user}")).collect();
    let rows: Vec<_> = ids.iter().map(|id| (id.as_str(), "film", 3.0)).collect();
    import(&store, &table(&rows)).await.unwrap();
    save_model(&store).await;
    store.rate("user 5", "film", SET).await.unwrap();
    store.close().await;
    let whole = fs::read(&place.file).unwrap();
    (place, whole)
}

#[tokio::test]
async fn truncated_files_are_told() {
    let (place, whole) = large().await;
    for pages in 1..whole.len() / 4_096 {
        for length in [pages * 4_096, pages * 4_096 + 1_000] {
            fs::write(&place.file, &whole[..length]).unwrap();
            let used = use_all(&place.file).await;
            assert!(matches!(used, Err(StoreError::Damaged { .. })), "{length}: {used:?}");
        }
    }
    fs::write(&place.file, whole).unwrap();
    use_all(&place.file).await.unwrap();
}

#[tokio::test]
async fn garbled_pages_are_told() {
    let (place, whole) = large().await;
    let pages = whole.len() / 4_096;
    for garbage in [0_u8, 0xa5, 0xff] {
        let mut told = 0;
        for page in 1..pages {
            let mut garbled = whole.clone();
            garbled[page * 4_096..(page + 1) * 4_096].fill(garbage);
            fs::write(&place.file, garbled).unwrap();
            match use_all(&place.file).await {
                // A page out of use, or of a table that nothing here reads.
                Ok(()) => {}
                Err(StoreError::Damaged { .. }) => told += 1,
                Err(other) => panic!("page {page} of {garbage}: {other:?}"),
            }
            for end in ["-wal", "-shm"] {
                fs::remove_file(place.folder.path().join(format!("test.db{end}"))).ok();
            }
        }
        assert!(told * 2 > pages, "{told} of {pages}");
    }
}

#[cfg(target_os = "linux")]
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

#[tokio::test]
async fn a_writer_that_never_ends_is_told_to_everyone() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    let mut other = place.raw().await;
    execute(&mut other, "BEGIN IMMEDIATE").await;
    let (rated, forgotten) = tokio::join!(store.rate("ada", "Heat", SET), store.forget("ada"));
    assert!(rated.unwrap_err().of_store().is_locked());
    assert!(forgotten.unwrap_err().of_store().is_locked());
    // Reading goes on.
    assert_eq!(store.matrix().await.unwrap().ratings(), 5);
    assert_eq!(store.sequence().await.unwrap(), 1);
    execute(&mut other, "ROLLBACK").await;
    store.rate("ada", "Heat", SET).await.unwrap();
}
