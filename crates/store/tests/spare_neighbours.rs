//! Neighbours beyond the first k are stored for models that are kept exact, and for nothing else.

mod common;

use common::{Place, SMALL, execute_in, import, table};
use likemind::{ModelOptions, ModelParameters, Neighbour, NeighbourIndex, RowIdx, Side};
use likemind_store::{ModelId, ModelUpdate, NewModel, Store, WriteBehind};

fn parameters() -> ModelParameters {
    ModelOptions::new(Side::Users).with_k(1).check().unwrap()
}

/// Two neighbours of each of three rows, one of them spare.
fn index(similarity: f64) -> NeighbourIndex {
    let neighbour = |index, overlap| Neighbour { index: RowIdx(index), overlap, similarity };
    let lists = [(1, 2), (0, 2), (0, 1)].map(|(a, b)| [neighbour(a, 9), neighbour(b, 4)]);
    NeighbourIndex::from_lists(Side::Users, lists).unwrap()
}

async fn save(store: &Store, index: &NeighbourIndex) -> ModelId {
    let new = NewModel {
        parameters: &parameters(),
        index,
        digest: &index.digest_of_first(1),
        data_digest: &store.data_digest().await.unwrap(),
        sequence: store.sequence().await.unwrap(),
        pairs: 3,
        seconds: 0.25,
    };
    store.save_model(new, &mut |_| ()).await.unwrap()
}

async fn with_spare(store: &Store) -> NeighbourIndex {
    store.active_index_with_spare(Side::Users).await.unwrap().unwrap().1
}

async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    store
}

#[tokio::test]
async fn only_active_index_with_spare_returns_them() {
    let place = Place::new();
    let store = filled(&place).await;
    let index = index(0.5);
    let id = save(&store, &index).await;
    assert_eq!(with_spare(&store).await, index);
    let (model, first) = store.active_index(Side::Users).await.unwrap().unwrap();
    assert_eq!((model.entries, first), (3, index.first(1)));
    assert_eq!(store.neighbour_index(id).await.unwrap(), index.first(1));
    assert_eq!(store.neighbours_of(id, RowIdx(2)).await.unwrap(), index.list(RowIdx(2))[..1]);
    store.verify(&mut |_| ()).await.unwrap();
}

#[tokio::test]
async fn an_update_replaces_them() {
    let place = Place::new();
    let store = filled(&place).await;
    let id = save(&store, &index(0.5)).await;
    let now = index(0.25);
    let rows: Vec<_> = RowIdx::first(3).map(|row| (row, now.list(row))).collect();
    let update = ModelUpdate {
        expected_sequence: store.sequence().await.unwrap(),
        rows: &rows,
        row_count: 3,
        digest: &now.digest_of_first(1),
        sequence: store.sequence().await.unwrap(),
        data_digest: &store.data_digest().await.unwrap(),
    };
    assert_eq!(store.write_behind(id, update).await.unwrap(), WriteBehind::Written);
    assert_eq!(with_spare(&store).await, now);
    let model = store.active_model(Side::Users).await.unwrap().unwrap();
    assert_eq!(model.entries, 3);
    store.verify(&mut |_| ()).await.unwrap();
}

#[tokio::test]
async fn damaged_ones_are_left_out() {
    let place = Place::new();
    let store = filled(&place).await;
    let index = index(0.5);
    save(&store, &index).await;
    let damage =
        "UPDATE neighbours SET spare = CAST(x'00' || substr(spare, 2) AS BLOB) WHERE row = 0";
    execute_in(&place.file, damage).await;
    let of_another_list = "UPDATE neighbours SET spare = (SELECT spare FROM neighbours WHERE row = 2) \
                           WHERE row = 1";
    execute_in(&place.file, of_another_list).await;
    let read = with_spare(&store).await;
    let lengths: Vec<usize> = read.lists().map(<[_]>::len).collect();
    assert_eq!(lengths, [1, 1, 2]);
}
