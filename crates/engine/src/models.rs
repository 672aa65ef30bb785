//! How far stored models are behind the ratings.

use likemind_store::{ModelInfo, NeighbourModelInfo, Store, StoreError};

/// A stored model, compared with the current ratings.
#[derive(Clone, Debug)]
pub struct ModelState {
    /// The model as stored.
    pub info: ModelInfo,
    /// Number of changes of ratings since the stored model was exact. An import can be a single change.
    pub behind: u64,
    /// Whether the model answers as if it had been fitted to the current ratings: because its lists are
    /// brought up to date when they are read, or because none have changed.
    pub exact: bool,
}

/// A model whose answers do not include the latest ratings.
#[derive(Clone, Copy, Debug)]
pub struct Outdated<'a> {
    /// The model as stored.
    pub model: &'a NeighbourModelInfo,
    /// See [`ModelState::behind`].
    pub behind: u64,
}

impl<'a> Outdated<'a> {
    /// The model, with ratings that have this sequence number.
    pub(crate) fn new(model: &'a NeighbourModelInfo, sequence: u64) -> Self {
        Self { model, behind: model.changes_behind(sequence) }
    }

    /// Whether it is outdated because a rating affects all of its similarities, so that it cannot follow
    /// single ratings.
    pub fn is_global(&self) -> bool {
        self.model.parameters.similarity().is_global()
    }
}

/// Reads all models, oldest first.
///
/// # Errors
/// [`StoreError`] if the database cannot be read.
pub async fn models(store: &Store) -> Result<Vec<ModelState>, StoreError> {
    let mut states = Vec::new();
    for info in store.models().await? {
        let sequence = store.sequence().await?;
        let behind = info.changes_behind(sequence);
        let exact = match info.clone().neighbours() {
            Some(lists) if behind > 0 => {
                store.outdated_rows(&lists.lists_info(), sequence).await?.is_some()
            }
            _ => behind == 0,
        };
        states.push(ModelState { info, behind, exact });
    }
    Ok(states)
}
