//! Saving, reading, activating and deleting models.

mod common;

use common::errors::IntoStoreError;
use common::{Place, SMALL, batch, execute, import, integrity, table};
use likemind::{ModelOptions, ModelParameters, Neighbour, NeighbourIndex, RowIdx, Side};
use likemind_store::{ImportMode, ModelError, ModelId, NewModel, SaveProgress, Store, StoreError};

fn parameters(side: Side) -> ModelParameters {
    ModelOptions::new(side).check().unwrap()
}

/// Returns lists for three rows, the last without neighbours.
fn index(side: Side, similarity: f64) -> NeighbourIndex {
    let neighbour = |index, overlap| Neighbour { index: RowIdx(index), overlap, similarity };
    let lists = [vec![neighbour(2, 9), neighbour(1, 4)], vec![neighbour(0, 4)], vec![]];
    NeighbourIndex::from_lists(side, lists).unwrap()
}

async fn save(store: &Store, index: &NeighbourIndex) -> Result<ModelId, ModelError> {
    let new = NewModel {
        parameters: &parameters(index.side()),
        index,
        digest: &index.digest(),
        data_digest: &store.data_digest().await.unwrap(),
        sequence: store.summary().await.unwrap().sequence,
        pairs: 3,
        seconds: 0.25,
    };
    store.save_model(new, &mut |_| ()).await
}

async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    store
}

async fn active(store: &Store, side: Side) -> Option<ModelId> {
    store.active_model(side).await.unwrap().map(|model| model.id)
}

#[tokio::test]
async fn round_trips_a_model_bit_for_bit() {
    let place = Place::new();
    let store = filled(&place).await;
    let index = index(Side::Users, 0.1 + 0.2);
    let id = save(&store, &index).await.unwrap();
    store.close().await;
    let store = place.open().await;
    assert_eq!(store.neighbour_index(id).await.unwrap(), index);
    for row in RowIdx::first(4) {
        assert_eq!(store.neighbours_of(id, row).await.unwrap(), index.list(row));
    }
    let model = store.active_model(Side::Users).await.unwrap().unwrap();
    let stored = store.models().await.unwrap().into_iter().map(|info| info.neighbours().unwrap());
    assert!(stored.eq([model.clone()]));
    assert_eq!((model.id, model.side, model.active), (id, Side::Users, true));
    assert_eq!((model.rows, model.entries, model.pairs, model.seconds), (3, 3, 3, 0.25));
    assert_eq!(model.parameters, parameters(Side::Users));
    assert_eq!(model.digest, index.digest());
    assert_eq!(model.data_digest, store.data_digest().await.unwrap());
    assert_eq!(model.sequence, store.summary().await.unwrap().sequence);
    assert!(model.created_at > 1_700_000_000, "{}", model.created_at);
}

#[tokio::test]
async fn the_former_model_can_be_activated_again() {
    let place = Place::new();
    let store = filled(&place).await;
    assert_eq!(active(&store, Side::Users).await, None);
    let first = save(&store, &index(Side::Users, 0.5)).await.unwrap();
    let second = save(&store, &index(Side::Users, 0.6)).await.unwrap();
    let items = save(&store, &index(Side::Items, 0.7)).await.unwrap();
    assert_eq!(active(&store, Side::Users).await, Some(second));
    assert_eq!(active(&store, Side::Items).await, Some(items));
    store.activate_model(first).await.unwrap();
    store.activate_model(first).await.unwrap();
    assert_eq!(active(&store, Side::Users).await, Some(first));
    assert_eq!(active(&store, Side::Items).await, Some(items));
    assert_eq!(store.neighbour_index(first).await.unwrap(), index(Side::Users, 0.5));
    let ids: Vec<_> = store.models().await.unwrap().iter().map(|model| model.id).collect();
    assert_eq!(ids, [first, second, items]);
}

#[tokio::test]
async fn only_inactive_models_can_be_deleted() {
    let place = Place::new();
    let store = filled(&place).await;
    let first = save(&store, &index(Side::Users, 0.5)).await.unwrap();
    let second = save(&store, &index(Side::Users, 0.6)).await.unwrap();
    let error = store.delete_model(second).await.unwrap_err();
    assert!(matches!(error, ModelError::Active { side: Side::Users, .. }), "{error}");
    store.delete_model(first).await.unwrap();
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM neighbours WHERE model = 1")
        .fetch_one(&mut place.raw().await)
        .await
        .unwrap();
    assert_eq!(left, 0);
    for deleted in [first, ModelId(99)] {
        let unknown = |result: Result<(), ModelError>| {
            assert!(matches!(result, Err(ModelError::Unknown { id }) if id == deleted));
        };
        unknown(store.delete_model(deleted).await);
        unknown(store.activate_model(deleted).await);
        unknown(store.neighbours_of(deleted, RowIdx(0)).await.map(|_| ()));
        unknown(store.neighbour_index(deleted).await.map(|_| ()));
    }
    assert_eq!(save(&store, &index(Side::Users, 0.7)).await.unwrap(), ModelId(3));
    assert_eq!(integrity(&place).await, "ok");
}

#[tokio::test]
async fn rejects_inconsistent_models() {
    let place = Place::new();
    let store = filled(&place).await;
    let users = index(Side::Users, 0.5);
    let new = NewModel {
        parameters: &parameters(Side::Users),
        index: &users,
        digest: &users.digest(),
        data_digest: "",
        sequence: 1,
        pairs: 3,
        seconds: 0.0,
    };
    let items = parameters(Side::Items);
    let four = NeighbourIndex::from_lists(Side::Users, [const { Vec::new() }; 4]).unwrap();
    let endless = ModelOptions::new(Side::Users).with_min_similarity(f64::NEG_INFINITY);
    // JSON cannot represent infinity; such parameters are rejected before they get here.
    assert!(endless.check().is_err());
    let bad = [
        NewModel { parameters: &items, ..new },
        NewModel { digest: "other", ..new },
        NewModel { index: &four, digest: &four.digest(), ..new },
        NewModel { sequence: store.sequence().await.unwrap() + 1, ..new },
    ];
    for bad in bad {
        let error = store.save_model(bad, &mut |_| ()).await.unwrap_err();
        assert!(matches!(error, ModelError::Inconsistent { .. }), "{error}");
    }
    assert!(store.models().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_failed_save_keeps_the_active_model() {
    let place = Place::new();
    let store = filled(&place).await;
    let first = save(&store, &index(Side::Users, 0.5)).await.unwrap();
    let mut other = place.raw().await;
    let fail = "CREATE TRIGGER fail BEFORE INSERT ON neighbours WHEN new.row = 2 \
                BEGIN SELECT RAISE(ABORT, 'injected'); END";
    execute(&mut other, fail).await;
    assert!(save(&store, &index(Side::Users, 0.6)).await.is_err());
    assert_eq!(active(&store, Side::Users).await, Some(first));
    assert_eq!(store.models().await.unwrap().len(), 1);
    assert_eq!(integrity(&place).await, "ok");
}

#[tokio::test]
async fn neighbours_are_checked_against_their_digest() {
    let place = Place::new();
    let store = filled(&place).await;
    let id = save(&store, &index(Side::Users, 0.5)).await.unwrap();
    let mut other = place.raw().await;
    execute(&mut other, "UPDATE neighbours SET overlaps = x'05000000' WHERE row = 1").await;
    let error = store.neighbour_index(id).await.unwrap_err().into_store_error();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    execute(&mut other, "UPDATE neighbours SET overlaps = x'0500' WHERE row = 1").await;
    let error = store.neighbours_of(id, RowIdx(1)).await.unwrap_err().into_store_error();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn progress_reaches_the_end() {
    let place = Place::new();
    let store = filled(&place).await;
    let users = index(Side::Users, 0.5);
    let new = NewModel {
        parameters: &parameters(Side::Users),
        index: &users,
        digest: &users.digest(),
        data_digest: "",
        sequence: 1,
        pairs: 3,
        seconds: 0.0,
    };
    let mut last = None;
    store.save_model(new, &mut |progress| last = Some(progress)).await.unwrap();
    assert_eq!(last, Some(SaveProgress { done: 3, total: 3 }));
}

#[tokio::test]
async fn replacing_the_data_set_deletes_its_models() {
    let place = Place::new();
    let store = filled(&place).await;
    let first = save(&store, &index(Side::Users, 0.5)).await.unwrap();
    let table = table(SMALL);
    let replace = batch(&table).with_mode(ImportMode::Replace);
    store.import(replace, &mut |_| ()).await.unwrap();
    assert!(store.models().await.unwrap().is_empty());
    assert_eq!(active(&store, Side::Users).await, None);
    let next = save(&store, &index(Side::Users, 0.5)).await.unwrap();
    assert!(next > first, "numbers are never reused");
    assert_eq!(integrity(&place).await, "ok");
}
