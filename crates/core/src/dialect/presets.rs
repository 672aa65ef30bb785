//! Presets of options for each dialect.

use super::Dialect;
use crate::baseline::BaselineOptions;
use crate::measure::Measure;
use crate::parameters::{ModelOptions, SimilarityOptions};
use crate::predict::{Centre, PredictionOptions, ReadingOrder, Ties};
use crate::side::Side;
use crate::weighting::Weighting;

impl Dialect {
    /// Returns the dialect's model options for a side; `measure` overrides the dialect's own
    /// measure.
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
                // Only similarities *above* the minimum are kept, so this includes 1e-6 itself.
                options.min_similarity = 1e-6_f64.next_down();
                options.k = lenskit_neighbours(side);
            }
        }
        options
    }

    /// Returns the dialect's prediction options for a side; `centre` overrides the dialect's own
    /// centring.
    ///
    /// Surprise is its `KNNBaseline`. MyMediaLite also centres on its baseline, with at most 80
    /// raters. LensKit centres on means, with at most 30 raters on the users' side and 20 on the
    /// items' side. Mahout averages the uncentred ratings of all neighbours that rated the item;
    /// with fewer than two of them Mahout predicts nothing, and this crate predicts the baseline.
    /// None of the four shrinks the denominator.
    pub fn prediction(self, side: Side, centre: Option<Centre>) -> PredictionOptions {
        let own = PredictionOptions::default();
        let plain = PredictionOptions { denominator_shrinkage: 0.0, ..own };
        let options = match self {
            Self::Likemind => own,
            Self::Surprise => PredictionOptions::surprise(centre.unwrap_or(Centre::Baseline)),
            // Its baseline uses the same parameters as that of Surprise.
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
                raters: lenskit_neighbours(side),
                ..plain
            },
        };
        PredictionOptions { centre: centre.unwrap_or(options.centre), ..options }
    }

    /// Returns how predictions break ties between equally similar neighbours. Surprise uses the
    /// order of the training file; if it is not known (`order` is `None`), first appearance.
    pub fn ties(self, order: Option<&ReadingOrder>) -> Ties<'_> {
        match (self, order) {
            (Self::Surprise, Some(order)) => Ties::Reading(order),
            (Self::Surprise, None) => Ties::Appearance,
            _ => Ties::Overlap,
        }
    }
}

fn lenskit_neighbours(side: Side) -> usize {
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
    fn names_round_trip_and_presets_are_valid() {
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
