//! The conventions of other recommender libraries, by name.

mod presets;

use crate::parameters::error::ParameterError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The conventions of a library. "Pearson" means different things in different libraries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// This library: PCS × n/(n + 50), at least two co-rated columns, undefined pairs stay
    /// undefined.
    #[default]
    Likemind,
    /// scikit-surprise: no weighting, undefined pairs are 0; with
    /// [`Measure::BaselinePearson`](crate::Measure::BaselinePearson) its
    /// `pearson_baseline`, × (n − 1)/(n − 1 + 100).
    Surprise,
    /// MyMediaLite: × (n − 1)/(n − 1 + 10), undefined pairs are 0.
    MyMediaLite,
    /// Mahout Taste with `Weighting.WEIGHTED`.
    Mahout,
    /// LensKit: cosine of rows centred on the means of all their ratings, over whole norms;
    /// similarities from 1e-6 up, 30 user or 20 item neighbours.
    LensKit,
}

const NAMES: [(Dialect, &str); 5] = [
    (Dialect::Likemind, "likemind"),
    (Dialect::Surprise, "surprise"),
    (Dialect::MyMediaLite, "mymedialite"),
    (Dialect::Mahout, "mahout"),
    (Dialect::LensKit, "lenskit"),
];

impl Dialect {
    /// Whether ties between equally similar neighbours are broken by the order of the training
    /// file. Only then does [`ties`](Self::ties) use that order.
    pub fn uses_reading_order(self) -> bool {
        matches!(self, Self::Surprise)
    }

    /// Returns the similarity that replaces an undefined one; `None` leaves it undefined.
    pub fn undefined(self) -> Option<f64> {
        matches!(self, Self::Surprise | Self::MyMediaLite).then_some(0.0)
    }

    /// Returns the fixed similarity of a row with itself; `None` if it is computed.
    pub fn diagonal(self) -> Option<f64> {
        matches!(self, Self::Surprise | Self::MyMediaLite).then_some(1.0)
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(
            NAMES.iter().find(|(dialect, _)| dialect == self).map_or("", |&(_, name)| name),
        )
    }
}

impl FromStr for Dialect {
    type Err = ParameterError;
    fn from_str(text: &str) -> Result<Self, ParameterError> {
        NAMES
            .iter()
            .find(|&&(_, name)| name == text)
            .map(|&(dialect, _)| dialect)
            .ok_or_else(|| ParameterError::DialectName { found: text.to_owned() })
    }
}
