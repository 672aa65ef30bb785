//! Storing updated lists of a model.

mod common;

use common::{Place, SMALL, import, integrity, save_model, table};
use likemind::{Neighbour, NeighbourIndex, RowIdx, Side};
use likemind_store::{Change, DataState, ModelError, ModelId, ModelUpdate, Store, WriteBehind};

fn list(index: u32) -> Vec<Neighbour> {
    vec![Neighbour { index: RowIdx(index), overlap: 3, similarity: 0.75 }]
}

async fn rated(place: &Place) -> (Store, ModelId) {
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    let id = save_model(&store).await;
    store.rate("new", "Heat", Change::Set { rating: 3.0, timestamp: None }).await.unwrap();
    (store, id)
}

#[tokio::test]
async fn stores_changed_and_new_lists() {
    let place = Place::new();
    let (store, id) = rated(&place).await;
    let before = store.neighbour_index(id).await.unwrap();
    let lists = [before.list(RowIdx(0)).to_vec(), vec![], list(3), list(2)];
    let after = NeighbourIndex::from_lists(Side::Users, lists).unwrap();
    let DataState { sequence, digest: data_digest } = store.data_state().await.unwrap();
    let digest = after.digest();
    let update = ModelUpdate {
        expected_sequence: 1,
        rows: &[3, 1, 2].map(|row| (RowIdx(row), after.list(RowIdx(row)))),
        row_count: 4,
        digest: &digest,
        sequence,
        data_digest: &data_digest,
    };
    assert_eq!(store.write_behind(id, update).await.unwrap(), WriteBehind::Written);
    assert_eq!(store.neighbour_index(id).await.unwrap(), after);
    let info = store.active_model(Side::Users).await.unwrap().unwrap();
    assert_eq!((info.sequence, info.rows, info.entries), (2, 4, 3));
    assert_eq!((info.digest, info.data_digest), (digest.clone(), data_digest.clone()));
    // A writer that started from the former state is rejected.
    let late = store.write_behind(id, update).await.unwrap();
    assert_eq!(late, WriteBehind::Overtaken { found: 2 });
    assert_eq!(integrity(&place).await, "ok");
}

#[tokio::test]
async fn rejects_inconsistent_updates() {
    let place = Place::new();
    let (store, id) = rated(&place).await;
    let before = store.neighbour_index(id).await.unwrap();
    let (one, two) = (list(1), list(2));
    let update = ModelUpdate {
        expected_sequence: 1,
        rows: &[],
        row_count: 3,
        digest: "",
        sequence: 2,
        data_digest: "",
    };
    let bad = [
        ModelUpdate { sequence: 0, ..update },
        ModelUpdate { sequence: 3, ..update },
        ModelUpdate { row_count: 4, ..update },
        ModelUpdate { row_count: 2, ..update },
        ModelUpdate { rows: &[(RowIdx(3), &one)], ..update },
        ModelUpdate { rows: &[(RowIdx(1), &two), (RowIdx(1), &two)], ..update },
        ModelUpdate { rows: &[(RowIdx(4), &one)], row_count: 4, ..update },
        ModelUpdate { rows: &[(RowIdx(3), &one), (RowIdx(4), &one)], row_count: 5, ..update },
    ];
    for bad in bad {
        let error = store.write_behind(id, bad).await.unwrap_err();
        assert!(matches!(error, ModelError::Inconsistent { .. }), "{error}");
    }
    let error = store.write_behind(ModelId(9), update).await.unwrap_err();
    assert!(matches!(error, ModelError::Unknown { .. }), "{error}");
    assert_eq!(store.neighbour_index(id).await.unwrap(), before);
}
