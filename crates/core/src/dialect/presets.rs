//! The options that follow a dialect's conventions.

use super::Dialect;
use crate::baseline::BaselineOptions;
use crate::measure::Measure;
use crate::parameters::{ModelOptions, SimilarityOptions};
use crate::predict::{Centre, PredictionOptions, ReadingOrder, Ties};
use crate::side::Side;
use crate::weighting::Weighting;

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
    /// most. LensKit measures from means, and uses at most 30 raters on the users' side, 20 on the
    /// items'. Mahout averages the ratings as they are, of all neighbours that rated, who must be two
    /// at least; where there are fewer it predicts nothing, and this the baseline. None of them
    /// shrinks.
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

    /// Which of equally similar neighbours counts in predictions. Surprise goes by the order of the
    /// training file; without `order`, as in a database, by the first appearance.
    pub fn ties(self, order: Option<&ReadingOrder>) -> Ties<'_> {
        match (self, order) {
            (Self::Surprise, Some(order)) => Ties::Reading(order),
            (Self::Surprise, None) => Ties::Appearance,
            _ => Ties::Overlap,
        }
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

#[cfg(test)]
mod tests {
    use super::super::NAMES;
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
