//! `Engine`, `Answerer` and `Snapshot` give the same answers.

mod common;

use common::Place;
use common::fits::{fitted, options_of, parameters};
use likemind::{Centring, Profile, RowIdx, Side};
use likemind_data::sample;
use likemind_engine::{
    AnswerError, Answerer, Engine, FewNames, ModelChoice, NamedNeighbour, Naming, NoModel,
    RecommendationRequest, Snapshot, UnknownId, facts_of, find_row, find_user, import,
    neighbours_of, recommend,
};
use likemind_store::{Change, ImportMode, Keep, ModelKind, Store};

/// The best models that are there.
const BEST: ModelChoice = ModelChoice { kind: None, side: None };

/// A database with the sample ratings and a model of one side.
async fn filled(place: &Place, side: Side) -> Store {
    let store = place.open().await;
    import(&store, &sample(0), ImportMode::Add, Keep::Newest, &mut |_| ()).await.unwrap();
    fitted(&store, options_of(parameters(side))).await;
    store
}

/// Recommendations for Ada from an `Answerer`, as text.
async fn once(store: &Store, rows: Option<Vec<RowIdx>>) -> Vec<String> {
    let ada = find_user(store, "Ada").await.unwrap();
    let answerer = Answerer::to_recommend(store, BEST, |_| rows).await.unwrap();
    let list = {
        let view = answerer.view();
        let model = view.neighbours().unwrap();
        assert!(model.outdated().is_none());
        let rule = model.dialect().prediction(model.info.side, None);
        let centring = Centring::fit(view.matrix(), rule).unwrap();
        let (ranking, predicting) =
            (view.ranking(Some(&centring)).unwrap(), view.predicting(Some(&centring)).unwrap());
        let ada = Profile::from_user(view.matrix(), ada);
        recommend(&ranking, &predicting, &ada, &RecommendationRequest::new(5)).unwrap()
    };
    let names = FewNames::read(store, list.rows()).await.unwrap();
    list.named(&names).map(|one| format!("{one:?}")).collect()
}

/// Recommendations for Ada from an `Engine`, as text.
fn held(engine: &Engine) -> Vec<String> {
    let moment = engine.moment();
    let ada = moment.person("Ada").unwrap();
    let (ranking, predicting) =
        (moment.ranking(BEST, &ada).unwrap(), moment.predicting(BEST, &ada).unwrap());
    let list = recommend(&ranking, &predicting, &ada, &RecommendationRequest::new(5)).unwrap();
    list.named(moment.names()).map(|one| format!("{one:?}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn recommendations_agree_between_snapshots_and_the_engine() {
    for side in [Side::Users, Side::Items] {
        let place = Place::new();
        let store = filled(&place, side).await;
        let engine = Engine::open(store.clone()).await.unwrap();
        let recommended = held(&engine);
        assert_eq!(recommended.len(), 5);
        assert_eq!(recommended, once(&store, None).await, "{side}");
        if side == Side::Users {
            let ada = find_row(&store, Side::Users, "Ada").await.unwrap();
            assert_eq!(recommended, once(&store, Some(vec![ada])).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neighbours_and_facts_agree_and_follow_ratings() {
    let place = Place::new();
    let store = filled(&place, Side::Users).await;
    let engine = Engine::open(store.clone()).await.unwrap();
    let before = engine.moment().mark();
    let set = Change::Set { rating: 0.5, timestamp: None };
    let rated = engine.live().rate("Ada", "star-wars-a-new-hope-1977", set).await.unwrap();
    let ada = rated.user;
    let once = neighbours_of(&store, Side::Users, ada.into()).await.unwrap();
    assert!(once.outdated().is_none());
    let facts = facts_of(&store, ada, &once.list).await.unwrap();

    let moment = engine.moment();
    assert_ne!(moment.mark(), before);
    assert_eq!(moment.neighbours(Side::Users, ada.into()), once.list);
    assert_eq!(moment.facts(ada), facts);
    assert_eq!(facts.closest, once.list.first().copied());
    let near = NamedNeighbour::named(&once.list[0], Side::Users, moment.names());
    assert_eq!(near.id, moment.names().user(once.list[0].index.user()));
    assert!(!near.id.is_empty() && near.info.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_ids_and_missing_models_are_errors_in_both() {
    let place = Place::new();
    let store = filled(&place, Side::Items).await;
    let engine = Engine::open(store.clone()).await.unwrap();
    let moment = engine.moment();
    let unknown = UnknownId { side: Side::Users, id: "nobody".to_owned() };
    assert_eq!(moment.person("nobody").unwrap_err(), unknown);
    let found = find_user(&store, "nobody").await.unwrap_err();
    assert!(matches!(&found, AnswerError::UnknownId(found) if *found == unknown), "{found}");

    let none = NoModel { kind: ModelKind::Neighbours, side: Some(Side::Users) };
    assert_eq!(moment.model(Some(Side::Users)).err(), Some(none));
    let found = Snapshot::open(&store, Some(Side::Users)).await.err().unwrap();
    assert!(matches!(found, AnswerError::NoModel(found) if found == none), "{found}");
    // Without a side, the only model is used.
    assert_eq!(moment.model(None).unwrap().info.side, Side::Items);
    assert_eq!(Snapshot::open(&store, None).await.unwrap().side(), Side::Items);
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_find_what_the_database_finds() {
    let place = Place::new();
    let store = filled(&place, Side::Users).await;
    store.forget("Bruno").await.unwrap();
    let engine = Engine::open(store.clone()).await.unwrap();
    let moment = engine.moment();
    for query in ["star", "STÁR", "", "star-wars-a-new-hope-1977"] {
        let found = store.find_items(query, 1_000).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|found| found.id).collect();
        let here = moment.find_items(query, None);
        let here: Vec<_> = here.into_iter().map(|item| moment.names().item(item)).collect();
        assert!(!found.is_empty());
        assert_eq!(here, found, "{query:?}");
    }
    for (genre, items) in moment.genres() {
        assert_eq!(moment.find_items("", Some(&genre.to_uppercase())).len(), items);
    }
    let found = moment.find_users("Bruno");
    let ids: Vec<_> = found.into_iter().map(|user| moment.names().user(user)).collect();
    assert!(!ids.is_empty() && ids.iter().all(|id| id.contains("Bruno") && *id != "Bruno"));
    assert_eq!(
        moment.find_users("").len(),
        moment.matrix().users() - 1,
        "without the forgotten user"
    );
}
