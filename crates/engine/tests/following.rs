//! Changes that an open store follows, and how it reports those that it cannot.

mod common;

use common::exact::{
    Rating, SIDES, change, check, check_stored, elsewhere, fit_options, fit_side, ids, parameters,
    start,
};
use common::fits::made_anew;
use common::ratings::{batch, import, table};
use common::{Place, execute_in};
use likemind::{Measure, ModelOptions, Side, SimilarityOptions};
use likemind_engine::{FitEnd, FitEvent, FitStop, LiveStore, fit};
use likemind_store::{Change, ImportMode, StoreError};

fn ratings_of(seed: u32, count: u32) -> Vec<Rating> {
    let number = |n: u32, end: u32| (n.wrapping_mul(2_654_435_761) >> 7) % end;
    (seed..seed + count).map(|n| (number(n, 14), number(n + 1_000, 12), n % 5 + 1)).collect()
}

fn plain() -> ModelOptions {
    ModelOptions::new(Side::Users).with_k(3)
}

#[tokio::test]
async fn a_job_applies_the_ratings_that_arrived_since_its_start() {
    let place = Place::new();
    let live = start(&place, &ratings_of(0, 60), plain()).await;
    let (store, options) = (place.open().await, plain().with_k(2));
    let stop = FitStop::default();
    stop.stop();
    let ended = fit(&store, fit_options(Side::Users, options), &stop, &mut |_| ()).await.unwrap();
    let FitEnd::Interrupted { job: interrupted, .. } = ended else { panic!("{ended:?}") };
    elsewhere(&store, &ratings_of(500, 9)).await;
    let mut caught_up = 0;
    let mut tell = |event| match event {
        FitEvent::CatchingUp { rows } => caught_up = rows,
        FitEvent::Started { job, .. } => assert_eq!(job, interrupted),
        _ => {}
    };
    let go_on = FitStop::default();
    fit(&store, fit_options(Side::Users, options), &go_on, &mut tell).await.unwrap();
    assert!((1..=9).contains(&caught_up), "{caught_up}");
    let (info, index) = store.active_index(Side::Users).await.unwrap().unwrap();
    let state = store.data_state().await.unwrap();
    assert_eq!((info.sequence, info.data_digest), (state.sequence, state.digest));
    let wanted = made_anew(&store, parameters(Side::Users, options)).await;
    assert_eq!((info.digest, index), (wanted.digest(), wanted));
    // An open store that had the previous model switches to the new one.
    live.catch_up().await.unwrap();
    assert_eq!(live.view().model(Side::Users).unwrap().info.id, info.id);
}

#[tokio::test]
async fn lists_stored_first_by_another_process_do_no_harm() {
    let place = Place::new();
    let one = start(&place, &ratings_of(0, 60), plain()).await;
    let two = LiveStore::open(place.open().await, &SIDES).await.unwrap();
    for (seed, first, second) in [(600, &one, &two), (700, &two, &one), (800, &one, &two)] {
        for rating in ratings_of(seed, 4) {
            let (user, item) = ids(&rating);
            first.rate(&user, &item, change(&rating)).await.unwrap();
        }
        first.write_behind().await.unwrap();
        for rating in ratings_of(seed + 50, 4) {
            let (user, item) = ids(&rating);
            second.rate(&user, &item, change(&rating)).await.unwrap();
        }
        second.write_behind().await.unwrap();
        check_stored(second, plain()).await;
        first.write_behind().await.unwrap();
        check(first, plain()).await;
        check_stored(first, plain()).await;
    }
}

#[tokio::test]
async fn large_changes_are_reloaded_and_the_model_is_marked_as_not_exact() {
    let place = Place::new();
    let live = start(&place, &ratings_of(0, 60), plain()).await;
    let other = place.open().await;
    let mut ratings = table(&[]);
    for user in 0..3_000 {
        for (item, rating) in [("item 1", 2.0), ("item 2", 4.0), ("item 4", 5.0), ("item 5", 1.0)] {
            ratings.push(&format!("user {user}"), item, rating, None).unwrap();
        }
    }
    let large = batch(&ratings).with_mode(ImportMode::Add);
    other.import(large, &mut |_| ()).await.unwrap();
    live.catch_up().await.unwrap();
    assert_eq!(live.view().matrix().users(), 3_000);
    assert!(!live.view().model(Side::Users).unwrap().is_exact);
    live.rate("user 2999", "item 3", Change::Set { rating: 1.0, timestamp: None }).await.unwrap();
    live.write_behind().await.unwrap();
    for side in SIDES {
        fit_side(&other, side, plain()).await;
    }
    live.catch_up().await.unwrap();
    check(&live, plain()).await;
    let replaced = batch(&ratings).with_mode(ImportMode::Replace);
    other.import(replaced, &mut |_| ()).await.unwrap();
    live.catch_up().await.unwrap();
    assert!(live.view().model(Side::Users).is_none());
    assert_eq!(live.view().matrix().ratings(), 12_000);
}

#[tokio::test]
async fn a_global_model_is_served_as_it_was_fitted() {
    let place = Place::new();
    let live = start(&place, &ratings_of(0, 60), plain()).await;
    let similarity = SimilarityOptions::default().with_measure(Measure::BaselinePearson);
    let global = plain().with_similarity(similarity);
    fit_side(&place.open().await, Side::Items, global).await;
    live.catch_up().await.unwrap();
    assert!(live.view().model(Side::Items).unwrap().is_exact);
    live.rate("user 0", "item 0", Change::Set { rating: 1.0, timestamp: None }).await.unwrap();
    assert!(!live.view().model(Side::Items).unwrap().is_exact);
    assert!(live.view().model(Side::Users).unwrap().is_exact);
    live.write_behind().await.unwrap();
    assert!(!live.is_behind());
}

#[tokio::test]
async fn a_model_with_a_future_sequence_number_is_reported_as_damage() {
    let place = Place::new();
    drop(start(&place, &ratings_of(0, 60), plain()).await);
    execute_in(&place.file, "UPDATE models SET sequence = sequence + 3, checksum = NULL").await;
    let opened = LiveStore::open(place.open().await, &SIDES).await.map(drop).unwrap_err();
    assert!(
        matches!(&opened, StoreError::Damaged { found, .. } if found.contains("model")),
        "{opened}"
    );
}

#[tokio::test]
async fn forgetting_a_user_who_rated_everything_leaves_exact_models() {
    let place = Place::new();
    let store = place.open().await;
    let mut ratings = table(&[]);
    for item in 0..1_200_u32 {
        ratings.push("everything", &format!("item {item}"), f64::from(item % 5 + 1), None).unwrap();
        let rating = f64::from(item * 7 % 11 % 5 + 1);
        for user in [item % 20, item * 3 % 17, item / 7 % 30] {
            ratings.push(&format!("user {user}"), &format!("item {item}"), rating, None).unwrap();
        }
    }
    ratings.deduplicate();
    import(&store, &ratings).await;
    for side in SIDES {
        fit_side(&store, side, plain()).await;
    }
    let live = LiveStore::open(store, &SIDES).await.unwrap();
    live.forget("everything").await.unwrap();
    check(&live, plain()).await;
    live.write_behind().await.unwrap();
    check_stored(&live, plain()).await;
}
