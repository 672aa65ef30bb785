//! Whatever happens to the ratings, and whoever does it, the lists are those of a fit, bit for bit.

mod common;

use common::{Place, batch, execute_in, integrity, table};
use likemind::{
    AllPairs, Measure, ModelOptions, ModelParameters, Neighbour, NeighbourIndex, RowIdx, Side,
    SimilarityOptions, Unobserved, Weighting,
};
use likemind_store::{
    Change, FitEnd, FitEvent, FitOptions, FitStop, ImportMode, LiveStore, RateError, Store,
    StoreError,
};
use proptest::prelude::*;
use std::time::Duration;

const SIDES: [Side; 2] = [Side::Users, Side::Items];

/// All that can be kept exact.
fn measures() -> Vec<Measure> {
    Measure::all().filter(|measure| !measure.is_global()).collect()
}

const WEIGHTINGS: [Weighting; 4] = [
    Weighting::None,
    Weighting::Shrink(5.0),
    Weighting::ShrinkLessOne(3.0),
    Weighting::Herlocker(4.0),
];

/// A rating of a user and an item to be; 0 to be taken back.
type Rating = (u32, u32, u32);

/// What happens to a database that is held open.
#[derive(Clone, Debug)]
enum Step {
    /// Rated by the process that holds it.
    Rate(Rating),
    /// Rated by another one.
    Elsewhere(Vec<Rating>),
    Forget(u32),
    CatchUp,
    WriteBehind,
    /// Closed, with or without storing what changed, and opened again.
    Reopen {
        stored: bool,
    },
    /// A job of a side, with ratings that come while it runs.
    Fit(usize, Vec<Rating>),
}

fn rating() -> impl Strategy<Value = Rating> {
    let index = |end: u32| prop_oneof![0..end, 0..end / 3];
    (index(14), index(12), prop_oneof![Just(0), 1..6u32, 1..6u32])
}

fn step() -> impl Strategy<Value = Step> {
    let some = || prop::collection::vec(rating(), 1..5);
    prop_oneof![
        6 => rating().prop_map(Step::Rate),
        3 => some().prop_map(Step::Elsewhere),
        1 => (0..14u32).prop_map(Step::Forget),
        2 => Just(Step::CatchUp),
        2 => Just(Step::WriteBehind),
        2 => any::<bool>().prop_map(|stored| Step::Reopen { stored }),
        2 => (0..2usize, some()).prop_map(|(side, ratings)| Step::Fit(side, ratings)),
    ]
}

fn models() -> impl Strategy<Value = ModelOptions> {
    let k = prop_oneof![1..4usize, Just(30)];
    let similarity = (0..measures().len(), 0..WEIGHTINGS.len(), 1..4u32);
    (similarity, k, prop_oneof![Just(0.0), Just(-1.0), Just(0.3)]).prop_map(
        |((measure, weighting, min_overlap), k, min_similarity)| {
            ModelOptions::new(Side::Users)
                .with_similarity(
                    SimilarityOptions::default()
                        .with_measure(measures()[measure])
                        .with_weighting(WEIGHTINGS[weighting])
                        .with_min_overlap(min_overlap),
                )
                .with_k(k)
                .with_min_similarity(min_similarity)
        },
    )
}

fn parameters(side: Side, options: ModelOptions) -> ModelParameters {
    options.with_side(side).check().unwrap()
}

fn fit_options(side: Side, options: ModelOptions) -> FitOptions {
    FitOptions {
        parameters: parameters(side, options),
        threads: Some(2),
        kernel: None,
        holder: "a test".to_owned(),
        checkpoint_every: Duration::from_millis(1),
        rest: Duration::ZERO,
        keep_models: FitOptions::KEEP_MODELS,
    }
}

fn ids(&(user, item, _): &Rating) -> (String, String) {
    (format!("user {user}"), format!("item {item}"))
}

fn change(&(_, _, level): &Rating) -> Change {
    match level {
        0 => Change::Remove,
        level => Change::Set { rating: f64::from(level), timestamp: None },
    }
}

/// Rates in a way that neither knows of nor tells the process that holds the database.
async fn elsewhere(store: &Store, ratings: &[Rating]) {
    for rating in ratings {
        let (user, item) = ids(rating);
        known(store.rate(&user, &item, change(rating)).await);
    }
}

/// Removing for whom or what there is not is refused, and no harm.
fn known<T>(result: Result<T, RateError>) {
    match result {
        Ok(_) | Err(RateError::UnknownId { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

fn bits(list: &[Neighbour]) -> Vec<(RowIdx, u32, u64)> {
    list.iter().map(|n| (n.index, n.overlap, n.similarity.to_bits())).collect()
}

async fn made_anew(store: &Store, parameters: ModelParameters) -> NeighbourIndex {
    let matrix = store.matrix().await.unwrap();
    AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap()
}

/// Holds what is served to what a fit would make.
async fn check(live: &LiveStore, options: ModelOptions) {
    for side in SIDES {
        let wanted = made_anew(live.store(), parameters(side, options)).await;
        let view = live.view();
        let model = view.model(side).unwrap();
        assert!(model.is_exact);
        for row in RowIdx::first(wanted.rows()) {
            let now = bits(model.neighbours.of(row));
            assert_eq!(now, bits(wanted.of(row)), "{row:?} of {side}, {options:?}");
        }
    }
}

/// Holds what is stored to what a fit would make of its ratings.
async fn check_stored(live: &LiveStore, options: ModelOptions) {
    let state = live.store().data_state().await.unwrap();
    for side in SIDES {
        let wanted = made_anew(live.store(), parameters(side, options)).await;
        let (info, index) = live.store().active_index(side).await.unwrap().unwrap();
        assert_eq!((info.sequence, &info.data_digest), (state.sequence, &state.digest));
        assert_eq!((info.digest, info.rows), (wanted.digest(), wanted.rows() as u64));
        assert_eq!((info.entries, index), (wanted.entries() as u64, wanted));
    }
}

async fn fit(store: &Store, side: Side, options: ModelOptions) {
    let ended = store.fit(fit_options(side, options), &FitStop::default(), &mut |_| ()).await;
    assert!(matches!(ended.unwrap(), FitEnd::Done(_)));
}

/// A database with these ratings and models of both sides.
async fn start(place: &Place, first: &[Rating], options: ModelOptions) -> LiveStore {
    let store = place.open().await;
    let mut ratings = table(&[("user 0", "item 0", 3.0), ("user 1", "item 0", 4.0)]);
    for rating in first.iter().filter(|rating| rating.2 > 0) {
        let (user, item) = ids(rating);
        ratings.push(&user, &item, f64::from(rating.2), None).unwrap();
    }
    ratings.deduplicate();
    store.import(batch(&ratings), &mut |_| ()).await.unwrap();
    for side in SIDES {
        fit(&store, side, options).await;
    }
    LiveStore::open(store, &SIDES).await.unwrap()
}

async fn play(first: Vec<Rating>, steps: Vec<Step>, options: ModelOptions) {
    let place = Place::new();
    let mut live = start(&place, &first, options).await;
    let other = place.open().await;
    for step in steps {
        match step {
            Step::Rate(rating) => {
                let (user, item) = ids(&rating);
                let rated = live.rate(&user, &item, change(&rating)).await;
                if rated.is_ok() {
                    check(&live, options).await;
                }
                known(rated);
            }
            Step::Elsewhere(ratings) => elsewhere(&other, &ratings).await,
            Step::Forget(user) => known(live.forget(&format!("user {user}")).await),
            Step::CatchUp => {
                live.catch_up().await.unwrap();
                check(&live, options).await;
            }
            Step::WriteBehind => {
                live.write_behind().await.unwrap();
                assert!(!live.is_behind());
                check_stored(&live, options).await;
            }
            Step::Reopen { stored } => {
                match stored {
                    true => live.close().await.unwrap(),
                    false => drop(live),
                }
                live = LiveStore::open(place.open().await, &SIDES).await.unwrap();
                check(&live, options).await;
            }
            Step::Fit(side, ratings) => {
                tokio::join!(fit(&other, SIDES[side], options), elsewhere(&other, &ratings));
                live.catch_up().await.unwrap();
                check(&live, options).await;
            }
        }
    }
    live.write_behind().await.unwrap();
    check(&live, options).await;
    check_stored(&live, options).await;
    assert_eq!(integrity(&place).await, "ok");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn lists_are_those_of_a_fit_whatever_happens(
        first in prop::collection::vec(rating(), 60),
        steps in prop::collection::vec(step(), 1..16),
        options in models(),
    ) {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(play(first, steps, options));
    }
}

fn ratings_of(seed: u32, count: u32) -> Vec<Rating> {
    let number = |n: u32, end: u32| (n.wrapping_mul(2_654_435_761) >> 7) % end;
    (seed..seed + count).map(|n| (number(n, 14), number(n + 1_000, 12), n % 5 + 1)).collect()
}

fn plain() -> ModelOptions {
    ModelOptions::new(Side::Users).with_k(3)
}

#[tokio::test]
async fn a_job_takes_in_what_came_since_it_was_begun() {
    let place = Place::new();
    let live = start(&place, &ratings_of(0, 60), plain()).await;
    let (store, options) = (place.open().await, plain().with_k(2));
    let stop = FitStop::default();
    stop.stop();
    let ended = store.fit(fit_options(Side::Users, options), &stop, &mut |_| ()).await.unwrap();
    let FitEnd::Interrupted { job: interrupted, .. } = ended else { panic!("{ended:?}") };
    elsewhere(&store, &ratings_of(500, 9)).await;
    let mut caught_up = 0;
    let mut tell = |event| match event {
        FitEvent::CatchingUp { rows } => caught_up = rows,
        FitEvent::Began { job, .. } => assert_eq!(job, interrupted),
        _ => {}
    };
    let go_on = FitStop::default();
    store.fit(fit_options(Side::Users, options), &go_on, &mut tell).await.unwrap();
    assert!((1..=9).contains(&caught_up), "{caught_up}");
    let (info, index) = store.active_index(Side::Users).await.unwrap().unwrap();
    let state = store.data_state().await.unwrap();
    assert_eq!((info.sequence, info.data_digest), (state.sequence, state.digest));
    let wanted = made_anew(&store, parameters(Side::Users, options)).await;
    assert_eq!((info.digest, index), (wanted.digest(), wanted));
    // Whoever held the former model serves the new one.
    live.catch_up().await.unwrap();
    assert_eq!(live.view().model(Side::Users).unwrap().info.id, info.id);
}

#[tokio::test]
async fn another_process_that_stores_first_is_no_harm() {
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
async fn what_cannot_be_followed_is_read_anew_and_says_that_it_is_not_exact() {
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
        fit(&other, side, plain()).await;
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
async fn a_global_model_is_served_as_it_was_made() {
    let place = Place::new();
    let live = start(&place, &ratings_of(0, 60), plain()).await;
    let similarity = SimilarityOptions::default().with_measure(Measure::BaselinePearson);
    let global = plain().with_similarity(similarity);
    fit(&place.open().await, Side::Items, global).await;
    live.catch_up().await.unwrap();
    assert!(live.view().model(Side::Items).unwrap().is_exact);
    live.rate("user 0", "item 0", Change::Set { rating: 1.0, timestamp: None }).await.unwrap();
    assert!(!live.view().model(Side::Items).unwrap().is_exact);
    assert!(live.view().model(Side::Users).unwrap().is_exact);
    live.write_behind().await.unwrap();
    assert!(!live.is_behind());
}

#[tokio::test]
async fn a_model_of_ratings_that_are_yet_to_come_is_told_as_damage() {
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
async fn forgetting_who_rated_everything_leaves_exact_models() {
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
    store.import(batch(&ratings), &mut |_| ()).await.unwrap();
    for side in SIDES {
        fit(&store, side, plain()).await;
    }
    let live = LiveStore::open(store, &SIDES).await.unwrap();
    live.forget("everything").await.unwrap();
    check(&live, plain()).await;
    live.write_behind().await.unwrap();
    check_stored(&live, plain()).await;
}
