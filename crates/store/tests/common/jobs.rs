//! Helpers for jobs: requesting, timing out and finishing them.

use super::{Place, SMALL, execute_in, import, table};
use likemind::{
    AllPairs, ModelOptions, ModelParameters, NeighbourIndex, Progress, Side, Unobserved,
};
use likemind_store::{FitRequest, HeldJob, JobError, NewModel, Store};
use std::fs::OpenOptions;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

pub(crate) fn parameters(k: usize) -> ModelParameters {
    ModelOptions::new(Side::Users).with_k(k).check().unwrap()
}

pub(crate) fn request(holder: &str) -> FitRequest {
    FitRequest { parameters: parameters(5).into(), holder: holder.to_owned(), resume_job: None }
}

pub(crate) async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    store
}

pub(crate) fn progress(tiles_done: usize) -> Progress {
    Progress { tiles_done, tiles: 10, pairs_done: 30, pairs: 100, work_done: 0.25 }
}

/// Returns the path of the lock file of the holder.
pub(crate) fn lock_file(place: &Place) -> PathBuf {
    place.file.with_extension("db-job")
}

/// Makes both heartbeats of the holder a minute old.
pub(crate) async fn age_heartbeats(place: &Place) {
    age_database_heartbeat(place).await;
    let file = OpenOptions::new().write(true).open(lock_file(place)).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
}

/// Makes the heartbeat in the database a minute old.
pub(crate) async fn age_database_heartbeat(place: &Place) {
    execute_in(&place.file, "UPDATE lease SET heartbeat = heartbeat - 60").await;
}

pub(crate) async fn finish(held: &HeldJob, index: &NeighbourIndex) -> Result<(), JobError> {
    let info = held.info();
    let new = NewModel {
        parameters: info.parameters.neighbours().unwrap(),
        index,
        digest: &index.digest(),
        data_digest: &info.data_digest,
        sequence: info.sequence,
        pairs: 3,
        seconds: 1.5,
    };
    held.finish(new, 9, Some(progress(10)), &mut |_| ()).await.map(drop)
}

/// Computes the index that a fit of [`request`] would.
pub(crate) async fn index(store: &Store) -> NeighbourIndex {
    computed(store, parameters(5)).await
}

async fn computed(store: &Store, parameters: ModelParameters) -> NeighbourIndex {
    let matrix = store.matrix().await.unwrap();
    AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap()
}

/// Runs a job from start to end; its model becomes the active one of its side.
pub(crate) async fn run_fit(store: &Store, side: Side) {
    let parameters = ModelOptions::new(side).with_k(5).check().unwrap();
    let held = store
        .begin_fit(&FitRequest { parameters: parameters.into(), ..request("a test") })
        .await
        .unwrap();
    finish(&held, &computed(store, parameters).await).await.unwrap();
}
