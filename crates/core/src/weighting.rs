//! Significance weights: scaling of similarities by their overlap.

use crate::parameters::error::ParameterError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A weight, depending on the overlap n, by which a raw similarity is multiplied (or, for Mahout,
/// shifted).
///
/// Written as `none`, `shrink:50`, `shrink-less-one:100`, `herlocker:50`, `mahout`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weighting {
    /// × 1.
    None,
    /// × n/(n + λ): shrinkage towards 0, as if λ uncorrelated ratings had been seen.
    Shrink(f64),
    /// × (n − 1)/(n − 1 + λ), as in Surprise's `pearson_baseline` and MyMediaLite.
    ShrinkLessOne(f64),
    /// × min(n, γ)/γ (Herlocker et al., *Information Retrieval* 5, 2002).
    Herlocker(f64),
    /// Mahout's `Weighting.WEIGHTED`, which moves similarities towards ±1 as the overlap grows.
    /// With s = 1 − n/(N + 1), where N is the number of columns with a rating: −1 + s(1 + r) for r
    /// < 0, otherwise 1 − s(1 − r), clamped to ±1. Depends on N, so it is global: a new item
    /// changes every pair.
    Mahout,
}

impl Weighting {
    /// The default, n/(n + 50).
    pub const DEFAULT: Self = Self::Shrink(50.0);

    /// Returns the weighted similarity of a pair with overlap `n`, where `columns` is the number of
    /// columns with a rating.
    #[inline(always)]
    pub fn apply(self, raw: f64, n: u32, columns: usize) -> f64 {
        let n = f64::from(n);
        match self {
            Self::None => raw,
            Self::Shrink(lambda) => raw * (n / (n + lambda)),
            Self::ShrinkLessOne(lambda) if n - 1.0 + lambda > 0.0 => {
                raw * ((n - 1.0) / (n - 1.0 + lambda))
            }
            Self::ShrinkLessOne(_) => 0.0,
            Self::Herlocker(gamma) => raw * (n.min(gamma) / gamma),
            Self::Mahout => {
                let s = 1.0 - n / (columns as f64 + 1.0);
                let shifted =
                    if raw < 0.0 { -1.0 + s * (1.0 + raw) } else { 1.0 - s * (1.0 - raw) };
                shifted.clamp(-1.0, 1.0)
            }
        }
    }

    /// Whether the weight of a pair depends on ratings outside the pair.
    pub fn is_global(self) -> bool {
        self == Self::Mahout
    }

    pub(crate) fn check(self) -> Result<Self, ParameterError> {
        let is_valid = match self {
            Self::None | Self::Mahout => true,
            Self::Shrink(lambda) | Self::ShrinkLessOne(lambda) => {
                lambda.is_finite() && lambda >= 0.0
            }
            Self::Herlocker(gamma) => gamma.is_finite() && gamma > 0.0,
        };
        if is_valid { Ok(self) } else { Err(ParameterError::Weighting { found: self.to_string() }) }
    }
}

impl fmt::Display for Weighting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => write!(out, "none"),
            Self::Shrink(lambda) => write!(out, "shrink:{lambda}"),
            Self::ShrinkLessOne(lambda) => write!(out, "shrink-less-one:{lambda}"),
            Self::Herlocker(gamma) => write!(out, "herlocker:{gamma}"),
            Self::Mahout => write!(out, "mahout"),
        }
    }
}

impl FromStr for Weighting {
    type Err = ParameterError;
    fn from_str(text: &str) -> Result<Self, ParameterError> {
        let unknown = || ParameterError::WeightingName { found: text.to_owned() };
        let (name, number) = match text.split_once(':') {
            Some((name, number)) => (name, Some(number.parse::<f64>().map_err(|_| unknown())?)),
            None => (text, None),
        };
        match (name, number) {
            ("none", None) => Ok(Self::None),
            ("mahout", None) => Ok(Self::Mahout),
            ("shrink", Some(lambda)) => Self::Shrink(lambda).check(),
            ("shrink-less-one", Some(lambda)) => Self::ShrinkLessOne(lambda).check(),
            ("herlocker", Some(gamma)) => Self::Herlocker(gamma).check(),
            _ => Err(unknown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_follow_their_formulas() {
        assert_eq!(Weighting::None.apply(0.5, 3, 10), 0.5);
        assert_eq!(Weighting::Shrink(50.0).apply(0.5, 50, 10), 0.25);
        assert_eq!(Weighting::ShrinkLessOne(100.0).apply(1.0, 101, 10), 0.5);
        assert_eq!(Weighting::ShrinkLessOne(0.0).apply(1.0, 1, 10), 0.0);
        assert_eq!(Weighting::Herlocker(50.0).apply(1.0, 10, 10), 0.2);
        assert_eq!(Weighting::Herlocker(50.0).apply(1.0, 80, 10), 1.0);
    }

    #[test]
    fn mahout_matches_its_published_value() {
        let weighted = Weighting::Mahout.apply(0.960_768_922_830_522_7, 3, 3);
        assert!((weighted - 0.990_192_230_707_630_6).abs() < 1e-15, "{weighted}");
        assert_eq!(Weighting::Mahout.apply(-1.0, 3, 3), -1.0);
    }

    #[test]
    fn texts_round_trip_and_invalid_texts_are_rejected() {
        for text in ["none", "shrink:50", "shrink-less-one:100", "herlocker:7.5", "mahout"] {
            assert_eq!(text.parse::<Weighting>().unwrap().to_string(), text);
        }
        for text in ["", "shrink", "shrink:-1", "shrink:NaN", "herlocker:0", "none:1", "x:1"] {
            assert!(text.parse::<Weighting>().is_err(), "{text}");
        }
    }
}
