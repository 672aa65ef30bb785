//! A stored model, which makes changes worth logging one by one.

use likemind::{ModelOptions, Neighbour, NeighbourIndex, RowIdx, Side};
use likemind_store::{ModelId, NewModel, Store};

/// Stores a model of three lists for the current ratings, so that later changes are logged one by
/// one.
pub(crate) async fn save_model(store: &Store) -> ModelId {
    let neighbour = |index| Neighbour { index: RowIdx(index), overlap: 2, similarity: 0.5 };
    let lists = [vec![neighbour(1)], vec![neighbour(0)], vec![]];
    let index = NeighbourIndex::from_lists(Side::Users, lists).unwrap();
    let new = NewModel {
        parameters: &ModelOptions::new(Side::Users).check().unwrap(),
        index: &index,
        digest: &index.digest(),
        data_digest: &store.data_digest().await.unwrap(),
        sequence: store.sequence().await.unwrap(),
        pairs: 3,
        seconds: 0.25,
    };
    store.save_model(new, &mut |_| ()).await.unwrap()
}
