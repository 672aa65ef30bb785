//! Options of ridge regression.

use crate::baseline::BaselineOptions;
use crate::parameters::error::ParameterError;
use crate::setters::setters;
use serde::{Deserialize, Serialize};

/// Options of [`ItemRidge`](super::ItemRidge), which has the formulas.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RidgeOptions {
    /// Whether the [`ridge`](Self::ridge) is chosen on held-out training ratings. Default true.
    pub search: bool,
    /// λ, above 0 and at most 1e30. Default 400.
    pub ridge: f64,
    /// Number of items with weights for all pairs, those with the most ratings. Default 4,096. The
    /// weights take 2 bytes a pair, 34 MB with the default, and the fit takes about eight times as
    /// much; its time grows with the cube. More are hardly better: with 4,000 of Last.fm's 7,000
    /// artists the nDCG@10 is .254 and with all .255, with 2,000 of MovieLens 1M's 3,706 films .432
    /// and with all .433.
    pub max_items: usize,
    /// Number of these that give a score to an item that is not among them. With 0 such items have
    /// no score. Default 200.
    pub nearest: usize,
    /// The baseline, by which ratings are predicted.
    pub baseline: BaselineOptions,
}

impl Default for RidgeOptions {
    fn default() -> Self {
        let baseline = BaselineOptions::default();
        Self { search: true, ridge: 400.0, max_items: 4_096, nearest: 200, baseline }
    }
}

setters!(RidgeOptions {
    with_search(search: bool),
    with_ridge(ridge: f64),
    with_max_items(max_items: usize),
    with_nearest(nearest: usize),
    with_baseline(baseline: BaselineOptions),
});

impl RidgeOptions {
    pub(super) fn check(self) -> Result<Self, ParameterError> {
        ParameterError::check_positive_of_matrix("the ridge", self.ridge)?;
        self.baseline.check()?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_invalid_options() {
        let good = RidgeOptions::default();
        assert!(good.check().is_ok());
        for bad in [
            good.with_ridge(0.0),
            good.with_ridge(f64::NAN),
            good.with_ridge(1e31),
            good.with_baseline(BaselineOptions::default().with_rounds(0)),
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
