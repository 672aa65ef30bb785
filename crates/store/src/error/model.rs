//! Storing models, and choosing among them.

use super::StoreError;
use crate::model::ModelId;
use likemind::Side;

/// Why a model cannot be stored, read, activated or deleted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A model that is not there.
    #[error("expected the number of a stored model, found {id}")]
    Unknown {
        /// The number.
        id: ModelId,
    },
    /// The model in use cannot be deleted.
    #[error("expected a model that is not in use, found {id}, the active model of {side}")]
    Active {
        /// The model.
        id: ModelId,
        /// Its side.
        side: Side,
    },
    /// A model whose parts do not belong together.
    #[error("expected a model {expected}, found {found}")]
    Unfit {
        /// What the model should be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// What can go wrong with any database.
    #[error(transparent)]
    Store(#[from] StoreError),
}
