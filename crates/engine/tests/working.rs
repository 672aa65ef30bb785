//! Fits inside a long-running program.

mod common;

use common::fits::parameters;
use common::ratings::{import, many};
use common::{Place, execute};
use likemind::Side;
use likemind_engine::{BeginError, FitOptions, Worker};
use likemind_store::{JobError, JobState, Store, StoreError};
use std::time::Duration;

/// A worker whose fits pause after their first tile until they are stopped.
fn resting(store: &Store) -> Worker {
    Worker::new(store.clone(), |parameters| {
        FitOptions::new(parameters, "resting").with_rest(Duration::from_secs(86_400))
    })
}

async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    import(&store, &many(60)).await;
    store
}

#[tokio::test(flavor = "multi_thread")]
async fn one_fit_runs_at_a_time_and_can_be_resumed() {
    let place = Place::new();
    let store = filled(&place).await;
    let worker = resting(&store);
    let job = worker.begin(parameters(Side::Users)).await.unwrap();
    let busy = worker.begin(parameters(Side::Items)).await.unwrap_err();
    assert!(matches!(busy, BeginError::Busy { job: Some(found) } if found == job), "{busy}");
    assert!(busy.is_passing());
    worker.stop().await;
    assert!(worker.running_job(job).is_none());
    assert_eq!(store.job(job).await.unwrap().state, JobState::Queued);
    let stopping = worker.begin(parameters(Side::Users)).await.unwrap_err();
    assert!(matches!(stopping, BeginError::Stopping), "{stopping}");

    let next = Worker::new(store.clone(), |parameters| FitOptions::new(parameters, "next"));
    next.resume().await;
    let done = store.job(job).await.unwrap();
    assert_eq!((done.state, done.model.is_some()), (JobState::Done, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fit_that_does_not_start_reports_why() {
    let place = Place::new();
    let store = place.open().await;
    let worker = resting(&store);
    let empty = worker.begin(parameters(Side::Users)).await.unwrap_err();
    let none = |error: &BeginError| {
        matches!(error, BeginError::Job(JobError::Store(StoreError::NoRatings { .. })))
    };
    assert!(none(&empty) && empty.is_passing(), "{empty}");

    import(&store, &many(60)).await;
    let mut other = place.raw().await;
    execute(&mut other, "BEGIN IMMEDIATE").await;
    let locked = worker.begin(parameters(Side::Users)).await.unwrap_err();
    assert!(matches!(&locked, BeginError::Job(error) if error.is_locked()), "{locked}");
    execute(&mut other, "ROLLBACK").await;
    worker.begin(parameters(Side::Users)).await.unwrap();
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_progress_of_a_running_fit_is_available() {
    let place = Place::new();
    let store = filled(&place).await;
    let worker = resting(&store);
    let job = worker.begin(parameters(Side::Users)).await.unwrap();
    let now = loop {
        if let Some(now) = worker.running_job(job) {
            break now;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert!(now.progress.pairs > 0);
    worker.stop().await;
}
