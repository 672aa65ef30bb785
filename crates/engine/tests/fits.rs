//! Whole fits: finished, stopped, cancelled and resumed.

mod common;

use common::Place;
use common::fits::{fit_options, made_anew, parameters, progress, request};
use common::ratings::{SMALL, filled};
use likemind::all_pairs::MergedTiles;
use likemind::{AllPairs, Progress, Side};
use likemind_engine::{FitEnd, FitEvent, FitStart, FitStop, RestartReason, fit, resume_job};
use likemind_store::{JobError, JobId, JobState, Store};

#[tokio::test]
async fn a_fit_ends_with_an_active_model() {
    let place = Place::new();
    let store = filled(&place).await;
    let mut events = Vec::new();
    let stop = FitStop::default();
    let end = fit(&store, fit_options(), &stop, &mut |event| events.push(event)).await.unwrap();
    let FitEnd::Done(fitted) = end else { panic!("{end:?}") };
    let wanted = made_anew(&store, parameters(Side::Users)).await;
    assert_eq!(fitted.digest, wanted.digest());
    let active = store.active_model(Side::Users).await.unwrap().unwrap();
    assert_eq!((active.id, &active.digest), (fitted.model, &fitted.digest));
    assert_eq!(active.data_digest, store.data_digest().await.unwrap());
    assert_eq!(store.neighbour_index(active.id).await.unwrap(), wanted);
    assert!(matches!(events[0], FitEvent::Started { start: FitStart::New, .. }));
    assert!(matches!(events[1], FitEvent::Comparing(Progress { work_done: 1.0, .. })));
    assert!(matches!(events.last(), Some(FitEvent::Saving(_))));
    let job = store.job(fitted.job).await.unwrap();
    assert_eq!((job.state, job.work_done, job.model), (JobState::Done, 1.0, Some(active.id)));
}

#[tokio::test]
async fn a_stopped_fit_leaves_only_its_job() {
    let place = Place::new();
    let store = filled(&place).await;
    let stop = FitStop::default();
    stop.stop();
    let end = fit(&store, fit_options(), &stop, &mut |_| ()).await.unwrap();
    let FitEnd::Interrupted { job, .. } = end else { panic!("{end:?}") };
    assert_eq!(store.models().await.unwrap(), []);
    assert_eq!(store.job(job).await.unwrap().state, JobState::Queued);
    let end = fit(&store, fit_options(), &FitStop::default(), &mut |_| ()).await.unwrap();
    assert!(matches!(end, FitEnd::Done(fitted) if fitted.job == job));
}

/// Leaves a job with a checkpoint.
async fn interrupted(store: &Store, checkpoint: &[u8]) -> JobId {
    let held = store.begin_fit(&request("first")).await.unwrap();
    held.heartbeat(Some(progress(6)), 2.0).await.unwrap();
    held.save_checkpoint(0, checkpoint, progress(3)).await.unwrap();
    held.interrupt(None).await.unwrap().id
}

#[tokio::test]
async fn a_fit_that_cannot_use_a_checkpoint_reports_a_restart() {
    let place = Place::new();
    let store = filled(&place).await;
    let id = interrupted(&store, b"of another computation").await;
    let mut events = Vec::new();
    let mut tell = |event| events.push(event);
    let end = fit(&store, fit_options(), &FitStop::default(), &mut tell).await.unwrap();
    assert!(matches!(end, FitEnd::Done(fitted) if fitted.job == id));
    let start = FitStart::Restarted { why: RestartReason::Incompatible };
    assert_eq!(events[0], FitEvent::Started { job: id, start });

    let matrix = store.matrix().await.unwrap();
    let checkpoint = AllPairs::new(&matrix, parameters(Side::Users).with_spare());
    let checkpoint = checkpoint.checkpoint(&MergedTiles::default()).to_bytes();
    let job = interrupted(&store, &checkpoint).await;
    let mut events = Vec::new();
    let mut tell = |event| events.push(event);
    fit(&store, fit_options(), &FitStop::default(), &mut tell).await.unwrap();
    let start = FitStart::Restarted { why: RestartReason::Cheaper };
    assert_eq!(events[0], FitEvent::Started { job, start });
}

#[tokio::test]
async fn a_fit_whose_ratings_are_gone_restarts_its_job_with_the_current_ones() {
    let place = Place::new();
    let store = filled(&place).await;
    let job = interrupted(&store, b"of the earlier ratings").await;
    let forgotten = store.forget(SMALL[0].0).await.unwrap();
    let mut events = Vec::new();
    let mut tell = |event| events.push(event);
    let stop = FitStop::default();
    let end = resume_job(&store, job, fit_options(), &stop, &mut tell).await.unwrap();
    assert!(matches!(end, FitEnd::Done(fitted) if fitted.job == job));
    let start = FitStart::Restarted { why: RestartReason::RatingsChanged };
    assert_eq!(events[0], FitEvent::Started { job, start });
    assert_eq!(store.models().await.unwrap()[0].sequence, forgotten.sequence);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_just_before_saving_is_honoured() {
    let place = Place::new();
    let store = filled(&place).await;
    // Cancelled at the moment when its model is about to be saved.
    let (other, runtime) = (place.open().await, tokio::runtime::Handle::current());
    let mut asked = false;
    let mut cancel = |event| {
        if let FitEvent::Started { job, .. } = event {
            tokio::task::block_in_place(|| runtime.block_on(other.cancel_job(job)).unwrap());
            asked = true;
        }
    };
    let end = fit(&store, fit_options(), &FitStop::default(), &mut cancel).await.unwrap();
    assert!(asked && matches!(end, FitEnd::Cancelled(_)), "{end:?}");
    assert_eq!(store.models().await.unwrap(), []);
}

#[tokio::test]
async fn a_job_that_has_ended_is_not_resumed() {
    let place = Place::new();
    let store = filled(&place).await;
    let left = store.begin_fit(&request("first")).await.unwrap().interrupt(None).await.unwrap();
    // Cancelled after the caller saw it as unfinished.
    store.cancel_job(left.id).await.unwrap();
    let stop = FitStop::default();
    let over = resume_job(&store, left.id, fit_options(), &stop, &mut |_| ()).await.unwrap_err();
    assert!(matches!(over, JobError::Ended { state: JobState::Cancelled, .. }), "{over}");
    assert!(store.jobs().await.unwrap().iter().all(|job| job.state == JobState::Cancelled));
    let left = store.begin_fit(&request("second")).await.unwrap().interrupt(None).await.unwrap();
    let end = resume_job(&store, left.id, fit_options(), &stop, &mut |_| ()).await.unwrap();
    assert!(matches!(end, FitEnd::Done(fitted) if fitted.job == left.id));
}
