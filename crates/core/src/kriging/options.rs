//! Options of item kriging.

use crate::baseline::BaselineOptions;
use crate::parameters::error::ParameterError;
use crate::setters::setters;
use serde::{Deserialize, Serialize};

/// Options of [`ItemKriging`](super::ItemKriging), which has the formulas.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct KrigingOptions {
    /// The baseline. With [`search`](Self::search), its item ridge is chosen.
    pub baseline: BaselineOptions,
    /// Whether the item ridge of the baseline, the [`cosine`](Self::cosine) and the
    /// [`ridge`](Self::ridge) are chosen on held-out training ratings, and the baseline is used
    /// alone if it predicts them better. Default true.
    pub search: bool,
    /// λ, the shrinkage of the residuals' covariance, 0 to 1e30. Default 200.
    pub shrinkage: f64,
    /// w, the weight of the cosine of the binary rows, 0 to 1e30. Default 2.
    pub cosine: f64,
    /// c, the covariance of any two items, 0 to 1e30. Default 1.6.
    pub constant: f64,
    /// δ, the additional variance of each item, 0 to 1e30. Default .2.
    pub diagonal: f64,
    /// ρ, the variance of the noise of a rating, above 0 and at most 1e30. Default 2.
    pub ridge: f64,
    /// Number of items with kernel entries of their own, those with the most ratings. Entries take
    /// 2 bytes a pair: 134 MB for the default of 8,192 items. Of the 3,706 items of MovieLens 1M,
    /// 2,000 are worse than all by .002 (RMSE), and 1,000 by .015.
    pub max_items: usize,
}

impl Default for KrigingOptions {
    fn default() -> Self {
        Self {
            baseline: BaselineOptions::default(),
            search: true,
            shrinkage: 200.0,
            cosine: 2.0,
            constant: 1.6,
            diagonal: 0.2,
            ridge: 2.0,
            max_items: 8_192,
        }
    }
}

setters!(KrigingOptions {
    with_baseline(baseline: BaselineOptions),
    with_search(search: bool),
    with_shrinkage(shrinkage: f64),
    with_cosine(cosine: f64),
    with_constant(constant: f64),
    with_diagonal(diagonal: f64),
    with_ridge(ridge: f64),
    with_max_items(max_items: usize),
});

impl KrigingOptions {
    pub(super) fn check(self) -> Result<Self, ParameterError> {
        self.baseline.check()?;
        let not_negative = ParameterError::check_of_matrix;
        not_negative("the shrinkage", self.shrinkage)?;
        not_negative("the weight of the cosine", self.cosine)?;
        not_negative("the covariance of any two items", self.constant)?;
        not_negative("the additional variance of an item", self.diagonal)?;
        ParameterError::check_positive_of_matrix("the ridge", self.ridge)?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_invalid_options() {
        let good = KrigingOptions::default();
        assert!(good.check().is_ok());
        for bad in [
            good.with_shrinkage(-1.0),
            good.with_cosine(f64::NAN),
            good.with_constant(f64::INFINITY),
            good.with_diagonal(-0.1),
            good.with_ridge(0.0),
            good.with_constant(1e31),
            good.with_baseline(BaselineOptions::default().with_rounds(0)),
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
