//! Storing models.

use crate::count::count;
use crate::error::ModelError;
use crate::fault::Failure;
use crate::item_model::NewItemModel;
use crate::model::{AnyNewModel, ModelId, NewModel, SaveProgress};
use crate::spec::{ModelKind, ModelSpec};
use crate::sqlite::models::NewRow;
use crate::sqlite::{Connection, changes, ids, lists, model_parts, models};
use crate::store::Store;
use likemind::Side;

impl Store {
    /// Stores a model of neighbours and activates it in one transaction, and returns its number. The
    /// previously active model stays available for rollback.
    ///
    /// # Errors
    /// [`ModelError::Inconsistent`] if the parameters, neighbours and digest are inconsistent, if there
    /// are more lists than users (or items), or if the sequence is greater than the current one.
    pub async fn save_model(
        &self,
        new: NewModel<'_>,
        progress: &mut (dyn FnMut(SaveProgress) + Send),
    ) -> Result<ModelId, ModelError> {
        self.run_operation(async {
            if new.index.digest_of_first(new.parameters.k()) != new.digest {
                let expected = "with the digest of its neighbours";
                return Err(ModelError::Inconsistent { expected, found: new.digest.into() }.into());
            }
            self.save(new.into(), progress).await
        })
        .await
    }

    /// Stores a model of all items and activates it, like [`save_model`](Self::save_model).
    ///
    /// # Errors
    /// [`ModelError::Inconsistent`] if it has more items than there are, or if the sequence is greater
    /// than the current one.
    pub async fn save_item_model(
        &self,
        new: NewItemModel<'_>,
        progress: &mut (dyn FnMut(SaveProgress) + Send),
    ) -> Result<ModelId, ModelError> {
        self.run_operation(self.save(new.into(), progress)).await
    }

    async fn save(
        &self,
        new: AnyNewModel<'_>,
        progress: &mut (dyn FnMut(SaveProgress) + Send),
    ) -> Result<ModelId, Failure<ModelError>> {
        let mut tx = self.database.begin_write().await?;
        let id = save_in(&mut tx, new, progress).await?;
        tx.commit().await?;
        Ok(id)
    }
}

/// Stores a model and makes it the active one of its kind and side. The caller must have verified
/// the digest.
pub(crate) async fn save_in(
    connection: &mut Connection,
    new: AnyNewModel<'_>,
    progress: &mut (dyn FnMut(SaveProgress) + Send),
) -> Result<ModelId, Failure<ModelError>> {
    let id = match new {
        AnyNewModel::Neighbours(new) => save_neighbours(connection, new, progress).await?,
        AnyNewModel::Items(new) => save_items(connection, new, progress).await?,
    };
    let spec = new.spec();
    models::activate(connection, id, spec.kind(), spec.side()).await?;
    Ok(id)
}

async fn save_neighbours(
    connection: &mut Connection,
    new: NewModel<'_>,
    progress: &mut (dyn FnMut(SaveProgress) + Send),
) -> Result<ModelId, Failure<ModelError>> {
    let (side, found) = (new.parameters.side(), new.index.side());
    if side != found {
        let expected = "with parameters and neighbours of one side";
        let found = format!("{side} and {found}");
        return Err(ModelError::Inconsistent { expected, found }.into());
    }
    let row = NewRow {
        kind: ModelKind::Neighbours,
        side,
        parameters: &stored_parameters((*new.parameters).into())?,
        digest: new.digest,
        data_digest: new.data_digest,
        sequence: new.sequence,
        rows: new.index.rows() as u64,
        entries: new.entries() as u64,
        pairs: new.pairs,
        seconds: new.seconds,
    };
    let id = insert(connection, row).await?;
    lists::insert(connection, id, &new, progress).await?;
    Ok(id)
}

async fn save_items(
    connection: &mut Connection,
    new: NewItemModel<'_>,
    progress: &mut (dyn FnMut(SaveProgress) + Send),
) -> Result<ModelId, Failure<ModelError>> {
    let packed = new.packed;
    let row = NewRow {
        kind: packed.spec.kind(),
        side: packed.spec.side(),
        parameters: &stored_parameters(packed.spec)?,
        digest: &packed.digest,
        data_digest: new.data_digest,
        sequence: new.sequence,
        rows: packed.items,
        entries: packed.pairs,
        pairs: packed.pairs,
        seconds: new.seconds,
    };
    let id = insert(connection, row).await?;
    model_parts::insert(connection, id, &packed.bytes, progress).await?;
    Ok(id)
}

/// Inserts an inactive model without its contents, after checking that it fits the data set.
async fn insert(
    connection: &mut Connection,
    row: NewRow<'_>,
) -> Result<ModelId, Failure<ModelError>> {
    check_rows(connection, row.side, row.rows).await?;
    check_sequence(connection, row.sequence).await?;
    Ok(models::insert(connection, row).await?)
}

/// Serialises the parameters, and checks that reading them back gives the same.
fn stored_parameters(spec: ModelSpec) -> Result<String, ModelError> {
    spec.to_json().ok_or_else(|| {
        let expected = "with finite parameters";
        ModelError::Inconsistent { expected, found: format!("{spec:?}") }
    })
}

/// Checks that there are no more lists than users (or items).
pub(super) async fn check_rows(
    connection: &mut Connection,
    side: Side,
    rows: u64,
) -> Result<(), Failure<ModelError>> {
    let counts = ids::counts(connection).await?;
    let max = match side {
        Side::Users => counts.users,
        Side::Items => counts.items,
    };
    if rows > max as u64 {
        let expected = "of the users and items in the database";
        let found = format!("lists for {rows} {side} where there are {max}");
        return Err(ModelError::Inconsistent { expected, found }.into());
    }
    Ok(())
}

/// Checks that the sequence is not greater than the current one.
async fn check_sequence(
    connection: &mut Connection,
    found: u64,
) -> Result<(), Failure<ModelError>> {
    let last = count(changes::current_sequence(connection).await?);
    if found > last {
        let expected = "of ratings in the database";
        let found = format!("sequence {found} where {last} is the last");
        return Err(ModelError::Inconsistent { expected, found }.into());
    }
    Ok(())
}
