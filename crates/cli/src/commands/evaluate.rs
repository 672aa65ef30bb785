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
use likemind::{MeanOf, Side};
use likemind_engine::{Candidate, HeldOut, RankingOptions, Raters, evaluate};
use report::Report;
use std::time::Instant;

/// Measures predictions and recommendations on ratings that were held out
///
/// Learns from some ratings and is measured on others: --train and --test name two files (or two
/// parts of an archive), the other ways to hold ratings out split the database's.
///
/// -k is how many neighbours recommendations come from. Predictions come from all who rated the item,
/// of whom --raters count, so that -k changes them with --as-served alone.
///
/// Errors (rmse, mae) are of all held-out ratings. Lists (hr, precision, recall, ndcg, map) are measured
/// by whether they have the held-out items: all of them, whatever their rating, or with --relevant those
/// that the user liked.
#[derive(Args)]
pub(crate) struct Evaluate {
    #[command(flatten)]
    held_out: HeldOutArgs,
    /// What predicts
    #[arg(long, value_enum, default_value_t = Kind::Knn)]
    model: Kind,
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
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = values::count())]
    top: usize,
    /// A recommended item is a hit where the user gave it this or more; users without such a rating
    /// are left out [default: every held-out rating is a hit, whatever its value]
    #[arg(
        long, value_name = "RATING", allow_negative_numbers = true, value_parser = values::finite
    )]
    relevant: Option<f64>,
    /// How many threads to use [default: one a core]
    #[arg(long, value_name = "N", value_parser = values::threads())]
    threads: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
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

impl Evaluate {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let (candidate, dialect) = (self.candidate()?, self.neighbours.similarity.dialect);
        let ranking_options = RankingOptions { top: self.top, relevant_from: self.relevant };
        let mut figures = Vec::new();
        let begun = Instant::now();
        let mut measure = |held_out: &HeldOut, place: usize, of: usize| {
            let folds = Folds { mode: shared.progress, place: place + 1, of };
            let steps = folds.steps();
            let tell = |advance| steps.show(advance);
            let measure = || evaluate(&candidate, held_out, &ranking_options, &tell);
            figures.push(in_pool(self.threads, measure)??);
            steps.end();
            folds.note_time_left(begun.elapsed());
            Ok(())
        };
        self.held_out.each(shared, dialect, &mut measure).await?;
        Report::new(&figures).print(out)
    }

    /// What is measured. The neighbours' options are checked, whatever predicts.
    fn candidate(&self) -> Result<Candidate> {
        let parameters = self.neighbours.options(self.side).check()?;
        let prediction = self.rule.options(self.neighbours.similarity.dialect, self.side);
        let raters = if self.as_served { Raters::Stored } else { Raters::All };
        Ok(match self.model {
            Kind::Knn => Candidate::Neighbours { parameters, prediction, raters },
            Kind::Baseline => Candidate::Baseline(prediction.baseline),
            Kind::UserMean => Candidate::Mean(MeanOf::User),
            Kind::ItemMean => Candidate::Mean(MeanOf::Item),
            Kind::GlobalMean => Candidate::Mean(MeanOf::Everything),
        })
    }
}
