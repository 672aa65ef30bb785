//! Ratings that arrive at the same time.

mod common;

use common::Place;
use common::exact::{Rating, change, check, ids, start};
use likemind::{ModelOptions, Side};
use likemind_engine::LiveStore;
use likemind_store::{Change, RateError, Rated};
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

fn options() -> ModelOptions {
    ModelOptions::new(Side::Users).with_k(3).with_min_similarity(-1.0)
}

/// Many ratings, some of which affect the same users and items. No two are of the same pair.
fn arriving() -> Vec<Rating> {
    let pairs = (0..13).flat_map(|user| (0..11).map(move |item| (user, item)));
    pairs.map(|(user, item)| (user, item, 1 + (user * 7 + item * 3) % 5)).collect()
}

fn rate(live: &LiveStore, rating: Rating) -> JoinHandle<Result<Rated, RateError>> {
    let (live, (user, item)) = (live.clone(), ids(&rating));
    tokio::spawn(async move { live.rate(&user, &item, change(&rating)).await })
}

/// Checks the lists in memory and, after opening the database again, the stored ratings.
async fn check_all(live: LiveStore, place: &Place, ratings: &[Rating]) {
    check(&live, options()).await;
    drop(live);
    let reopened = LiveStore::open_whole(place.open().await).await.unwrap();
    check(&reopened, options()).await;
    let view = reopened.view();
    for rating in ratings {
        let (user, item) = ids(rating);
        let (user, item) = (view.names().users().get(&user), view.names().items().get(&item));
        let stored = view.matrix().rating(user.unwrap(), item.unwrap());
        assert_eq!(stored, Some(f64::from(rating.2)), "{rating:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_are_durable_and_exact() {
    let place = Place::new();
    let live = start(&place, &[(2, 3, 4)], options()).await;
    let ratings = arriving();
    let calls: Vec<_> = ratings.iter().map(|&rating| rate(&live, rating)).collect();
    let mut sequences = Vec::new();
    for (call, rating) in calls.into_iter().zip(&ratings) {
        let rated = call.await.unwrap().unwrap();
        assert_eq!(rated.changed, *rating != (2, 3, 4), "{rating:?}");
        sequences.extend(rated.changed.then(|| rated.single_change().sequence));
    }
    sequences.sort_unstable();
    assert!(sequences.windows(2).all(|pair| pair[0] < pair[1]), "{sequences:?}");
    check_all(live, &place, &ratings).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_ones_do_not_affect_the_others() {
    let place = Place::new();
    let live = start(&place, &[], options()).await;
    let ratings = arriving();
    let mut calls = Vec::new();
    for (number, &rating) in ratings.iter().enumerate() {
        calls.push((true, rate(&live, rating)));
        if number % 9 == 0 {
            calls.push((false, rate(&live, (90, number as u32, 77))));
        }
    }
    for (is_valid, call) in calls {
        match call.await.unwrap() {
            Ok(_) => assert!(is_valid),
            Err(error) => assert!(!is_valid && error.to_string().contains("77"), "{error}"),
        }
    }
    check_all(live, &place, &ratings).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_that_leave_do_not_stop_the_others() {
    let place = Place::new();
    let live = start(&place, &[], options()).await;
    let (mut leaving, mut staying) = (JoinSet::new(), Vec::new());
    for (number, rating) in (0_u64..).zip(arriving()) {
        match number % 3 {
            0 => staying.push(rating),
            kind => {
                let (live, (user, item)) = (live.clone(), ids(&rating));
                leaving.spawn(async move {
                    let patience = Duration::from_micros(number / 10 * 200 * (kind - 1));
                    let rate = live.rate(&user, &item, change(&rating));
                    timeout(patience, rate).await.map_err(|_| rating)
                });
            }
        }
    }
    let calls: Vec<_> = staying.iter().map(|&rating| rate(&live, rating)).collect();
    for call in calls {
        timeout(Duration::from_secs(120), call).await.expect("an answer").unwrap().unwrap();
    }
    let left = leaving.join_all().await.into_iter().filter(Result::is_err).count();
    assert!(left > 0, "some have left");
    // Whatever the abandoned calls have done is in memory too.
    live.rate("user 0", "item 0", Change::Set { rating: 2.0, timestamp: None }).await.unwrap();
    staying.retain(|rating| (rating.0, rating.1) != (0, 0));
    check_all(live, &place, &staying).await;
}
