//! The scale of a data set after an import.

use crate::data_set::ScaleChoice::{self, Documented, Found, Given};
use crate::error::ImportError;
use likemind::RatingScale;

/// A scale and its origin.
pub(crate) type ChosenScale = (RatingScale, ScaleChoice);

/// Combines the scales of the data set and the import. Does not check that all ratings are on the
/// result.
pub(crate) fn resolve(
    database: Option<ChosenScale>,
    import: ChosenScale,
) -> Result<ChosenScale, ImportError> {
    let Some(database) = database else { return Ok(import) };
    let both = database.0.widen(&import.0);
    match (database.1, import.1) {
        (_, Given) => Ok(import),
        (Found, Documented) if both == import.0 => Ok(import),
        (Found, _) => Ok((both, Found)),
        (Given | Documented, Found) => Ok(database),
        (Given | Documented, Documented) if both == database.0 => Ok(database),
        (Given | Documented, Documented) => {
            Err(ImportError::ScaleConflict { database: database.0, import: import.0, both })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_scales_win_and_inferred_scales_widen() {
        let scale = |text: &str| text.parse::<RatingScale>().unwrap();
        let (five, half, ten) = (scale("1:5:1"), scale("0.5:5:0.5"), scale("0:10:1"));
        for (database, import, resolved) in [
            (None, (five, Found), Some((five, Found))),
            (Some((five, Given)), (five, Given), Some((five, Given))),
            (Some((five, Given)), (ten, Given), Some((ten, Given))),
            (Some((five, Given)), (ten, Found), Some((five, Given))),
            (Some((half, Given)), (five, Documented), Some((half, Given))),
            (Some((five, Given)), (half, Documented), None),
            (Some((five, Documented)), (five, Documented), Some((five, Documented))),
            (Some((five, Found)), (five, Given), Some((five, Given))),
            (Some((ten, Found)), (five, Given), Some((five, Given))),
            (Some((five, Found)), (half, Documented), Some((half, Documented))),
            (Some((ten, Found)), (five, Documented), Some((ten, Found))),
            (Some((five, Found)), (half, Found), Some((half, Found))),
            (Some((half, Found)), (five, Found), Some((half, Found))),
            (Some((five, Found)), (ten, Found), Some((ten, Found))),
        ] {
            assert_eq!(resolve(database, import).ok(), resolved, "{database:?} {import:?}");
        }
    }
}
