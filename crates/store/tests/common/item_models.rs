//! Stored models of all items.

use likemind::{ItemKriging, ItemRidge, KrigingOptions, RatingMatrix, RidgeOptions};
use likemind_store::{ItemModel, ModelError, ModelId, NewItemModel, Store};

pub(crate) fn ridge(matrix: &RatingMatrix, ridge: f64) -> ItemModel {
    let options = RidgeOptions::default().with_search(false).with_ridge(ridge);
    ItemModel::Ridge(ItemRidge::fit(matrix, options).unwrap())
}

pub(crate) fn kriging(matrix: &RatingMatrix) -> ItemModel {
    let options = KrigingOptions::default().with_search(false);
    ItemModel::Kriging(ItemKriging::fit(matrix, options).unwrap())
}

/// Fits ridge regression to the current ratings, and stores it.
pub(crate) async fn save_ridge(store: &Store, lambda: f64) -> Result<ModelId, ModelError> {
    let matrix = store.matrix().await.unwrap();
    save(store, &ridge(&matrix, lambda)).await
}

/// Fits item kriging to the current ratings, and stores it.
pub(crate) async fn save_kriging(store: &Store) -> Result<ModelId, ModelError> {
    let matrix = store.matrix().await.unwrap();
    save(store, &kriging(&matrix)).await
}

pub(crate) async fn save(store: &Store, model: &ItemModel) -> Result<ModelId, ModelError> {
    let (data_digest, sequence) =
        (store.data_digest().await.unwrap(), store.sequence().await.unwrap());
    let packed = model.pack();
    let new = NewItemModel { packed: &packed, data_digest: &data_digest, sequence, seconds: 0.25 };
    store.save_item_model(new, &mut |_| ()).await
}
