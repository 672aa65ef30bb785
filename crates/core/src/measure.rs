//! Which similarity.

use crate::parameters::error::ParameterError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How alike two rows are. Every sum runs over the co-rated columns, save where said otherwise;
/// x and y are the two rows' ratings there, n is their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Pearson correlation, with the means over the co-rated columns:
    /// (nΣxy − ΣxΣy) / √((nΣx² − (Σx)²)(nΣy² − (Σy)²)). −1 to 1; undefined for n < 2 or where
    /// either row's co-rated ratings are all equal.
    Pcs,
    /// Σxy / √(Σx²·Σy²). −1 to 1; undefined for n = 0 or where either row is all zeros.
    Cosine,
    /// 1 / (1 + Σ(x − y)²/n), as in Surprise. 0 to 1; undefined for n = 0.
    MeanSquaredDifference,
    /// n / (ratings of one or both). 0 to 1; undefined for n = 0.
    Jaccard,
    /// n, the number of co-rated columns; undefined for n = 0.
    Overlap,
    /// n / √(ratings of one × ratings of the other), the cosine of the 0/1 rows. 0 to 1;
    /// undefined for n = 0.
    BinaryCosine,
    /// Pearson with a baseline in place of the means, Σef / √(Σe²·Σf²) with e = x − b_ui
    /// (Koren, *TKDD* 4, 2010). −1 to 1; undefined for n < 2 or residuals all 0. Global.
    BaselinePearson,
    /// Cosine of rows centred on the mean of *all* their ratings, over the norms of the whole rows
    /// (LensKit's). −1 to 1; undefined for n = 0 or where either row is constant.
    CentredCosine,
}

/// Every measure with its name.
const NAMES: [(Measure, &str); 8] = [
    (Measure::Pcs, "pcs"),
    (Measure::Cosine, "cosine"),
    (Measure::MeanSquaredDifference, "msd"),
    (Measure::Jaccard, "jaccard"),
    (Measure::Overlap, "overlap"),
    (Measure::BinaryCosine, "binary-cosine"),
    (Measure::BaselinePearson, "pearson-baseline"),
    (Measure::CentredCosine, "centred-cosine"),
];

impl Measure {
    /// All measures.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|&(measure, _)| measure)
    }

    /// The name in texts: `pcs`, `cosine`, `msd`, `jaccard`, `overlap`, `binary-cosine`,
    /// `pearson-baseline`, `centred-cosine`.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|&&(measure, _)| measure == self).map_or("", |&(_, name)| name)
    }

    /// Whether a pair's similarity depends on ratings outside the pair.
    pub fn is_global(self) -> bool {
        self == Self::BaselinePearson
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Measure {
    type Err = ParameterError;
    fn from_str(text: &str) -> Result<Self, ParameterError> {
        let wanted = match text {
            "pearson" => "pcs",
            "pearson_baseline" => "pearson-baseline",
            other => other,
        };
        NAMES
            .iter()
            .find(|&&(_, name)| name == wanted)
            .map(|&(measure, _)| measure)
            .ok_or_else(|| ParameterError::MeasureName { found: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for measure in Measure::all() {
            assert_eq!(measure.to_string().parse(), Ok(measure));
        }
        assert_eq!("pearson".parse(), Ok(Measure::Pcs));
        assert!("pearsn".parse::<Measure>().is_err());
    }
}
