//! Fits with damaged ratings, or next to a long-running writer.

mod common;

use common::fits::{fit_options, slow_fit};
use common::ratings::{filled, import, many};
use common::{Place, execute, execute_in};
use likemind_engine::{FitEnd, FitEvent, FitStop, fit};
use likemind_store::{JobError, StoreError};
use std::time::{Duration, Instant};

/// Longer than the lock timeout of any process.
const LONG: Duration = Duration::from_secs(6);

/// Another process holds the write lock for long, from the first tiles of a fit on.
#[tokio::test(flavor = "multi_thread")]
async fn a_fit_waits_for_a_long_running_writer() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &many(1_500)).await;
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
    let end = fit(&store, options, &FitStop::default(), &mut lock).await.unwrap();
    assert!(matches!(end, FitEnd::Done(_)), "{end:?}");
    assert!(writer.is_none() && begun.elapsed() >= LONG, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_fit_with_damaged_ratings_is_an_error() {
    let place = Place::new();
    let store = filled(&place).await;
    // Damages only the rows, since there is no packed copy.
    let lost = "UPDATE ratings SET rating = rating % 5 + 1 WHERE user = 0 AND item = 0; \
                DELETE FROM snapshot_parts";
    execute_in(&place.file, lost).await;
    let error = fit(&store, fit_options(), &FitStop::default(), &mut |_| ()).await.unwrap_err();
    assert!(matches!(error, JobError::Store(StoreError::Damaged { .. })), "{error}");
}
