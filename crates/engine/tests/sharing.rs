//! A fit and other processes that use the same database.

mod common;

use common::fits::{fit_options, fitted};
use common::ratings::filled;
use common::{Place, execute};
use likemind_engine::{FitEnd, FitEvent, FitStop};
use likemind_store::JobState;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_fit_continues_while_another_process_writes() {
    let place = Place::new();
    let store = filled(&place).await;
    // Pauses after its first tile until it is stopped.
    let options = fit_options().with_rest(Duration::from_secs(86_400));
    let (stop, (tell, mut told)) = (FitStop::default(), tokio::sync::mpsc::unbounded_channel());
    let fit = {
        let (store, stop) = (store.clone(), stop.clone());
        tokio::spawn(async move {
            let mut tell = |event| {
                if let FitEvent::Comparing(progress) = event {
                    tell.send(progress).unwrap();
                }
            };
            likemind_engine::fit(&store, options, &stop, &mut tell).await
        })
    };
    told.recv().await.unwrap();
    let mut other = place.raw().await;
    execute(&mut other, "BEGIN IMMEDIATE").await;
    // Long enough for a heartbeat and a checkpoint that cannot be written.
    for _ in 0..20 {
        told.recv().await.unwrap();
    }
    stop.stop();
    let end = fit.await.unwrap().unwrap();
    let FitEnd::Interrupted { job, .. } = end else { panic!("{end:?}") };
    assert_eq!(store.job(job).await.unwrap().state, JobState::Queued);
    execute(&mut other, "ROLLBACK").await;
    assert_eq!(fitted(&store, fit_options()).await.job, job);
}
