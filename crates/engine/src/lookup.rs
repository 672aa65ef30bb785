//! Rows by the ids that people know them by.

use crate::error::{AnswerError, UnknownId};
use likemind::{ItemIdx, RowIdx, Side, UserIdx};
use likemind_store::Store;

/// The user of this id.
///
/// # Errors
/// [`AnswerError::UnknownId`] if nobody has it.
pub async fn find_user(store: &Store, id: &str) -> Result<UserIdx, AnswerError> {
    let found = store.user(id).await?;
    Ok(found.ok_or_else(|| UnknownId { side: Side::Users, id: id.to_owned() })?)
}

/// The item of this id.
///
/// # Errors
/// [`AnswerError::UnknownId`] if none has it.
pub async fn find_item(store: &Store, id: &str) -> Result<ItemIdx, AnswerError> {
    let found = store.item(id).await?;
    Ok(found.ok_or_else(|| UnknownId { side: Side::Items, id: id.to_owned() })?)
}

/// The row of a side that has this id.
///
/// # Errors
/// [`AnswerError::UnknownId`] if none has it.
pub async fn find_row(store: &Store, side: Side, id: &str) -> Result<RowIdx, AnswerError> {
    Ok(match side {
        Side::Users => find_user(store, id).await?.into(),
        Side::Items => find_item(store, id).await?.into(),
    })
}
