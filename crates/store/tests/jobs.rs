//! Resuming and cancelling jobs.

mod common;

use common::jobs::{age_heartbeats, filled, finish, index, parameters, progress, request};
use common::{Place, SMALL, batch, import, integrity, table};
use likemind_store::{
    Change, FitRequest, HeartbeatResponse, ImportMode, JobError, JobId, JobState,
};

#[tokio::test]
async fn an_interrupted_job_resumes_with_its_ratings() {
    let place = Place::new();
    let store = filled(&place).await;
    let old = store.matrix().await.unwrap();
    let held = store.begin_fit(&request("first")).await.unwrap();
    held.heartbeat(Some(progress(4)), 2.0).await.unwrap();
    let big: Vec<u8> = (0..9_000_000_u32).map(|byte| (byte % 251) as u8).collect();
    held.save_checkpoint(0, &big, progress(3)).await.unwrap();
    let info = held.interrupt(None).await.unwrap();
    assert_eq!((info.state, info.holder), (JobState::Queued, None));
    let (user, item, _) = SMALL[0];
    store.rate(user, item, Change::Remove).await.unwrap();
    assert_ne!(store.matrix().await.unwrap(), old);
    let other = FitRequest { parameters: parameters(6).into(), ..request("other") };
    let other = store.begin_fit(&other).await.unwrap();
    assert_ne!(other.info().id, info.id);
    other.interrupt(None).await.unwrap();
    store.close().await;

    let store = place.open().await;
    let again = store.begin_fit(&request("second")).await.unwrap();
    assert_eq!((again.info().id, again.info().sequence), (info.id, info.sequence));
    assert_eq!((again.info().tiles_done, again.info().work_done), (3, 0.25));
    assert_eq!(again.checkpoints().await.unwrap(), [big]);
    assert_eq!(store.matrix_at(info.sequence).await.unwrap(), Some(old));
    again.interrupt(None).await.unwrap();

    let table = table(SMALL);
    let replaced = batch(&table).with_mode(ImportMode::Replace);
    store.import(replaced, &mut |_| ()).await.unwrap();
    assert!(store.jobs().await.unwrap().iter().all(|job| job.state == JobState::Failed));
    let anew = store.begin_fit(&request("third")).await.unwrap();
    assert_eq!((anew.info().tiles_done, anew.checkpoints().await.unwrap().len()), (0, 0));
    assert_eq!(integrity(&place).await, "ok");
}

#[tokio::test]
async fn a_job_whose_changes_cannot_be_followed_starts_again() {
    let place = Place::new();
    let store = filled(&place).await;
    for is_import in [false, true] {
        let held = store.begin_fit(&request("first")).await.unwrap();
        assert!(!held.starts_again());
        held.heartbeat(Some(progress(4)), 2.0).await.unwrap();
        held.save_checkpoint(0, b"of the earlier ratings", progress(3)).await.unwrap();
        let left = held.interrupt(None).await.unwrap();
        if is_import {
            // Without a model, it is logged as one change.
            import(&store, &table(&[("new", "new", 3.0)])).await.unwrap();
        } else {
            store.forget(SMALL[0].0).await.unwrap();
        }
        let again = store.begin_fit(&request("second")).await.unwrap();
        let info = again.info().clone();
        assert!(again.starts_again() && info.id == left.id, "{info:?}");
        assert_eq!((info.tiles_done, info.work_done, info.seconds), (0, 0.0, 0.0));
        assert_eq!(info.sequence, store.sequence().await.unwrap());
        assert_eq!(again.checkpoints().await.unwrap().len(), 0);
        again.cancel().await.unwrap();
    }
}

#[tokio::test]
async fn a_running_job_whose_ratings_are_gone_can_start_again() {
    let place = Place::new();
    let store = filled(&place).await;
    let mut held = store.begin_fit(&request("first")).await.unwrap();
    let forgotten = place.open().await.forget(SMALL[0].0).await.unwrap();
    assert_eq!(store.matrix_at(held.info().sequence).await.unwrap(), None);
    held.start_again().await.unwrap();
    assert_eq!(held.info().sequence, forgotten.sequence);
    let now = store.matrix().await.unwrap();
    assert_eq!(store.matrix_at(held.info().sequence).await.unwrap(), Some(now));
    assert!(finish(&held, &index(&store).await).await.is_ok());
}

#[tokio::test]
async fn replacing_the_data_set_revokes_the_lease() {
    let place = Place::new();
    let store = filled(&place).await;
    let index = index(&store).await;
    let held = store.begin_fit(&request("old")).await.unwrap();
    let table = table(SMALL);
    let replaced = batch(&table).with_mode(ImportMode::Replace);
    store.import(replaced, &mut |_| ()).await.unwrap();
    let lost = finish(&held, &index).await;
    assert!(matches!(lost, Err(JobError::LeaseLost { .. })), "{lost:?}");
    assert_eq!(store.models().await.unwrap(), []);
}

#[tokio::test]
async fn jobs_are_cancelled_immediately_or_by_their_holder() {
    let place = Place::new();
    let store = filled(&place).await;
    let held = store.begin_fit(&request("holder")).await.unwrap();
    let id = held.info().id;
    assert_eq!(held.heartbeat(None, 0.0).await.unwrap(), HeartbeatResponse::Continue);
    assert_eq!(store.cancel_job(id).await.unwrap().state, JobState::Running);
    assert_eq!(held.heartbeat(None, 0.0).await.unwrap(), HeartbeatResponse::Cancel);
    held.save_checkpoint(0, b"some", progress(3)).await.unwrap();
    held.cancel().await.unwrap();
    assert_eq!(store.job(id).await.unwrap().state, JobState::Cancelled);
    let over = store.cancel_job(id).await.unwrap_err();
    assert!(matches!(over, JobError::Ended { state: JobState::Cancelled, .. }), "{over}");

    let held = store.begin_fit(&request("holder")).await.unwrap();
    assert_ne!(held.info().id, id);
    assert!(held.checkpoints().await.unwrap().is_empty());
    let waiting = held.interrupt(None).await.unwrap().id;
    assert_eq!(store.cancel_job(waiting).await.unwrap().state, JobState::Cancelled);
    let unknown = store.cancel_job(JobId(99)).await.unwrap_err();
    assert!(matches!(unknown, JobError::Unknown { .. }), "{unknown}");
}

#[tokio::test]
async fn a_cancelled_job_of_a_dead_holder_is_not_resumed() {
    let place = Place::new();
    let store = filled(&place).await;
    // Killed just now: its heartbeat is recent, but its lock has been released.
    let held = store.begin_fit(&request("killed")).await.unwrap();
    held.save_checkpoint(0, b"some", progress(3)).await.unwrap();
    let id = held.info().id;
    drop(held);
    assert_eq!(store.cancel_job(id).await.unwrap().state, JobState::Cancelled);
    let held = store.begin_fit(&request("next")).await.unwrap();
    assert_ne!(held.info().id, id);
    // Cancelled, and killed before it reacted.
    let id = held.info().id;
    assert_eq!(store.cancel_job(id).await.unwrap().state, JobState::Running);
    drop(held);
    let held = store.begin_fit(&request("third")).await.unwrap();
    assert_ne!(held.info().id, id);
    assert_eq!(store.job(id).await.unwrap().state, JobState::Cancelled);
    assert!(held.checkpoints().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_holder_that_resumes_after_a_cancellation_changes_nothing() {
    let place = Place::new();
    let store = filled(&place).await;
    let index = index(&store).await;
    let held = store.begin_fit(&request("suspended")).await.unwrap();
    let id = held.info().id;
    age_heartbeats(&place).await;
    assert_eq!(store.cancel_job(id).await.unwrap().state, JobState::Cancelled);
    let lost = finish(&held, &index).await;
    assert!(matches!(lost, Err(JobError::LeaseLost { .. })), "{lost:?}");
    assert_eq!(store.job(id).await.unwrap().state, JobState::Cancelled);
    assert_eq!(store.models().await.unwrap(), []);
    // Its lock does not block others.
    store.begin_fit(&request("next")).await.unwrap().interrupt(None).await.unwrap();
}

#[tokio::test]
async fn a_cancellation_before_finishing_wins() {
    let place = Place::new();
    let store = filled(&place).await;
    let index = index(&store).await;
    let held = store.begin_fit(&request("finishing")).await.unwrap();
    let id = held.info().id;
    store.cancel_job(id).await.unwrap();
    let over = finish(&held, &index).await;
    assert!(matches!(over, Err(JobError::Ended { state: JobState::Cancelled, .. })), "{over:?}");
    let held = store.begin_fit(&request("stopping")).await.unwrap();
    store.cancel_job(held.info().id).await.unwrap();
    assert_eq!(held.interrupt(None).await.unwrap().state, JobState::Cancelled);
    assert_eq!(store.models().await.unwrap(), []);
    assert!(store.jobs().await.unwrap().iter().all(|job| job.state == JobState::Cancelled));
}

#[tokio::test]
async fn resuming_a_job_that_has_ended_fails() {
    let place = Place::new();
    let store = filled(&place).await;
    let resume = |id| FitRequest { resume_job: Some(id), ..request("late") };
    let left = store.begin_fit(&request("first")).await.unwrap().interrupt(None).await.unwrap();
    let again = store.begin_fit(&resume(left.id)).await.unwrap();
    assert_eq!(again.interrupt(None).await.unwrap().id, left.id);
    // Cancelled after it was found to be unfinished.
    store.cancel_job(left.id).await.unwrap();
    let over = store.begin_fit(&resume(left.id)).await.unwrap_err();
    assert!(matches!(over, JobError::Ended { state: JobState::Cancelled, .. }), "{over}");
    // Cancelled while a process was running it, which then died.
    let held = store.begin_fit(&request("second")).await.unwrap();
    let id = held.info().id;
    store.cancel_job(id).await.unwrap();
    drop(held);
    let over = store.begin_fit(&resume(id)).await.unwrap_err();
    assert!(matches!(over, JobError::Ended { state: JobState::Cancelled, .. }), "{over}");
    assert!(store.jobs().await.unwrap().iter().all(|job| job.state == JobState::Cancelled));
    assert!(store.begin_fit(&resume(JobId(99))).await.is_err());
    let left = store.begin_fit(&request("third")).await.unwrap().interrupt(None).await.unwrap();
    assert_eq!(store.begin_fit(&resume(left.id)).await.unwrap().info().id, left.id);
}
