//! Fits of models of all items.

mod common;

use common::Place;
use common::fits::{fitted, request};
use common::ratings::{import, table};
use likemind::{ItemKriging, ItemRidge, KrigingOptions, RatingTable, RidgeOptions, Side};
use likemind_engine::{
    FitEnd, FitEvent, FitOptions, FitQuality, FitStart, FitStop, ItemQuality, fit,
};
use likemind_store::{Change, FitRequest, ItemModel, JobState, ModelKind, ModelSpec, Store};

fn specs() -> [ModelSpec; 2] {
    [KrigingOptions::default().into(), RidgeOptions::default().into()]
}

fn options(spec: ModelSpec) -> FitOptions {
    FitOptions::new(spec, "a test").with_threads(Some(2))
}

/// Enough ratings to choose constants on some of them.
fn ratings() -> RatingTable {
    let mut ratings = RatingTable::new();
    for user in 0..120_u32 {
        for item in (0..30_u32).filter(|item| (user * 7 + item * 3 + user / 5 * item) % 5 < 3) {
            let rating = f64::from(1 + (user % 3 + item % 3) % 5);
            ratings.push(&format!("u{user}"), &format!("i{item}"), rating, None).unwrap();
        }
    }
    ratings
}

async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    import(&store, &ratings()).await;
    store
}

/// What a fit to the current ratings learns.
async fn learnt(store: &Store, spec: ModelSpec) -> ItemModel {
    let matrix = store.matrix().await.unwrap();
    match spec {
        ModelSpec::ItemKriging(options) => {
            ItemModel::Kriging(ItemKriging::fit(&matrix, options).unwrap())
        }
        ModelSpec::Ridge(options) => ItemModel::Ridge(ItemRidge::fit(&matrix, options).unwrap()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_fit_ends_with_an_active_model() {
    let place = Place::new();
    let store = filled(&place).await;
    for spec in specs() {
        let mut events = Vec::new();
        let mut tell = |event| events.push(event);
        let end = fit(&store, options(spec), &FitStop::default(), &mut tell).await.unwrap();
        let FitEnd::Done(fitted) = end else { panic!("{end:?}") };
        let (info, model) = store.active_item_model(spec.kind()).await.unwrap().unwrap();
        assert_eq!(model, learnt(&store, spec).await);
        assert_eq!((info.id, &info.digest), (fitted.model, &fitted.digest));
        assert_eq!((fitted.kind, fitted.side, fitted.rows), (spec.kind(), Side::Items, 30));
        assert_eq!((fitted.pairs, info.pairs), (435, 435));
        match (fitted.quality, &model) {
            (
                FitQuality::Items(ItemQuality::Kriging { held_out, .. }),
                ItemModel::Kriging(found),
            ) => {
                assert!(held_out.is_some() && held_out == found.held_out());
            }
            (FitQuality::Items(ItemQuality::Ridge { held_out }), ItemModel::Ridge(found)) => {
                assert!(held_out.is_some() && held_out == found.held_out());
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(events[0], FitEvent::Started { start: FitStart::New, .. }));
        assert!(matches!(events.last(), Some(FitEvent::Saving(_))));
        let job = store.job(fitted.job).await.unwrap();
        assert_eq!((job.state, job.work_done), (JobState::Done, 1.0));
        assert_eq!((job.pairs_done, job.pairs, job.model), (435, 435, Some(info.id)));
    }
}

#[tokio::test]
async fn a_stopped_fit_starts_again_and_a_cancelled_one_leaves_nothing() {
    let place = Place::new();
    let store = filled(&place).await;
    for spec in specs() {
        let stop = FitStop::default();
        stop.stop();
        let end = fit(&store, options(spec), &stop, &mut |_| ()).await.unwrap();
        let FitEnd::Interrupted { job, work_done: 0.0 } = end else { panic!("{end:?}") };
        assert_eq!(store.job(job).await.unwrap().state, JobState::Queued);
        assert_eq!(fitted(&store, options(spec)).await.job, job);

        let held = store.begin_fit(&FitRequest { parameters: spec, ..request("a test") }).await;
        let job = held.unwrap().interrupt(None).await.unwrap().id;
        store.cancel_job(job).await.unwrap();
    }
    assert_eq!(store.models().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_stops_the_computation() {
    let place = Place::new();
    let store = filled(&place).await;
    for spec in specs() {
        let (other, runtime) = (place.open().await, tokio::runtime::Handle::current());
        let mut cancel = |event| {
            if let FitEvent::Started { job, .. } = event {
                tokio::task::block_in_place(|| runtime.block_on(other.cancel_job(job)).unwrap());
            }
        };
        let end = fit(&store, options(spec), &FitStop::default(), &mut cancel).await.unwrap();
        assert!(matches!(end, FitEnd::Cancelled(_)), "{end:?}");
    }
    assert_eq!(store.models().await.unwrap(), []);
}

#[tokio::test]
async fn ratings_that_arrive_during_the_fit_are_left_to_the_next_one() {
    let place = Place::new();
    let store = filled(&place).await;
    let before = store.data_state().await.unwrap();
    let spec = specs()[1];
    let wanted = learnt(&store, spec).await;
    let held = store.begin_fit(&FitRequest { parameters: spec, ..request("first") }).await.unwrap();
    held.interrupt(None).await.unwrap();
    store.rate("u3", "i4", Change::Set { rating: 5.0, timestamp: None }).await.unwrap();
    fitted(&store, options(spec)).await;
    let (info, model) = store.active_item_model(ModelKind::Ridge).await.unwrap().unwrap();
    assert_eq!((info.sequence, info.data_digest), (before.sequence, before.digest));
    assert_eq!(model, wanted);
    let states = likemind_engine::models(&store).await.unwrap();
    assert_eq!((states[0].behind, states[0].exact), (1, false));
}

#[tokio::test]
async fn invalid_options_fail_the_job() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(common::ratings::SMALL)).await;
    let options = options(RidgeOptions::default().with_ridge(-1.0).into());
    let error = fit(&store, options, &FitStop::default(), &mut |_| ()).await.unwrap_err();
    assert!(error.to_string().contains("the ridge"), "{error}");
    assert_eq!(store.jobs().await.unwrap()[0].state, JobState::Failed);
}
