//! Storing models.

use crate::count::count;
use crate::error::ModelError;
use crate::fault::Failure;
use crate::model::{ModelId, ModelKind, NewModel, SaveProgress};
use crate::sqlite::{Connection, changes, ids, lists, models};
use crate::store::Store;
use likemind::{ModelParameters, Side};

impl Store {
    /// Stores a model and activates it in one transaction, and returns its number. The previously
    /// active model stays available for rollback.
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
            let mut tx = self.database.begin_write().await?;
            let id = save_in(&mut tx, new, progress).await?;
            tx.commit().await?;
            Ok(id)
        })
        .await
    }
}

/// Stores a model and makes it the active one of its kind and side. The caller must have verified
/// the digest.
pub(crate) async fn save_in(
    connection: &mut Connection,
    new: NewModel<'_>,
    progress: &mut (dyn FnMut(SaveProgress) + Send),
) -> Result<ModelId, Failure<ModelError>> {
    let parameters = stored_parameters(&new)?;
    check_rows(connection, new.index.side(), new.index.rows() as u64).await?;
    check_sequence(connection, new.sequence).await?;
    let id = models::insert(connection, &new, &parameters).await?;
    lists::insert(connection, id, &new, progress).await?;
    models::activate(connection, id, ModelKind::Neighbours, new.index.side()).await?;
    Ok(id)
}

/// Serialises the parameters, and checks that reading them back gives the same.
fn stored_parameters(new: &NewModel<'_>) -> Result<String, ModelError> {
    let (side, found) = (new.parameters.side(), new.index.side());
    if side != found {
        let expected = "with parameters and neighbours of one side";
        return Err(ModelError::Inconsistent { expected, found: format!("{side} and {found}") });
    }
    let text = serde_json::to_string(new.parameters).unwrap_or_default();
    match serde_json::from_str::<ModelParameters>(&text) {
        Ok(read) if read == *new.parameters => Ok(text),
        _ => {
            let expected = "with finite parameters";
            Err(ModelError::Inconsistent {
                expected,
                found: format!("{:?}", new.parameters.options()),
            })
        }
    }
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
