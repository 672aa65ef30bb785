//! Which scale a data set has after an import.

use crate::data_set::ScaleChoice::{self, Fixed, Found};
use crate::error::StoreError;
use likemind::RatingScale;

/// A scale and where it comes from.
pub(super) type Chosen = (RatingScale, ScaleChoice);

/// The scale of the data set and the import together. Whether the ratings are all on it is still
/// to be seen.
pub(super) fn settle(database: Option<Chosen>, import: Chosen) -> Result<Chosen, StoreError> {
    let Some(database) = database else { return Ok(import) };
    let conflict = StoreError::ScaleConflict { database: database.0, import: import.0 };
    match (database, import) {
        ((one, _), (other, Fixed)) if one == other => Ok(import),
        ((one, Found), (other, Found)) => {
            one.widen(&other).map(|wider| (wider, Found)).ok_or(conflict)
        }
        ((_, Fixed), (_, Found)) => Ok(database),
        ((_, Found), (_, Fixed)) => Ok(import),
        ((_, Fixed), (_, Fixed)) => Err(conflict),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_scale_wins_and_found_ones_widen() {
        let scale = |text: &str| text.parse::<RatingScale>().unwrap();
        let (five, half, ten) = (scale("1:5:1"), scale("0.5:5:0.5"), scale("0:10:1"));
        let thirds = scale("0:0.9:0.3");
        for (database, import, settled) in [
            (None, (five, Found), Some((five, Found))),
            (Some((five, Fixed)), (five, Fixed), Some((five, Fixed))),
            (Some((five, Fixed)), (five, Found), Some((five, Fixed))),
            (Some((five, Found)), (five, Fixed), Some((five, Fixed))),
            (Some((five, Fixed)), (ten, Fixed), None),
            (Some((half, Fixed)), (five, Found), Some((half, Fixed))),
            (Some((five, Found)), (half, Fixed), Some((half, Fixed))),
            (Some((five, Found)), (half, Found), Some((half, Found))),
            (Some((half, Found)), (five, Found), Some((half, Found))),
            (Some((five, Found)), (thirds, Found), None),
        ] {
            assert_eq!(settle(database, import).ok(), settled, "{database:?} {import:?}");
        }
    }
}
