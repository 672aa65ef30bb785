//! Evaluation of predictions and recommendations on held-out ratings.

mod held_out;

pub use held_out::{HeldOut, HeldOutError};

use crate::progress::{Step, StepProgress};
use likemind::evaluate::{RankingQuality, RatingAccuracy};
use likemind::model::SessionError;
use likemind::{
    AllPairs, BaselineModel, BaselineOptions, Centring, Evaluation, KrigingModel, KrigingOptions,
    MeanModel, MeanOf, Model, ModelParameters, NeighbourView, Observer, ParameterError,
    PredictionOptions, Progress, RidgeModel, RidgeOptions, Similarities,
};
use std::sync::Arc;

/// A model to evaluate.
#[derive(Clone, Copy, Debug)]
pub enum Candidate {
    /// The neighbours of a side.
    Neighbours {
        /// Parameters of the neighbour lists.
        parameters: ModelParameters,
        /// Options of the prediction formula.
        prediction: PredictionOptions,
        /// Which neighbours predict.
        raters: Raters,
    },
    /// Item kriging.
    Kriging(KrigingOptions),
    /// Ridge regression of items on each other.
    Ridge(RidgeOptions),
    /// The baseline μ + b_u + b_i.
    Baseline(BaselineOptions),
    /// A mean.
    Mean(MeanOf),
}

/// The neighbours that predict ratings. Recommendation lists always use the stored neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raters {
    /// The stored neighbours, as in a service.
    Stored,
    /// All rows that rated the item, as in most of the literature.
    All,
}

/// Options of the ranking metrics.
#[derive(Clone, Copy, Debug)]
pub struct RankingOptions {
    /// Length of the recommendation lists.
    pub top: usize,
    /// Minimum held-out rating of a relevant item; with `None` every held-out item is relevant.
    pub relevant_from: Option<f64>,
}

/// The metrics of one held-out set.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Errors of the predicted ratings; `None` if ratings are
    /// [counts](likemind::RatingScale::has_counts), which are not predicted.
    pub accuracy: Option<RatingAccuracy>,
    /// Quality of the recommendation lists.
    pub ranking: RankingQuality,
}

/// Errors when evaluating a candidate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// An option is out of range.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// The model cannot open a session for a user.
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// Number of predictions or lists between two progress reports.
const EVERY: usize = 64;

/// Fits a candidate to the training ratings and measures it on the held-out ratings. Computes on the
/// current rayon thread pool. `tell` is called from any of its threads, possibly out of order.
///
/// # Errors
/// [`EvaluateError`] if an option of the candidate is out of range.
pub fn evaluate(
    candidate: &Candidate,
    held_out: &HeldOut,
    ranking: &RankingOptions,
    tell: &(dyn Fn(StepProgress) + Sync),
) -> Result<Figures, EvaluateError> {
    let matrix = &held_out.matrix;
    let measure = |model: &dyn Model| measure(model, held_out, ranking, tell);
    match *candidate {
        Candidate::Neighbours { parameters, prediction, raters } => {
            let ties = parameters.options().dialect.ties(held_out.order.as_ref());
            let index = AllPairs::new(matrix, parameters).run(&Watched(tell));
            let index =
                index.unwrap_or_else(|error| unreachable!("the observer never cancels: {error}"));
            let centring = Centring::fit(matrix, prediction)?;
            let similarities =
                Similarities::new(matrix, parameters.side(), parameters.similarity());
            let view = NeighbourView::new(matrix, parameters, &index, &centring).with_ties(ties);
            measure(&match raters {
                Raters::Stored => view,
                Raters::All => view.with_all_raters(&similarities),
            })
        }
        Candidate::Kriging(options) => measure(&KrigingModel::fit(Arc::clone(matrix), options)?),
        Candidate::Ridge(options) => measure(&RidgeModel::fit(Arc::clone(matrix), options)?),
        Candidate::Baseline(options) => measure(&BaselineModel::fit(Arc::clone(matrix), options)?),
        Candidate::Mean(of) => measure(&MeanModel::new(Arc::clone(matrix), of)),
    }
}

fn measure(
    model: &dyn Model,
    held_out: &HeldOut,
    options: &RankingOptions,
    tell: &(dyn Fn(StepProgress) + Sync),
) -> Result<Figures, EvaluateError> {
    let HeldOut { matrix, test, .. } = held_out;
    let mut evaluation = Evaluation::on(matrix, test);
    if let Some(least) = options.relevant_from {
        evaluation = evaluation.relevant_from(least);
    }
    let accuracy = if matrix.scale().has_counts() {
        None
    } else {
        let predicting = reporter(Step::Predicting, test.len(), tell);
        Some(evaluation.on_progress(&predicting).rating_accuracy(model)?)
    };
    let ranking = reporter(Step::Ranking, evaluation.users(), tell);
    let ranking = evaluation.on_progress(&ranking).ranking_quality(model, options.top)?;
    Ok(Figures { accuracy, ranking })
}

/// Returns a function that reports the progress of a step at intervals, and at its end.
fn reporter(
    step: Step,
    total: usize,
    tell: &(dyn Fn(StepProgress) + Sync),
) -> impl Fn(usize) + Sync {
    move |done: usize| {
        if done.is_multiple_of(EVERY) || done == total {
            tell(StepProgress::new(step, done as u64, total as u64));
        }
    }
}

struct Watched<'a>(&'a (dyn Fn(StepProgress) + Sync));

impl Observer for Watched<'_> {
    fn progress(&self, progress: Progress) {
        (self.0)(progress.into());
    }
}
