//! Which of the active models answer.

mod common;

use common::Place;
use common::fits::{fitted, options_of, parameters};
use likemind::model::PairedModel;
use likemind::{
    Centring, KrigingOptions, Model, Profile, Recommendation, RidgeOptions, Side, Source, TopN,
};
use likemind_data::sample;
use likemind_engine::{
    AnswerError, Answerer, AnsweringModel, Engine, FitOptions, ModelChoice, Moment, NoModel,
    find_user, import,
};
use likemind_store::{Change, ImportMode, Keep, ModelKind, ModelSpec, Store};

use ModelKind::{ItemKriging, Neighbours, Ridge};

const BEST: ModelChoice = ModelChoice { kind: None, side: None };

fn of_kind(kind: ModelKind) -> ModelChoice {
    ModelChoice { kind: Some(kind), side: None }
}

async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    import(&store, &sample(0), ImportMode::Add, Keep::Newest, &mut |_| ()).await.unwrap();
    store
}

async fn fit_neighbours(store: &Store, side: Side) {
    fitted(store, options_of(parameters(side))).await;
}

/// Fits a model of all items.
async fn fit_items(store: &Store, kind: ModelKind) {
    let spec: ModelSpec = match kind {
        ItemKriging => KrigingOptions::default().with_search(false).into(),
        _ => RidgeOptions::default().with_search(false).into(),
    };
    fitted(store, FitOptions::new(spec, "a test")).await;
}

/// What answers Ada: the kinds and sides of the models that rank and predict.
#[derive(Debug, PartialEq)]
struct Answered {
    ranked: (ModelKind, Side),
    predicted: (ModelKind, Side),
    list: Vec<Recommendation>,
}

impl Answered {
    fn new(ranking: &AnsweringModel<'_>, predicting: &AnsweringModel<'_>, ada: &Profile) -> Self {
        let model = PairedModel::new(ranking, predicting);
        let list = model.session(ada).unwrap().recommend(TopN::new(5));
        let (ranked, predicted) =
            ((ranking.kind, ranking.side), (predicting.kind, predicting.side));
        Self { ranked, predicted, list }
    }
}

fn held(moment: &Moment<'_>, choice: ModelChoice) -> Result<Answered, NoModel> {
    let ada = moment.person("Ada").unwrap();
    let (ranking, predicting) = (moment.ranking(choice, &ada)?, moment.predicting(choice, &ada)?);
    Ok(Answered::new(&ranking, &predicting, &ada))
}

async fn once(store: &Store, choice: ModelChoice) -> Result<Answered, NoModel> {
    let ada = find_user(store, "Ada").await.unwrap();
    let rows = |side| (side == Side::Users).then(|| vec![ada.into()]);
    let answerer = match Answerer::to_recommend(store, choice, rows).await {
        Err(AnswerError::NoModel(none)) => return Err(none),
        answerer => answerer.unwrap(),
    };
    let view = answerer.view();
    let centring = view.neighbours().map(|model| {
        let options = model.dialect().prediction(model.info.side, None);
        Centring::fit(view.matrix(), options).unwrap()
    });
    let (ranking, predicting) =
        (view.ranking(centring.as_ref())?, view.predicting(centring.as_ref())?);
    Ok(Answered::new(&ranking, &predicting, &Profile::from_user(view.matrix(), ada)))
}

/// The answer by a choice, which must be the same from memory and from the database.
async fn answered(
    store: &Store,
    engine: &Engine,
    choice: ModelChoice,
) -> Result<Answered, NoModel> {
    engine.live().catch_up().await.unwrap();
    let held = held(&engine.moment(), choice);
    assert_eq!(once(store, choice).await, held, "{choice:?}");
    held
}

/// The kinds of the models that rank and predict.
async fn kinds(
    store: &Store,
    engine: &Engine,
    choice: ModelChoice,
) -> Result<[(ModelKind, Side); 2], NoModel> {
    let Answered { ranked, predicted, list } = answered(store, engine, choice).await?;
    assert_eq!(list.len(), 5);
    let has_interval = list.iter().all(|one| one.prediction.interval.is_some());
    assert_eq!(has_interval, predicted.0 == ItemKriging);
    Ok([ranked, predicted])
}

const USERS: (ModelKind, Side) = (Neighbours, Side::Users);
const ITEMS: (ModelKind, Side) = (Neighbours, Side::Items);
const RIDGE: (ModelKind, Side) = (Ridge, Side::Items);
const KRIGING: (ModelKind, Side) = (ItemKriging, Side::Items);

#[tokio::test(flavor = "multi_thread")]
async fn the_best_models_answer_unless_others_are_asked_for() {
    let place = Place::new();
    let store = filled(&place).await;
    let engine = Engine::open(store.clone()).await.unwrap();
    let none = |kind, side| Err(NoModel { kind, side });
    let of_side = |side| ModelChoice { kind: None, side: Some(side) };
    assert_eq!(kinds(&store, &engine, BEST).await, none(Neighbours, None));
    for kind in [Ridge, ItemKriging] {
        assert_eq!(kinds(&store, &engine, of_kind(kind)).await, none(kind, None));
    }

    fit_neighbours(&store, Side::Items).await;
    assert_eq!(kinds(&store, &engine, BEST).await, Ok([ITEMS; 2]));
    fit_neighbours(&store, Side::Users).await;
    assert_eq!(kinds(&store, &engine, BEST).await, Ok([USERS; 2]));
    assert_eq!(kinds(&store, &engine, of_side(Side::Items)).await, Ok([ITEMS; 2]));
    assert_eq!(kinds(&store, &engine, of_kind(Ridge)).await, none(Ridge, None));

    fit_items(&store, Ridge).await;
    assert_eq!(kinds(&store, &engine, BEST).await, Ok([RIDGE, USERS]));
    assert_eq!(kinds(&store, &engine, of_kind(Neighbours)).await, Ok([USERS; 2]));
    assert_eq!(kinds(&store, &engine, of_side(Side::Items)).await, Ok([ITEMS; 2]));
    assert_eq!(kinds(&store, &engine, of_kind(ItemKriging)).await, none(ItemKriging, None));

    fit_items(&store, ItemKriging).await;
    assert_eq!(kinds(&store, &engine, BEST).await, Ok([RIDGE, KRIGING]));
    assert_eq!(kinds(&store, &engine, of_kind(Ridge)).await, Ok([RIDGE, KRIGING]));
    assert_eq!(kinds(&store, &engine, of_kind(ItemKriging)).await, Ok([KRIGING; 2]));
    assert_eq!(kinds(&store, &engine, of_kind(Neighbours)).await, Ok([USERS; 2]));
    assert_eq!(kinds(&store, &engine, of_side(Side::Users)).await, Ok([USERS; 2]));
}

#[tokio::test(flavor = "multi_thread")]
async fn models_of_all_items_need_no_neighbours() {
    let place = Place::new();
    let store = filled(&place).await;
    let engine = Engine::open(store.clone()).await.unwrap();
    fit_items(&store, Ridge).await;
    assert_eq!(kinds(&store, &engine, BEST).await, Ok([RIDGE; 2]));
    let none = NoModel { kind: Neighbours, side: None };
    assert_eq!(kinds(&store, &engine, of_kind(Neighbours)).await, Err(none));
    let list = answered(&store, &engine, BEST).await.unwrap().list;
    assert!(list.iter().all(|one| one.prediction.source == Source::Baseline));
    fit_items(&store, ItemKriging).await;
    assert_eq!(kinds(&store, &engine, BEST).await, Ok([RIDGE, KRIGING]));
}

#[tokio::test(flavor = "multi_thread")]
async fn ratings_after_the_fit_count_at_once() {
    let place = Place::new();
    let store = filled(&place).await;
    for kind in [Ridge, ItemKriging] {
        fit_items(&store, kind).await;
    }
    let engine = Engine::open(store.clone()).await.unwrap();
    let before = answered(&store, &engine, BEST).await.unwrap().list;
    let first = before[0].ranked.item;
    let id = engine.moment().names().items().name(first).unwrap().to_owned();
    let set = Change::Set { rating: 1.0, timestamp: None };
    let mark = engine.moment().mark();
    engine.live().rate("Ada", &id, set).await.unwrap();
    assert_ne!(engine.moment().mark(), mark);
    let after = answered(&store, &engine, BEST).await.unwrap().list;
    assert!(after.iter().all(|one| one.ranked.item != first));
    let predicted = |list: &[Recommendation]| list.last().unwrap().prediction.rating;
    assert_ne!(predicted(&before), predicted(&after));

    // Somebody new, who is not among the ratings of the fit, and the same ratings as a guest.
    for (item, rating) in [("alien-1979", 5.0), ("the-terminator-1984", 4.5), (&*id, 2.0)] {
        let set = Change::Set { rating, timestamp: None };
        engine.live().rate("Zoe", item, set).await.unwrap();
    }
    let moment = engine.moment();
    let zoe = moment.person("Zoe").unwrap();
    let guest = Profile::from_ratings(zoe.ratings().to_vec(), moment.matrix().scale()).unwrap();
    let of = |person: &Profile| {
        let (ranking, predicting) =
            (moment.ranking(BEST, person).unwrap(), moment.predicting(BEST, person).unwrap());
        let model = PairedModel::new(&ranking, &predicting);
        model.session(person).unwrap().recommend(TopN::new(8))
    };
    let list = of(&zoe);
    assert_eq!(list, of(&guest));
    assert!(list.iter().all(|one| one.ranked.source == Source::Neighbours));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_engine_follows_the_active_models() {
    let place = Place::new();
    let store = filled(&place).await;
    let engine = Engine::open(place.open().await).await.unwrap();
    fit_items(&store, Ridge).await;
    let first = store.models().await.unwrap()[0].id;
    fitted(&store, FitOptions::new(RidgeOptions::default().with_ridge(10.0), "a test")).await;
    let ranking = || {
        let moment = engine.moment();
        let ada = moment.person("Ada").unwrap();
        moment.ranking(BEST, &ada).map(|model| model.id).ok()
    };
    assert_eq!(ranking(), None);
    let before = engine.moment().mark();
    engine.live().catch_up().await.unwrap();
    let (second, after) = (ranking(), engine.moment().mark());
    assert!(second > Some(first) && after != before);
    store.activate_model(first).await.unwrap();
    engine.live().catch_up().await.unwrap();
    assert_eq!(ranking(), Some(first));
    assert_ne!(engine.moment().mark(), after);
    // Other data has other models.
    import(&store, &sample(1), ImportMode::Replace, Keep::Newest, &mut |_| ()).await.unwrap();
    engine.live().catch_up().await.unwrap();
    assert_eq!(ranking(), None);
}
