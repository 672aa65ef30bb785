//! Options of similarities and models, and their validated counterparts.

pub(crate) mod error;

pub use error::ParameterError;

use crate::baseline::BaselineOptions;
use crate::dialect::Dialect;
use crate::matrix::MAX_ROW_LENGTH;
use crate::measure::Measure;
use crate::neighbours::Neighbour;
use crate::setters::setters;
use crate::side::Side;
use crate::weighting::Weighting;
use serde::{Deserialize, Serialize};

/// Unvalidated options of a similarity.
///
/// The default is PCS × n/(n + 50), for pairs with an overlap of at least two.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SimilarityOptions {
    /// The similarity measure. Default [`Measure::Pcs`].
    pub measure: Measure,
    /// The weighting of the overlap. Default [`Weighting::DEFAULT`].
    pub weighting: Weighting,
    /// Minimum overlap; pairs with a smaller overlap are undefined. From 1 to [`MAX_ROW_LENGTH`];
    /// default 2.
    pub min_overlap: u32,
    /// The baseline of [`Measure::BaselinePearson`]; ignored by the other measures.
    pub baseline: BaselineOptions,
}

impl Default for SimilarityOptions {
    fn default() -> Self {
        Self {
            measure: Measure::Pcs,
            weighting: Weighting::DEFAULT,
            min_overlap: 2,
            baseline: BaselineOptions::default(),
        }
    }
}

setters!(SimilarityOptions {
    with_measure(measure: Measure),
    with_weighting(weighting: Weighting),
    with_min_overlap(min_overlap: u32),
    with_baseline(baseline: BaselineOptions),
});

impl SimilarityOptions {
    /// Validates the options.
    ///
    /// # Errors
    /// Returns [`ParameterError`] if the weighting's number or the minimum overlap is out of range,
    /// or the baseline options are invalid.
    pub fn check(self) -> Result<SimilarityParameters, ParameterError> {
        self.weighting.check()?;
        self.baseline.check()?;
        if !(1..=MAX_ROW_LENGTH).contains(&(self.min_overlap as usize)) {
            let (name, expected) = ("the minimum overlap", "from 1 to 8388607");
            let found = f64::from(self.min_overlap);
            return Err(ParameterError::OutOfRange { name, expected, found });
        }
        Ok(SimilarityParameters(self))
    }
}

/// Validated [`SimilarityOptions`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SimilarityOptions", into = "SimilarityOptions")]
pub struct SimilarityParameters(SimilarityOptions);

impl SimilarityParameters {
    /// The options.
    pub fn options(&self) -> &SimilarityOptions {
        &self.0
    }

    /// Whether a new rating can change the similarity of pairs that it is not part of.
    pub fn is_global(&self) -> bool {
        self.0.measure.is_global() || self.0.weighting.is_global()
    }
}

impl TryFrom<SimilarityOptions> for SimilarityParameters {
    type Error = ParameterError;
    fn try_from(options: SimilarityOptions) -> Result<Self, ParameterError> {
        options.check()
    }
}

impl From<SimilarityParameters> for SimilarityOptions {
    fn from(parameters: SimilarityParameters) -> Self {
        parameters.0
    }
}

/// Unvalidated options of a model: the side, the similarity and the number of neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ModelOptions {
    /// The side whose rows are compared.
    pub side: Side,
    /// Maximum number of neighbours kept per row, k. From 1 to 2³² − 1; default 100.
    pub k: usize,
    /// Only similarities *above* this are kept; −1 or less keeps all defined similarities. Default
    /// 0.
    pub min_similarity: f64,
    /// The similarity.
    pub similarity: SimilarityOptions,
    /// The dialect whose conventions the model uses for predictions unless specified otherwise:
    /// [`Dialect::prediction`]. No neighbour depends on it. Default [`Dialect::Likemind`].
    #[serde(default)]
    pub dialect: Dialect,
}

setters!(ModelOptions {
    with_side(side: Side),
    with_k(k: usize),
    with_min_similarity(min_similarity: f64),
    with_similarity(similarity: SimilarityOptions),
    with_dialect(dialect: Dialect),
});

impl ModelOptions {
    /// Returns the default options for a side.
    pub fn new(side: Side) -> Self {
        let (similarity, dialect) = (SimilarityOptions::default(), Dialect::default());
        Self { side, k: 100, min_similarity: 0.0, similarity, dialect }
    }

    /// Validates the options.
    ///
    /// # Errors
    /// Returns [`ParameterError`] if k is out of range, the minimum similarity is not finite, or
    /// the similarity options fail [`SimilarityOptions::check`].
    pub fn check(self) -> Result<ModelParameters, ParameterError> {
        let out_of_range =
            |name, expected, found| Err(ParameterError::OutOfRange { name, expected, found });
        if !(1..=u32::MAX as usize).contains(&self.k) {
            let (name, expected) = ("the number of neighbours k", "from 1 to 4294967295");
            return out_of_range(name, expected, self.k as f64);
        }
        if !self.min_similarity.is_finite() {
            return out_of_range("the minimum similarity", "to be finite", self.min_similarity);
        }
        self.similarity.check()?;
        Ok(ModelParameters(self))
    }
}

/// Validated [`ModelOptions`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ModelOptions", into = "ModelOptions")]
pub struct ModelParameters(ModelOptions);

impl ModelParameters {
    /// The options.
    pub fn options(&self) -> &ModelOptions {
        &self.0
    }

    /// The side whose rows are compared.
    pub fn side(&self) -> Side {
        self.0.side
    }

    /// Maximum number of neighbours kept per row.
    pub fn k(&self) -> usize {
        self.0.k
    }

    /// Returns the same parameters with k increased by a quarter, and at least by 4: the list
    /// length that [`Live`](crate::Live) keeps. In an index computed with these parameters, lists
    /// can lose neighbours from the start without being recomputed; its
    /// [first k](crate::NeighbourIndex::first) neighbours are those of the original parameters.
    pub fn with_spare(&self) -> Self {
        let k = self.0.k.saturating_add((self.0.k / 4).max(4));
        Self(ModelOptions { k, ..self.0 })
    }

    /// The similarity.
    pub fn similarity(&self) -> SimilarityParameters {
        SimilarityParameters(self.0.similarity)
    }

    /// Whether a pair with this similarity may be among the neighbours.
    pub fn keeps(&self, similarity: f64) -> bool {
        self.floor().is_none_or(|floor| similarity > floor)
    }

    /// Returns the k best of the neighbours that a model keeps, best first.
    pub(crate) fn best(&self, mut neighbours: Vec<Neighbour>) -> Vec<Neighbour> {
        neighbours.retain(|other| self.keeps(other.similarity));
        if neighbours.len() > self.k() {
            neighbours.select_nth_unstable_by(self.k(), Neighbour::rank_order);
            neighbours.truncate(self.k());
        }
        neighbours.sort_unstable_by(Neighbour::rank_order);
        neighbours
    }

    /// Only similarities above the floor are kept; `None` if all are.
    pub(crate) fn floor(&self) -> Option<f64> {
        Some(self.0.min_similarity).filter(|&floor| floor > -1.0)
    }
}

impl TryFrom<ModelOptions> for ModelParameters {
    type Error = ParameterError;
    fn try_from(options: ModelOptions) -> Result<Self, ParameterError> {
        options.check()
    }
}

impl From<ModelParameters> for ModelOptions {
    fn from(parameters: ModelParameters) -> Self {
        parameters.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_invalid_options() {
        for min_overlap in [0, MAX_ROW_LENGTH as u32 + 1, u32::MAX] {
            assert!(SimilarityOptions { min_overlap, ..Default::default() }.check().is_err());
        }
        let similarity =
            SimilarityOptions { weighting: Weighting::Shrink(-1.0), ..Default::default() };
        assert!(similarity.check().is_err());
        let model = ModelOptions::new(Side::Users);
        assert!(ModelOptions { k: 0, ..model }.check().is_err());
        for min_similarity in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(ModelOptions { min_similarity, ..model }.check().is_err());
        }
        assert!(ModelOptions { similarity, ..model }.check().is_err());
        assert!(model.check().is_ok());
    }

    #[test]
    fn parameters_are_validated_when_deserialised() {
        let parameters = ModelOptions::new(Side::Items).check().unwrap();
        let text = serde_json::to_string(&parameters).unwrap();
        assert_eq!(serde_json::from_str::<ModelParameters>(&text).unwrap(), parameters);
        let invalid = text.replace(r#""k":100"#, r#""k":0"#);
        assert!(serde_json::from_str::<ModelParameters>(&invalid).is_err());
    }

    #[test]
    fn minimum_of_minus_one_keeps_everything() {
        let with = |min_similarity| {
            ModelOptions { min_similarity, ..ModelOptions::new(Side::Users) }.check().unwrap()
        };
        assert!(!with(0.0).keeps(0.0) && with(0.0).keeps(1e-9));
        assert!(with(-1.0).keeps(-1.0) && with(-0.5).keeps(-0.4) && !with(-0.5).keeps(-0.5));
    }
}
