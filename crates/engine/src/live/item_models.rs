//! Models of all items in memory.

use likemind::{ItemKriging, ItemRidge};
use likemind_store::{ItemModel, ModelId, ModelInfo, ModelKind, Store, StoreError};

/// The kinds of models of all items.
pub(super) const KINDS: [ModelKind; 2] = [ModelKind::ItemKriging, ModelKind::Ridge];

/// A model of all items, which holds for ratings that are later than its fit.
#[derive(Clone, Debug)]
pub struct StoredItemModel<M> {
    /// The model as stored.
    pub info: ModelInfo,
    /// What was learnt.
    pub model: M,
}

/// The active models of all items.
#[derive(Clone, Debug, Default)]
pub struct ItemModels {
    /// Item kriging, which predicts.
    pub kriging: Option<StoredItemModel<ItemKriging>>,
    /// Ridge regression, which ranks.
    pub ridge: Option<StoredItemModel<ItemRidge>>,
}

impl ItemModels {
    /// Reads the active models of some kinds.
    pub(crate) async fn read(store: &Store, kinds: &[ModelKind]) -> Result<Self, StoreError> {
        let mut models = Self::default();
        for &kind in kinds {
            if let Some((info, model)) = store.active_item_model(kind).await? {
                models.put(info, model);
            }
        }
        Ok(models)
    }

    /// Sets the model of a kind. Returns the former one in its place.
    pub(super) fn put(&mut self, info: ModelInfo, model: ItemModel) -> Self {
        let mut former = Self::default();
        match model {
            ItemModel::Kriging(model) => {
                former.kriging = self.kriging.replace(StoredItemModel { info, model });
            }
            ItemModel::Ridge(model) => {
                former.ridge = self.ridge.replace(StoredItemModel { info, model });
            }
            // A kind of a later version.
            _ => {}
        }
        former
    }

    /// The numbers of the models, by kind.
    pub(crate) fn ids(&self) -> [Option<ModelId>; 2] {
        KINDS.map(|kind| self.id(kind))
    }

    pub(crate) fn id(&self, kind: ModelKind) -> Option<ModelId> {
        match kind {
            ModelKind::ItemKriging => self.kriging.as_ref().map(|kriging| kriging.info.id),
            ModelKind::Ridge => self.ridge.as_ref().map(|ridge| ridge.info.id),
            _ => None,
        }
    }
}
