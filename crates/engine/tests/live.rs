//! After any changes of ratings, by any process, the lists are bit for bit those of a fit.

mod common;

use common::exact::{
    Rating, SIDES, change, check, check_stored, elsewhere, fit_side, ids, known, start,
};
use common::{Place, integrity};
use likemind::{Measure, ModelOptions, Side, SimilarityOptions, Weighting};
use likemind_engine::LiveStore;
use proptest::prelude::*;

/// The measures that can be kept exact.
fn measures() -> Vec<Measure> {
    Measure::all().filter(|measure| !measure.is_global()).collect()
}

const WEIGHTINGS: [Weighting; 4] = [
    Weighting::None,
    Weighting::Shrink(5.0),
    Weighting::ShrinkLessOne(3.0),
    Weighting::Herlocker(4.0),
];

/// A step in the life of an open database.
#[derive(Clone, Debug)]
enum Step {
    /// A rating by the process that has it open.
    Rate(Rating),
    /// A rating by another process.
    Elsewhere(Vec<Rating>),
    Forget(u32),
    CatchUp,
    WriteBehind,
    /// Closing with or without storing changed lists, and opening again.
    Reopen {
        stored: bool,
    },
    /// A job of a side, with ratings that arrive while it runs.
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
                tokio::join!(fit_side(&other, SIDES[side], options), elsewhere(&other, &ratings));
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
    fn lists_equal_those_of_a_fit_after_any_steps(
        first in prop::collection::vec(rating(), 60),
        steps in prop::collection::vec(step(), 1..16),
        options in models(),
    ) {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(play(first, steps, options));
    }
}
