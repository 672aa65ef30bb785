//! `likemind evaluate`

mod folds;
mod held_out;
mod report;

use crate::args::{NeighbourArgs, PredictionArgs, Shared};
use crate::output::Output;
use crate::pool::in_pool;
use crate::values;
use anyhow::Result;
use clap::{Args, ValueEnum};
use folds::Folds;
use held_out::HeldOutArgs;
use likemind::{KrigingOptions, MeanOf, RatingScale, RidgeOptions, Side};
use likemind_engine::{Candidate, HeldOut, RankingOptions, Raters, evaluate};
use report::Report;
use std::time::Instant;

/// Measures predictions and recommendations on held-out ratings
///
/// --train and --test name two files (or two parts of an archive) of training and test ratings. The other
/// options split the ratings of the database.
///
/// -k is the number of neighbours that recommendations use. Predictions use the --raters most similar of all
/// rows that rated the item; only with --as-served are they limited to the k stored neighbours.
///
/// Errors (rmse, mae) are measured on all held-out ratings, unless these are counts. Lists (hr,
/// precision, recall, ndcg, map) are measured by the held-out items that they contain: all of them,
/// or with --relevant those that the user liked.
#[derive(Args)]
pub(crate) struct Evaluate {
    #[command(flatten)]
    held_out: HeldOutArgs,
    /// The model
    #[arg(long, value_enum, default_value_t = Kind::Knn)]
    model: Kind,
    /// Side of the neighbours
    #[arg(long, default_value_t = Side::Users)]
    side: Side,
    #[command(flatten)]
    neighbours: NeighbourArgs,
    #[command(flatten)]
    prediction: PredictionArgs,
    /// Predicts only from the k stored neighbours, as `predict` does
    #[arg(long)]
    as_served: bool,
    /// With --model item-kriging or ridge: uses the default constants, instead of choosing them on held-out
    /// training ratings
    #[arg(long)]
    fixed_constants: bool,
    /// Length of the recommendation lists
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = values::count())]
    top: usize,
    /// Minimum rating of relevant items; users without one are left out [default: all held-out items are
    /// relevant]
    #[arg(
        long, value_name = "RATING", allow_negative_numbers = true, value_parser = values::finite
    )]
    relevant: Option<f64>,
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = values::threads())]
    threads: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Neighbours
    #[value(alias = "neighbours")]
    Knn,
    /// Item kriging: all ratings of the person at once
    ItemKriging,
    /// Ridge regression of items on each other, for recommendations; predicts the baseline
    Ridge,
    /// The baseline μ + b_u + b_i
    Baseline,
    /// The mean of the user
    UserMean,
    /// The mean of the item
    ItemMean,
    /// The mean of all ratings
    GlobalMean,
}

impl Evaluate {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        // Invalid options are reported before ratings are read.
        self.candidate(None)?;
        let dialect = self.neighbours.similarity.dialect;
        let ranking_options = RankingOptions { top: self.top, relevant_from: self.relevant };
        let mut figures = Vec::new();
        let start = Instant::now();
        let mut measure = |held_out: &HeldOut, place: usize, of: usize| {
            let folds = Folds { mode: shared.progress, place: place + 1, of };
            let steps = folds.steps();
            let candidate = self.candidate(Some(*held_out.matrix.scale()))?;
            let report = |progress| steps.show(progress);
            let measure = || evaluate(&candidate, held_out, &ranking_options, &report);
            figures.push(in_pool(self.threads, measure)??);
            steps.end();
            folds.note_time_left(start.elapsed());
            Ok(())
        };
        self.held_out.each(shared, dialect, &mut measure).await?;
        Report::new(&figures).print(out)
    }

    /// The model to evaluate on ratings on this scale. The options of neighbours are checked for every
    /// model.
    fn candidate(&self, scale: Option<RatingScale>) -> Result<Candidate> {
        let parameters = self.neighbours.options(self.side, scale).check()?;
        let prediction = self.prediction.options(self.neighbours.similarity.dialect, self.side);
        let raters = if self.as_served { Raters::Stored } else { Raters::All };
        Ok(match self.model {
            Kind::Knn => Candidate::Neighbours { parameters, prediction, raters },
            Kind::ItemKriging => {
                Candidate::Kriging(KrigingOptions::default().with_search(!self.fixed_constants))
            }
            Kind::Ridge => {
                Candidate::Ridge(RidgeOptions::default().with_search(!self.fixed_constants))
            }
            Kind::Baseline => Candidate::Baseline(prediction.baseline),
            Kind::UserMean => Candidate::Mean(MeanOf::User),
            Kind::ItemMean => Candidate::Mean(MeanOf::Item),
            Kind::GlobalMean => Candidate::Mean(MeanOf::Global),
        })
    }
}
