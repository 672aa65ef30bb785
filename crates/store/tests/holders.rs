//! The holder of a job: one at a time, known to be alive or dead, and replaced.

mod common;

use common::jobs::{
    age_database_heartbeat, age_heartbeats, filled, finish, index, lock_file, progress, request,
};
use common::{Place, integrity};
use likemind::Side;
use likemind_store::{HeartbeatResponse, JobError, JobState, Store};

#[tokio::test]
async fn a_second_process_learns_who_holds_the_lease() {
    let place = Place::new();
    let (one, two) = (filled(&place).await, place.open().await);
    let held = one.begin_fit(&request("process 1")).await.unwrap();
    let refused = two.begin_fit(&request("process 2")).await.unwrap_err();
    let message = refused.to_string();
    assert!(matches!(refused, JobError::Busy { job, .. } if job == held.info().id), "{message}");
    assert!(message.contains("process 1") && message.contains("UTC"), "{message}");
    let info = two.job(held.info().id).await.unwrap();
    assert_eq!((info.state, info.holder.as_deref()), (JobState::Running, Some("process 1")));
    finish(&held, &index(&one).await).await.unwrap();
    let next = two.begin_fit(&request("process 2")).await.unwrap();
    assert_ne!(next.info().id, held.info().id);
}

#[tokio::test]
async fn an_unresponsive_holder_is_replaced_and_cannot_write() {
    let place = Place::new();
    let (one, two) = (filled(&place).await, place.open().await);
    let index = index(&one).await;
    let late = one.begin_fit(&request("late")).await.unwrap();
    late.heartbeat(Some(progress(2)), 1.5).await.unwrap();
    late.save_checkpoint(0, b"two tiles", progress(3)).await.unwrap();
    age_heartbeats(&place).await;
    assert_eq!(one.jobs().await.unwrap()[0].state, JobState::Queued);
    let held = two.begin_fit(&request("quick")).await.unwrap();
    assert_eq!(held.info().id, late.info().id);
    assert_eq!((held.info().tiles_done, held.info().seconds), (2, 1.5));
    let before = two.job(held.info().id).await.unwrap();
    for lost in [
        late.heartbeat(Some(progress(9)), 9.0).await.map(drop),
        late.save_checkpoint(0, b"late", progress(3)).await.map(drop),
        finish(&late, &index).await,
        late.fail("late").await,
        late.cancel().await,
        late.interrupt(None).await.map(drop),
    ] {
        assert!(matches!(lost, Err(JobError::LeaseLost { .. })), "{lost:?}");
    }
    assert_eq!(held.checkpoints().await.unwrap(), [b"two tiles"]);
    assert_eq!(two.job(held.info().id).await.unwrap(), before);
    assert_eq!(two.models().await.unwrap(), []);
    finish(&held, &index).await.unwrap();
    let info = two.job(held.info().id).await.unwrap();
    assert_eq!((info.state, info.holder), (JobState::Done, None));
    let active = two.active_model(Side::Users).await.unwrap().unwrap();
    assert_eq!((info.model, active.digest), (Some(active.id), index.digest()));
    assert_eq!(integrity(&place).await, "ok");
}

#[tokio::test]
async fn a_dead_holder_is_replaced_immediately() {
    let place = Place::new();
    let (one, two) = (filled(&place).await, place.open().await);
    let held = one.begin_fit(&request("dead")).await.unwrap();
    let lock_file = lock_file(&place);
    assert!(lock_file.exists());
    // As when the process ends: the operating system releases the lock, but the file stays.
    let id = held.info().id;
    drop(held);
    assert!(lock_file.exists());
    std::fs::rename(&lock_file, lock_file.with_extension("away")).unwrap();
    let busy = two.begin_fit(&request("next")).await;
    assert!(
        matches!(busy, Err(JobError::Busy { .. })),
        "without the file, the holder may be alive"
    );
    std::fs::rename(lock_file.with_extension("away"), &lock_file).unwrap();
    let next = two.begin_fit(&request("next")).await.unwrap();
    assert_eq!(next.info().id, id);
    let busy = one.begin_fit(&request("third")).await;
    assert!(matches!(busy, Err(JobError::Busy { .. })));
    next.interrupt(None).await.unwrap();
    assert!(!lock_file.exists(), "releasing the lease removes the file");
}

#[tokio::test]
async fn a_holder_that_cannot_write_is_not_replaced() {
    let place = Place::new();
    let (one, two) = (filled(&place).await, place.open().await);
    let held = one.begin_fit(&request("alive")).await.unwrap();
    age_heartbeats(&place).await;
    held.touch_lock();
    let job = two.job(held.info().id).await.unwrap();
    assert_eq!((job.state, job.holder.as_deref()), (JobState::Running, Some("alive")));
    let busy = two.begin_fit(&request("next")).await;
    assert!(matches!(busy, Err(JobError::Busy { .. })), "{busy:?}");
    assert_eq!(two.cancel_job(job.id).await.unwrap().state, JobState::Running);
    assert_eq!(held.heartbeat(None, 0.0).await.unwrap(), HeartbeatResponse::Cancel);
}

#[tokio::test]
async fn a_dead_holder_is_noticed_immediately() {
    let place = Place::new();
    let store = filled(&place).await;
    let held = store.begin_fit(&request("killed")).await.unwrap();
    let id = held.info().id;
    held.heartbeat(Some(progress(2)), 0.5).await.unwrap();
    assert_eq!(store.job(id).await.unwrap().state, JobState::Running);
    drop(held);
    let seen = &store.jobs().await.unwrap()[0];
    assert_eq!((seen.state, &seen.holder, seen.heartbeat), (JobState::Queued, &None, None));
    // Cancelled, and killed before it reacted: the job is not resumed.
    let held = store.begin_fit(&request("killed")).await.unwrap();
    store.cancel_job(id).await.unwrap();
    drop(held);
    assert_eq!(store.job(id).await.unwrap().state, JobState::Cancelled);
    assert_ne!(store.begin_fit(&request("next")).await.unwrap().info().id, id);
}

#[cfg(unix)]
#[tokio::test]
async fn a_holder_is_recognised_through_symbolic_links() {
    let place = Place::new();
    let one = filled(&place).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("link.db");
    std::os::unix::fs::symlink(&place.file, &link).unwrap();
    let two = Store::open_existing(&link).await.unwrap();
    let held = two.begin_fit(&request("through a link")).await.unwrap();
    let id = held.info().id;
    age_database_heartbeat(&place).await;
    assert_eq!(one.job(id).await.unwrap().state, JobState::Running);
    drop(held);
    assert_eq!(one.job(id).await.unwrap().state, JobState::Queued);
}

#[tokio::test]
async fn a_former_holder_does_not_affect_the_current_one() {
    let place = Place::new();
    let (one, two) = (filled(&place).await, place.open().await);
    let late = one.begin_fit(&request("suspended")).await.unwrap();
    age_heartbeats(&place).await;
    let held = two.begin_fit(&request("next")).await.unwrap();
    let lost = late.heartbeat(None, 0.0).await;
    assert!(matches!(lost, Err(JobError::LeaseLost { .. })), "{lost:?}");
    // The former holder, which resumed too late, releases its lock.
    drop(late);
    let busy = one.begin_fit(&request("third")).await;
    assert!(matches!(busy, Err(JobError::Busy { .. })), "the holder is alive");
    let id = held.info().id;
    drop(held);
    assert_eq!(one.begin_fit(&request("third")).await.unwrap().info().id, id);
}
