//! Presets that follow other libraries' conventions.

use crate::baseline::BaselineOptions;
use crate::measure::Measure;
use crate::parameters::{ModelOptions, ParameterError, SimilarityOptions};
use crate::predict::{Centre, PredictionOptions, ReadingOrder, Ties};
use crate::side::Side;
use crate::weighting::Weighting;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Whose conventions: "Pearson" means different things in different libraries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// This library's: PCS × n/(n + 50), pairs of at least two, undefined stays undefined.
    #[default]
    Likemind,
    /// scikit-surprise: no weighting, undefined pairs are 0; with [`Measure::BaselinePearson`] its
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
    /// The dialect's parameters for a side; `measure` in place of its own where one is given.
    pub fn options(self, side: Side, measure: Option<Measure>) -> ModelOptions {
        let own = match self {
            Self::LensKit => Measure::CentredCosine,
            _ => Measure::Pcs,
        };
        let measure = measure.unwrap_or(own);
        let mut options = ModelOptions { dialect: self, ..ModelOptions::new(side) };
        options.similarity.measure = measure;
        let similarity = &mut options.similarity;
        match self {
            Self::Likemind => {}
            Self::Surprise => *similarity = surprise(measure),
            Self::MyMediaLite => similarity.weighting = Weighting::ShrinkLessOne(10.0),
            Self::Mahout => similarity.weighting = Weighting::Mahout,
            Self::LensKit => {
                similarity.weighting = Weighting::None;
                similarity.min_overlap = 1;
                // Similarities *above* this are kept, which keeps 1e-6 itself.
                options.min_similarity = 1e-6_f64.next_down();
                options.k = lenskits_neighbours(side);
            }
        }
        options
    }

    /// How the dialect predicts from the neighbours of a side; `centre` in place of its own where one
    /// is given.
    ///
    /// Surprise is its `KNNBaseline`. MyMediaLite measures from its baseline too, with 80 raters at
    /// most. LensKit measures from
    /// means, and uses at most 30 raters on the users' side, 20 on the items'. Mahout averages the
    /// ratings as they are, of all neighbours that rated, who must be two at least; where there
    /// are fewer it predicts nothing, and this the baseline. None of them shrinks.
    pub fn prediction(self, side: Side, centre: Option<Centre>) -> PredictionOptions {
        let own = PredictionOptions::default();
        let plain = PredictionOptions { denominator_shrinkage: 0.0, ..own };
        let options = match self {
            Self::Likemind => own,
            Self::Surprise => PredictionOptions::surprise(centre.unwrap_or(Centre::Baseline)),
            // Its baseline has the numbers that Surprise's has.
            Self::MyMediaLite => {
                PredictionOptions { raters: 80, baseline: BaselineOptions::SURPRISE, ..plain }
            }
            Self::Mahout => PredictionOptions {
                centre: Centre::None,
                raters: usize::MAX,
                min_raters: 2,
                ..plain
            },
            Self::LensKit => PredictionOptions {
                centre: Centre::Mean,
                raters: lenskits_neighbours(side),
                ..plain
            },
        };
        PredictionOptions { centre: centre.unwrap_or(options.centre), ..options }
    }

    /// Whether the order of the training file decides between equally similar neighbours, so that
    /// [`ties`](Self::ties) has a use for it.
    pub fn goes_by_reading_order(self) -> bool {
        matches!(self, Self::Surprise)
    }

    /// Which of equally similar neighbours counts in predictions. Surprise goes by the order of the
    /// training file; without `order`, as in a database, by the first appearance.
    pub fn ties(self, order: Option<&ReadingOrder>) -> Ties<'_> {
        match (self, order) {
            (Self::Surprise, Some(order)) => Ties::Reading(order),
            (Self::Surprise, None) => Ties::Appearance,
            _ => Ties::Overlap,
        }
    }

    /// What the similarity of an undefined pair counts as; `None` leaves it undefined.
    pub fn undefined(self) -> Option<f64> {
        matches!(self, Self::Surprise | Self::MyMediaLite).then_some(0.0)
    }

    /// What the similarity of a row with itself counts as; `None` computes it.
    pub fn diagonal(self) -> Option<f64> {
        matches!(self, Self::Surprise | Self::MyMediaLite).then_some(1.0)
    }
}

fn lenskits_neighbours(side: Side) -> usize {
    match side {
        Side::Users => 30,
        Side::Items => 20,
    }
}

fn surprise(measure: Measure) -> SimilarityOptions {
    let baseline = measure == Measure::BaselinePearson;
    SimilarityOptions {
        measure,
        weighting: if baseline { Weighting::ShrinkLessOne(100.0) } else { Weighting::None },
        min_overlap: if baseline { 2 } else { 1 },
        baseline: BaselineOptions::SURPRISE,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_every_preset_is_valid() {
        for (dialect, name) in NAMES {
            assert_eq!(name.parse(), Ok(dialect));
            assert_eq!(dialect.to_string(), name);
            for measure in Measure::all() {
                let options = dialect.options(Side::Items, Some(measure));
                assert_eq!(options.check().unwrap().options().dialect, dialect);
            }
            for centre in [None, Some(Centre::ZScore)] {
                let prediction = dialect.prediction(Side::Users, centre);
                assert!(centre.is_none_or(|centre| prediction.centre == centre));
                prediction.check().unwrap();
            }
        }
        assert!("taste".parse::<Dialect>().is_err());
    }
}
