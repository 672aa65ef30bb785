//! The names of sides in requests.

use likemind::Side;
use serde::Deserialize;
use utoipa::ToSchema;

/// The side of a model.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum SideName {
    /// Neighbours of users.
    Users,
    /// Neighbours of items.
    Items,
}

impl From<SideName> for Side {
    fn from(name: SideName) -> Self {
        match name {
            SideName::Users => Self::Users,
            SideName::Items => Self::Items,
        }
    }
}
