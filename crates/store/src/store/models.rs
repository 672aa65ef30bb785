//! Listing, activating and deleting stored models.

use super::{item_models, lists};
use crate::error::{ModelError, StoreError};
use crate::fault::Fault;
use crate::model::{ModelId, ModelInfo, NeighbourModelInfo};
use crate::spec::ModelKind;
use crate::sqlite::{Connection, changes, models};
use crate::store::Store;
use likemind::Side;

impl Store {
    /// Returns all stored models, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn models(&self) -> Result<Vec<ModelInfo>, StoreError> {
        self.run(async { models::all(&mut *self.database.connection().await?).await }).await
    }

    /// Returns the active model of the neighbours of `side`; `None` if no model was saved yet.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn active_model(&self, side: Side) -> Result<Option<NeighbourModelInfo>, StoreError> {
        let active = async {
            let mut connection = self.database.connection().await?;
            models::active_neighbours(&mut connection, side).await
        };
        self.run(active).await
    }

    /// Makes a stored model the active one of its kind and side, in one transaction.
    ///
    /// # Errors
    /// [`ModelError::Unknown`] if there is no such model.
    pub async fn activate_model(&self, id: ModelId) -> Result<(), ModelError> {
        self.run_operation(async {
            let mut tx = self.database.begin_write().await?;
            let info = models::get(&mut tx, id).await?;
            models::activate(&mut tx, id, info.kind, info.side).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Deletes an inactive model.
    ///
    /// # Errors
    /// [`ModelError::Unknown`] if there is no such model, [`ModelError::Active`] if it is active.
    pub async fn delete_model(&self, id: ModelId) -> Result<(), ModelError> {
        self.run_operation(async {
            let mut tx = self.database.begin_write().await?;
            // `is_active` also works for damaged models, so that they can be deleted.
            if models::is_active(&mut tx, id).await? {
                let ModelInfo { id, kind, side, .. } = models::get(&mut tx, id).await?;
                return Err(ModelError::Active { id, kind, side }.into());
            }
            models::delete(&mut tx, id).await?;
            changes::trim(&mut tx).await?;
            Ok(tx.commit().await?)
        })
        .await
    }
}

/// Deletes old models of a kind and side, keeping `keep` in all: the active one and the newest
/// others. Returns the deleted models, oldest first.
pub(super) async fn prune(
    connection: &mut Connection,
    kind: ModelKind,
    side: Side,
    keep: usize,
) -> Result<Vec<ModelId>, Fault> {
    let old = models::prunable(connection, kind, side, keep).await?;
    for &id in &old {
        models::delete(connection, id).await?;
    }
    if !old.is_empty() {
        changes::trim(connection).await?;
    }
    Ok(old)
}

/// Verifies a model and its contents, and returns the number of its lists (or items). `last` is the
/// current sequence of the data set.
pub(super) async fn verify(
    connection: &mut Connection,
    id: ModelId,
    last: u64,
) -> Result<u64, Fault> {
    let Some(info) = models::find(connection, id).await? else {
        return Err(Fault::Damaged(format!("no model {id}")));
    };
    match info.clone().neighbours() {
        Some(neighbours) => lists::verify(connection, &neighbours, last).await,
        None => item_models::verify(connection, &info, last).await,
    }
}
