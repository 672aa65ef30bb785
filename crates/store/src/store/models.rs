//! Finished models: which there are, and which are in use.

use crate::error::{ModelError, StoreError};
use crate::fault::Fault;
use crate::model::{ModelId, ModelInfo, ModelKind};
use crate::sqlite::{Connection, changes, models};
use crate::store::Store;
use likemind::Side;

impl Store {
    /// The stored models, oldest first; none before the first is saved.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn models(&self) -> Result<Vec<ModelInfo>, StoreError> {
        self.named(async { models::all(&mut *self.database.connection().await?).await }).await
    }

    /// The model of neighbours in use on a side; `None` before the first is saved.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn active_model(&self, side: Side) -> Result<Option<ModelInfo>, StoreError> {
        let active = async {
            let mut connection = self.database.connection().await?;
            models::active(&mut connection, ModelKind::Neighbours, side).await
        };
        self.named(active).await
    }

    /// Makes a stored model the one in use of its kind and side, in one transaction.
    ///
    /// # Errors
    /// [`ModelError::Unknown`] if there is no such model.
    pub async fn activate_model(&self, id: ModelId) -> Result<(), ModelError> {
        self.answered(async {
            let mut writing = self.database.writing().await?;
            let info = models::of_id(&mut writing, id).await?;
            models::activate(&mut writing, id, info.kind, info.side).await?;
            Ok(writing.commit().await?)
        })
        .await
    }

    /// Deletes a model that is not in use.
    ///
    /// # Errors
    /// [`ModelError::Unknown`] if there is no such model, [`ModelError::Active`] if it is
    /// in use.
    pub async fn delete_model(&self, id: ModelId) -> Result<(), ModelError> {
        self.answered(async {
            let mut writing = self.database.writing().await?;
            // A damaged one can be deleted, too.
            if models::is_active(&mut writing, id).await? {
                let ModelInfo { id, side, .. } = models::of_id(&mut writing, id).await?;
                return Err(ModelError::Active { id, side }.into());
            }
            models::delete(&mut writing, id).await?;
            changes::trim(&mut writing).await?;
            Ok(writing.commit().await?)
        })
        .await
    }
}

/// Makes room: of a kind and side only the active model and the newest are kept to go back to, `keep`
/// in all. Returns which went, oldest first.
pub(super) async fn prune(
    connection: &mut Connection,
    kind: ModelKind,
    side: Side,
    keep: usize,
) -> Result<Vec<ModelId>, Fault> {
    let old = models::beyond(connection, kind, side, keep).await?;
    for &id in &old {
        models::delete(connection, id).await?;
    }
    if !old.is_empty() {
        changes::trim(connection).await?;
    }
    Ok(old)
}
