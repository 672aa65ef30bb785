//! Finding rows by their external ids.

use crate::error::{AnswerError, UnknownId};
use likemind::{ItemIdx, RowIdx, Side, UserIdx};
use likemind_store::Store;

/// Finds the user with this id.
///
/// # Errors
/// [`AnswerError::UnknownId`] if there is none.
pub async fn find_user(store: &Store, id: &str) -> Result<UserIdx, AnswerError> {
    let found = store.user(id).await?;
    Ok(found.ok_or_else(|| UnknownId { side: Side::Users, id: id.to_owned() })?)
}

/// Finds the item with this id.
///
/// # Errors
/// [`AnswerError::UnknownId`] if there is none.
pub async fn find_item(store: &Store, id: &str) -> Result<ItemIdx, AnswerError> {
    let found = store.item(id).await?;
    Ok(found.ok_or_else(|| UnknownId { side: Side::Items, id: id.to_owned() })?)
}

/// Finds the row of a side with this id.
///
/// # Errors
/// [`AnswerError::UnknownId`] if there is none.
pub async fn find_row(store: &Store, side: Side, id: &str) -> Result<RowIdx, AnswerError> {
    Ok(match side {
        Side::Users => find_user(store, id).await?.into(),
        Side::Items => find_item(store, id).await?.into(),
    })
}
