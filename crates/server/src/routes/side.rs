//! The two sides, as requests name them.

use likemind::Side;
use serde::Deserialize;
use utoipa::ToSchema;

/// Whose neighbours.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum SideName {
    /// Of people.
    Users,
    /// Of items.
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
