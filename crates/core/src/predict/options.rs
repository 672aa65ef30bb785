//! How neighbours' ratings become a prediction.

use crate::baseline::BaselineOptions;
use crate::parameters::error::ParameterError;
use crate::setters::setters;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What ratings are measured from before they are averaged; *row* is the user (users' side) or
/// the item (items' side).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Centre {
    /// Nothing: the weighted mean of the neighbours' ratings.
    None,
    /// Each row's mean over all its ratings.
    Mean,
    /// Each row's mean, in units of its (population) standard deviation; one of 0 is replaced by
    /// that of all ratings.
    ZScore,
    /// The baseline μ + b_u + b_i.
    Baseline,
}

const CENTRES: [(Centre, &str); 4] = [
    (Centre::None, "none"),
    (Centre::Mean, "mean"),
    (Centre::ZScore, "zscore"),
    (Centre::Baseline, "baseline"),
];

impl fmt::Display for Centre {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = CENTRES.iter().find(|(centre, _)| centre == self);
        out.write_str(name.map_or("", |&(_, name)| name))
    }
}

impl FromStr for Centre {
    type Err = ParameterError;
    fn from_str(text: &str) -> Result<Self, ParameterError> {
        CENTRES
            .iter()
            .find(|&&(_, name)| name == text)
            .map(|&(centre, _)| centre)
            .ok_or_else(|| ParameterError::CentreName { found: text.to_owned() })
    }
}

/// What is predicted where too few neighbours rated the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fallback {
    /// The baseline, of which the parts of unknown users and items are 0.
    Baseline,
    /// What the centring has without neighbours, as in Surprise: the global mean (none); the row's
    /// mean if user and item both have ratings, else the global mean (mean, z-score); the baseline.
    Centre,
}

/// How neighbours' ratings become a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PredictionOptions {
    /// What ratings are measured from. Default [`Centre::Baseline`].
    pub centre: Centre,
    /// How many of the most similar neighbours that rated are used at most. At least 1; default 40.
    /// Not the k of a model, which is how many neighbours are kept.
    pub raters: usize,
    /// With fewer neighbours the fallback is predicted. From 1 to `raters`; default 1.
    pub min_raters: usize,
    /// λ in the denominator λ + Σ|s|, 0 or more: how strongly a few weak neighbours are drawn to
    /// the base. Default 0.2.
    pub denominator_shrinkage: f64,
    /// Default [`Fallback::Baseline`].
    pub fallback: Fallback,
    /// The baseline to centre on or to fall back to.
    pub baseline: BaselineOptions,
}

impl Default for PredictionOptions {
    fn default() -> Self {
        Self {
            centre: Centre::Baseline,
            raters: 40,
            min_raters: 1,
            denominator_shrinkage: 0.2,
            fallback: Fallback::Baseline,
            baseline: BaselineOptions::default(),
        }
    }
}

setters!(PredictionOptions {
    with_centre(centre: Centre),
    with_raters(raters: usize),
    with_min_raters(min_raters: usize),
    with_denominator_shrinkage(denominator_shrinkage: f64),
    with_fallback(fallback: Fallback),
    with_baseline(baseline: BaselineOptions),
});

impl PredictionOptions {
    /// Surprise's: no shrinkage in the denominator, its baseline, its fallbacks.
    pub fn surprise(centre: Centre) -> Self {
        Self {
            centre,
            denominator_shrinkage: 0.0,
            fallback: Fallback::Centre,
            baseline: BaselineOptions::SURPRISE,
            ..Self::default()
        }
    }

    pub(crate) fn check(self) -> Result<Self, ParameterError> {
        self.baseline.check()?;
        let counts = [
            ("the number of raters used", self.raters),
            ("the smallest number of raters", self.min_raters),
        ];
        for (name, count) in counts {
            if count == 0 {
                let expected = "of at least 1";
                return Err(ParameterError::OutOfRange { name, expected, found: 0.0 });
            }
        }
        if self.min_raters > self.raters {
            let (name, expected) = ("the smallest number of raters", "of at most those used");
            let found = self.min_raters as f64;
            return Err(ParameterError::OutOfRange { name, expected, found });
        }
        let found = self.denominator_shrinkage;
        if !(found.is_finite() && found >= 0.0) {
            let (name, expected) = ("the denominator's shrinkage", "finite and 0 or more");
            return Err(ParameterError::OutOfRange { name, expected, found });
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for (centre, name) in CENTRES {
            assert_eq!(name.parse(), Ok(centre));
            assert_eq!(centre.to_string(), name);
        }
        assert!("median".parse::<Centre>().is_err());
    }

    #[test]
    fn bad_options_are_refused() {
        let good = PredictionOptions::default();
        assert!(good.check().is_ok());
        assert!(PredictionOptions { raters: 0, ..good }.check().is_err());
        assert!(PredictionOptions { min_raters: 0, ..good }.check().is_err());
        assert!(PredictionOptions { min_raters: 40, ..good }.check().is_ok());
        assert!(PredictionOptions { min_raters: 41, ..good }.check().is_err());
        assert!(PredictionOptions { denominator_shrinkage: -0.1, ..good }.check().is_err());
    }
}
