//! `likemind evaluate`

mod held_out;
mod report;
mod steps;

use crate::args::{NeighbourArgs, PredictionArgs, Shared};
use crate::output::Output;
use crate::pool::in_pool;
use crate::values;
use anyhow::Result;
use clap::{Args, ValueEnum};
use held_out::{HeldOut, HeldOutArgs};
use likemind::evaluate::{RankingQuality, RatingAccuracy};
use likemind::{
    AllPairs, BaselineModel, Centring, Evaluation, MeanModel, MeanOf, Model, NeighbourView,
    PredictionOptions, Side, Similarities,
};
use report::Report;
use std::sync::Arc;
use std::time::Instant;
use steps::Steps;

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

/// The figures of one held-out set.
pub(crate) struct Figures {
    pub(crate) accuracy: RatingAccuracy,
    pub(crate) ranking: RankingQuality,
}

impl Evaluate {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        self.neighbours.options(self.side).check()?;
        let mut figures = Vec::new();
        let begun = Instant::now();
        let mut measure = |held_out: &HeldOut, place: usize, of: usize| {
            let steps = Steps { mode: shared.progress, fold: (of > 1).then_some((place + 1, of)) };
            figures.push(in_pool(self.threads, || self.measure(held_out, &steps))??);
            steps.note_time_left(begun.elapsed());
            Ok(())
        };
        self.held_out.each(shared, self.neighbours.similarity.dialect, &mut measure).await?;
        Report::new(&figures).print(out)
    }

    fn measure(&self, held_out: &HeldOut, steps: &Steps) -> Result<Figures> {
        let matrix = &held_out.matrix;
        match self.model {
            Kind::Knn => self.measure_neighbours(held_out, steps),
            Kind::Baseline => {
                let model = BaselineModel::fit(Arc::clone(matrix), self.prediction().baseline)?;
                self.figures(held_out, &model, steps)
            }
            Kind::UserMean => self.measure_mean(held_out, MeanOf::User, steps),
            Kind::ItemMean => self.measure_mean(held_out, MeanOf::Item, steps),
            Kind::GlobalMean => self.measure_mean(held_out, MeanOf::Everything, steps),
        }
    }

    fn measure_mean(&self, held_out: &HeldOut, of: MeanOf, steps: &Steps) -> Result<Figures> {
        self.figures(held_out, &MeanModel::new(Arc::clone(&held_out.matrix), of), steps)
    }

    fn prediction(&self) -> PredictionOptions {
        self.rule.options(self.neighbours.similarity.dialect, self.side)
    }

    fn measure_neighbours(&self, held_out: &HeldOut, steps: &Steps) -> Result<Figures> {
        let matrix = &held_out.matrix;
        let parameters = self.neighbours.options(self.side).check()?;
        let all_pairs = AllPairs::new(matrix, parameters);
        let progress = steps.reporter("comparing", "pairs", all_pairs.pairs());
        let index = all_pairs.run(&progress)?;
        drop(progress);
        let similarities = Similarities::new(matrix, self.side, parameters.similarity());
        let ties = self.neighbours.similarity.dialect.ties(held_out.order.as_ref());
        let centring = Centring::fit(matrix, self.prediction())?;
        let view = NeighbourView::new(matrix, parameters, &index, &centring).with_ties(ties);
        let view = match self.as_served {
            true => view,
            false => view.predicting_from_all(&similarities),
        };
        self.figures(held_out, &view, steps)
    }

    fn figures(&self, held_out: &HeldOut, model: &dyn Model, steps: &Steps) -> Result<Figures> {
        let HeldOut { matrix, test, .. } = held_out;
        let mut evaluation = Evaluation::on(matrix, test);
        if let Some(least) = self.relevant {
            evaluation = evaluation.relevant_from(least);
        }
        let accuracy = steps.watch("predicting", "ratings", test.len(), |tell| {
            evaluation.watched_by(tell).rating_accuracy(model)
        })?;
        let ranking = steps.watch("ranking", "lists", evaluation.users(), |tell| {
            let evaluation = evaluation.watched_by(tell);
            evaluation.ranking_quality(model, self.top)
        })?;
        Ok(Figures { accuracy, ranking })
    }
}
