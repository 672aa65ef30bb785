//! Reading models that are stored as a whole.

use crate::error::{ModelError, StoreError};
use crate::fault::Fault;
use crate::item_model::{ItemModel, digest};
use crate::model::{ModelId, ModelInfo};
use crate::spec::ModelKind;
use crate::sqlite::{Connection, model_parts, models};
use crate::store::Store;
use likemind::Side;

impl Store {
    /// Returns the active model of a kind, other than [`ModelKind::Neighbours`], read in one
    /// transaction and verified against its digest. `None` if no model of this kind was saved yet.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if its bytes do not match the digest.
    pub async fn active_item_model(
        &self,
        kind: ModelKind,
    ) -> Result<Option<(ModelInfo, ItemModel)>, StoreError> {
        self.run(async {
            let mut tx = self.database.begin_read().await?;
            let active = models::active(&mut tx, kind, Side::Items).await?;
            let Some(info) = active.filter(|_| kind != ModelKind::Neighbours) else {
                return Ok(None);
            };
            let model = read(&mut tx, &info).await?;
            Ok(Some((info, model)))
        })
        .await
    }

    /// Returns the active model of a kind, other than [`ModelKind::Neighbours`], without its
    /// contents.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn active_item_model_info(
        &self,
        kind: ModelKind,
    ) -> Result<Option<ModelInfo>, StoreError> {
        self.run(async {
            let mut connection = self.database.connection().await?;
            let active = models::active(&mut connection, kind, Side::Items).await?;
            Ok(active.filter(|_| kind != ModelKind::Neighbours))
        })
        .await
    }

    /// Returns the contents of a model, verified against its digest.
    ///
    /// # Errors
    /// [`ModelError::Unknown`] if there is no such model, [`ModelError::Inconsistent`] if it is one of
    /// neighbours, and [`StoreError::Damaged`] if its bytes do not match the digest.
    pub async fn item_model(&self, id: ModelId) -> Result<ItemModel, ModelError> {
        self.run_operation(async {
            let mut tx = self.database.begin_read().await?;
            let info = models::get(&mut tx, id).await?;
            if info.kind == ModelKind::Neighbours {
                let (expected, found) = ("of all items", format!("{id}, which is of neighbours"));
                return Err(ModelError::Inconsistent { expected, found }.into());
            }
            Ok(read(&mut tx, &info).await?)
        })
        .await
    }
}

/// Reads a model and verifies its digest.
async fn read(connection: &mut Connection, info: &ModelInfo) -> Result<ItemModel, Fault> {
    let bytes = model_parts::read(connection, info.id).await?;
    let expected = info.clone();
    let unpack = tokio::task::spawn_blocking(move || {
        if digest(&bytes) != expected.digest {
            return Err("bytes that do not match their digest".to_owned());
        }
        let model = ItemModel::unpack(&expected.parameters, &bytes)?;
        if model.spec() == expected.parameters {
            Ok(model)
        } else {
            Err("other parameters than those of its contents".to_owned())
        }
    });
    let unpacked = unpack.await.map_err(|panicked| panicked.to_string()).flatten();
    unpacked.map_err(|found| Fault::Damaged(format!("in model {}: {found}", info.id)))
}

/// Verifies a model, and returns the number of its items. `last` is the current sequence of the data
/// set.
pub(super) async fn verify(
    connection: &mut Connection,
    info: &ModelInfo,
    last: u64,
) -> Result<u64, Fault> {
    let model = read(connection, info).await?;
    if (model.items(), model.pairs()) != (info.rows, info.entries) || info.sequence > last {
        let found = format!("model {} that does not match its counts", info.id);
        return Err(Fault::Damaged(found));
    }
    Ok(info.rows)
}
