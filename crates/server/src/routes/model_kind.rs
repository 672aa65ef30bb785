//! The names of kinds of models in requests for answers.

use likemind_store::ModelKind;
use serde::Deserialize;
use utoipa::ToSchema;

/// The kind of a model that ranks.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RankerName {
    /// The neighbours of users or items.
    Neighbours,
    /// Ridge regression.
    Ridge,
}

impl From<RankerName> for ModelKind {
    fn from(name: RankerName) -> Self {
        match name {
            RankerName::Neighbours => Self::Neighbours,
            RankerName::Ridge => Self::Ridge,
        }
    }
}

/// The kind of a model that predicts.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PredictorName {
    /// The neighbours of users or items.
    Neighbours,
    /// Item kriging.
    ItemKriging,
}

impl From<PredictorName> for ModelKind {
    fn from(name: PredictorName) -> Self {
        match name {
            PredictorName::Neighbours => Self::Neighbours,
            PredictorName::ItemKriging => Self::ItemKriging,
        }
    }
}
