//! Errors of stored models.

use super::StoreError;
use crate::model::ModelId;
use crate::spec::ModelKind;
use likemind::Side;

/// Errors when storing, reading, activating or deleting a model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// There is no model with this number.
    #[error("expected the number of a stored model, found {id}")]
    Unknown {
        /// The number.
        id: ModelId,
    },
    /// The active model cannot be deleted.
    #[error("expected a model that is not in use, found model {id}, the active one of {}", name(*kind, *side))]
    Active {
        /// The model.
        id: ModelId,
        /// Its kind.
        kind: ModelKind,
        /// Its side.
        side: Side,
    },
    /// The parts of the model are inconsistent.
    #[error("expected a model {expected}, found {found}")]
    Inconsistent {
        /// The requirement that is not met.
        expected: &'static str,
        /// What was found instead.
        found: String,
    },
    /// An error of the database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The name of what only one model can be active of.
fn name(kind: ModelKind, side: Side) -> String {
    match kind {
        ModelKind::Neighbours => side.to_string(),
        kind => format!("kind {kind}"),
    }
}
