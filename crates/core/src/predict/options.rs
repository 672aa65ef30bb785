//! Options for predicting ratings.

use crate::baseline::BaselineOptions;
use crate::parameters::error::ParameterError;
use crate::setters::setters;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How ratings are centred before they are averaged. A *row* is a user (users' side) or an item
/// (items' side).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Centre {
    /// Not centred: predict the weighted mean of the neighbours' ratings.
    None,
    /// Centred on each row's mean over all its ratings.
    Mean,
    /// Centred on each row's mean, in units of the row's population standard deviation; a deviation
    /// of 0 is replaced by that of all ratings.
    ZScore,
    /// Centred on the baseline μ + b_u + b_i.
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

/// The prediction if too few neighbours have a rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fallback {
    /// The baseline, in which unknown users and items have a bias of 0.
    Baseline,
    /// The centre of the centring, as in Surprise. [`Centre::None`]: the global mean.
    /// [`Centre::Mean`] and [`Centre::ZScore`]: the row's mean if user and item both have ratings,
    /// else the global mean. [`Centre::Baseline`]: the baseline.
    Centre,
}

/// Options for predicting ratings from neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PredictionOptions {
    /// How ratings are centred. Default [`Centre::Baseline`].
    pub centre: Centre,
    /// Maximum number of neighbours with a rating that a prediction uses, most similar first. At
    /// least 1; default 40. Not to be confused with the k of a model, the number of neighbours kept
    /// per row.
    pub raters: usize,
    /// Minimum number of neighbours with a rating; with fewer the fallback is predicted. From 1 to
    /// `raters`; default 1.
    pub min_raters: usize,
    /// λ in the denominator λ + Σ|s|, 0 or more: shrinks predictions from few or weak neighbours
    /// towards the base. Default 0.2.
    pub denominator_shrinkage: f64,
    /// The prediction if there are too few neighbours. Default [`Fallback::Baseline`].
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
    /// The options of Surprise: no shrinkage of the denominator, its baseline and its fallbacks.
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
            ("the minimum number of raters", self.min_raters),
        ];
        for (name, count) in counts {
            if count == 0 {
                let expected = "to be at least 1";
                return Err(ParameterError::OutOfRange { name, expected, found: 0.0 });
            }
        }
        if self.min_raters > self.raters {
            let (name, expected) =
                ("the minimum number of raters", "to be at most the number used");
            let found = self.min_raters as f64;
            return Err(ParameterError::OutOfRange { name, expected, found });
        }
        ParameterError::check_not_negative(
            "the denominator shrinkage",
            self.denominator_shrinkage,
        )?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for (centre, name) in CENTRES {
            assert_eq!(name.parse(), Ok(centre));
            assert_eq!(centre.to_string(), name);
        }
        assert!("median".parse::<Centre>().is_err());
    }

    #[test]
    fn rejects_invalid_options() {
        let good = PredictionOptions::default();
        assert!(good.check().is_ok());
        assert!(PredictionOptions { raters: 0, ..good }.check().is_err());
        assert!(PredictionOptions { min_raters: 0, ..good }.check().is_err());
        assert!(PredictionOptions { min_raters: 40, ..good }.check().is_ok());
        assert!(PredictionOptions { min_raters: 41, ..good }.check().is_err());
        assert!(PredictionOptions { denominator_shrinkage: -0.1, ..good }.check().is_err());
    }
}
