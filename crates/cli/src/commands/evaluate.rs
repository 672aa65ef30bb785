//! `likemind evaluate`

mod held_out;
mod report;

use crate::args::{NeighbourArgs, PredictionArgs, Shared, in_pool};
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use held_out::{HeldOut, from_files};
use likemind::{
    AllPairs, BaselinePredictor, MeanOf, MeanPredictor, Neighbourhood, NeighbourhoodPredictor,
    NeighbourhoodRanker, PopularityRanker, PredictionOptions, Predictor, Ranker, RankingQuality,
    RatingAccuracy, RatingMatrix, RatingScale, ReadingOrder, Side, Similarities, TestRating,
    Unobserved, ranking_quality, rating_accuracy,
};
use likemind_data::{Source, folds};
use likemind_store::Store;
use report::Report;

/// Learns from some ratings and is measured on others: --train and --test name two files (or two
/// parts of an archive), --folds splits the database's ratings.
///
/// -k is how many neighbours recommendations come from. Predictions come from all who rated the item,
/// of whom --raters count, so that -k changes them with --as-served alone.
#[derive(Args)]
pub(crate) struct Evaluate {
    /// The ratings to learn from: a file, a folder or a .zip
    #[arg(long, value_name = "SOURCE", requires = "test", conflicts_with = "folds")]
    train: Option<Source>,
    /// The part of --train that holds the ratings, such as u1.base
    #[arg(long, value_name = "NAME", requires = "train")]
    train_part: Option<String>,
    /// The ratings to be measured on
    #[arg(long, value_name = "SOURCE", requires = "train")]
    test: Option<Source>,
    /// The part of --test that holds the ratings, such as u1.test
    #[arg(long, value_name = "NAME", requires = "test")]
    test_part: Option<String>,
    /// The scale of the two files as MIN:MAX:STEP, or MIN:MAX for any value [default: found]
    #[arg(long, allow_hyphen_values = true, requires = "train")]
    scale: Option<RatingScale>,
    /// Splits the database's ratings into so many parts, each of which is held out once
    #[arg(long, value_name = "N")]
    folds: Option<usize>,
    /// The seed of the folds
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// What predicts
    #[arg(long, value_enum, default_value_t = Model::Knn)]
    model: Model,
    /// Whose neighbours predict
    #[arg(long, default_value_t = Side::Users)]
    side: Side,
    #[command(flatten)]
    neighbours: NeighbourArgs,
    #[command(flatten)]
    rule: PredictionArgs,
    /// Predicts from the stored k neighbours, as `predict` does, and not from all who rated
    #[arg(long)]
    as_served: bool,
    /// The length of the recommended lists
    #[arg(long, default_value_t = 10, value_name = "N")]
    top: usize,
    /// A recommended item is a hit where the user gave it this or more; users without such a rating
    /// are left out [default: every held-out rating is a hit, whatever its value]
    #[arg(long, value_name = "RATING", allow_negative_numbers = true)]
    relevant: Option<f64>,
    /// How many threads to use [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Model {
    /// Neighbours
    Knn,
    /// The baseline μ + b_u + b_i
    Baseline,
    /// The user's mean
    UserMean,
    /// The item's mean
    ItemMean,
    /// The mean of all ratings
    GlobalMean,
}

/// The figures of one held-out set.
pub(crate) struct Figures {
    pub(crate) accuracy: RatingAccuracy,
    pub(crate) ranking: RankingQuality,
}

impl Evaluate {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        self.neighbours.options(self.side).check()?;
        let mut figures = Vec::new();
        match (&self.train, &self.test, self.folds) {
            (Some(train), Some(test), None) => {
                let (train, test) = ((train, &self.train_part), (test, &self.test_part));
                let held_out = from_files(train, test, self.scale)?;
                figures.push(in_pool(self.threads, || self.measure(&held_out))??);
            }
            (None, None, Some(count)) => {
                let store = Store::open_existing(shared.db()).await?;
                let scale = *store.matrix().await?.scale();
                let ratings = store.ratings().await?;
                for fold in folds(&ratings, count, self.seed)? {
                    let held_out = HeldOut::from_fold(fold, scale)?;
                    figures.push(in_pool(self.threads, || self.measure(&held_out))??);
                }
            }
            _ => bail!("expected --train and --test, or --folds, found neither"),
        }
        Report::new(&figures).print(shared.format)
    }

    fn measure(&self, held_out: &HeldOut) -> Result<Figures> {
        let matrix = &held_out.matrix;
        match self.model {
            Model::Knn => self.measure_neighbours(held_out),
            Model::Baseline => {
                let options = self.prediction().baseline;
                self.figures(held_out, &BaselinePredictor::new(matrix, options)?, None)
            }
            Model::UserMean => self.measure_mean(held_out, MeanOf::User),
            Model::ItemMean => self.measure_mean(held_out, MeanOf::Item),
            Model::GlobalMean => self.measure_mean(held_out, MeanOf::Everything),
        }
    }

    fn measure_mean(&self, held_out: &HeldOut, of: MeanOf) -> Result<Figures> {
        self.figures(held_out, &MeanPredictor::new(&held_out.matrix, of), None)
    }

    fn prediction(&self) -> PredictionOptions {
        self.rule.options(self.neighbours.similarity.dialect, self.side)
    }

    fn measure_neighbours(&self, held_out: &HeldOut) -> Result<Figures> {
        let matrix: &RatingMatrix = &held_out.matrix;
        let parameters = self.neighbours.options(self.side).check()?;
        let index = AllPairs::new(matrix, parameters).run(&Unobserved)?;
        let similarities = Similarities::new(matrix, self.side, parameters.similarity());
        let neighbourhood = match self.as_served {
            true => Neighbourhood::Stored(&index),
            false => Neighbourhood::All(&similarities),
        };
        let order = ReadingOrder::new(&held_out.train, matrix);
        let mut predictor = NeighbourhoodPredictor::new(matrix, neighbourhood, self.prediction())?;
        if self.neighbours.similarity.dialect.ties_by_reading_order() {
            predictor = predictor.with_ties_by(&order);
        }
        let ranker = NeighbourhoodRanker::new(matrix, &index);
        self.figures(held_out, &predictor, Some(&ranker))
    }

    /// Measures a predictor and a ranker; models without a ranking of their own rank by popularity.
    fn figures(
        &self,
        held_out: &HeldOut,
        predictor: &dyn Predictor,
        ranker: Option<&dyn Ranker>,
    ) -> Result<Figures> {
        let HeldOut { matrix, test, .. } = held_out;
        let popularity = PopularityRanker::new(matrix);
        let is_hit = |held: &&TestRating| self.relevant.is_none_or(|least| held.rating >= least);
        let hits: Vec<TestRating> = test.iter().filter(is_hit).copied().collect();
        Ok(Figures {
            accuracy: rating_accuracy(matrix, predictor, test),
            ranking: ranking_quality(matrix, ranker.unwrap_or(&popularity), &hits, self.top),
        })
    }
}
