//! Measuring predictions and recommendations on ratings that were held out.

mod held_out;

pub use held_out::{HeldOut, HeldOutError};

use crate::progress::{Advance, Step};
use likemind::evaluate::{RankingQuality, RatingAccuracy};
use likemind::model::SessionError;
use likemind::{
    AllPairs, BaselineModel, BaselineOptions, Centring, Evaluation, MeanModel, MeanOf, Model,
    ModelParameters, NeighbourView, Observer, ParameterError, PredictionOptions, Progress,
    Similarities,
};
use std::sync::Arc;

/// What predicts.
#[derive(Clone, Copy, Debug)]
pub enum Candidate {
    /// The neighbours of a side.
    Neighbours {
        /// Which neighbours there are.
        parameters: ModelParameters,
        /// How they predict.
        prediction: PredictionOptions,
        /// Which of them.
        raters: Raters,
    },
    /// The baseline μ + b_u + b_i.
    Baseline(BaselineOptions),
    /// A mean.
    Mean(MeanOf),
}

/// Whose ratings predict. Lists come from the stored neighbours in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raters {
    /// The stored neighbours', as a service predicts.
    Stored,
    /// All who rated the item, as most of the literature has it.
    All,
}

/// How it is measured.
#[derive(Clone, Copy, Debug)]
pub struct Yardstick {
    /// The length of the recommended lists.
    pub top: usize,
    /// A recommended item is a hit where the user gave it this or more; `None`: every held-out rating
    /// is one.
    pub relevant_from: Option<f64>,
}

/// The figures of one held-out set.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The errors of predictions.
    pub accuracy: RatingAccuracy,
    /// The quality of recommended lists.
    pub ranking: RankingQuality,
}

/// Why a candidate cannot be measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// Options that are out of range.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// The model does not answer for a user.
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// After so many predictions, or lists, it is told how far they are.
const EVERY: usize = 64;

/// Fits a candidate to the training ratings, and measures it on those that were held out. Computes on
/// the threads of the rayon pool that it is called in. `tell` is called from any of them, and calls may
/// arrive out of order.
///
/// # Errors
/// [`EvaluateError`] if the candidate's options are out of range.
pub fn evaluate(
    candidate: &Candidate,
    held_out: &HeldOut,
    yardstick: &Yardstick,
    tell: &(dyn Fn(Advance) + Sync),
) -> Result<Figures, EvaluateError> {
    let matrix = &held_out.matrix;
    let measure = |model: &dyn Model| measure(model, held_out, yardstick, tell);
    match *candidate {
        Candidate::Neighbours { parameters, prediction, raters } => {
            let ties = parameters.options().dialect.ties(held_out.order.as_ref());
            let index = AllPairs::new(matrix, parameters).run(&Watched(tell));
            let index = index.unwrap_or_else(|error| unreachable!("nobody cancels it: {error}"));
            let centring = Centring::fit(matrix, prediction)?;
            let similarities =
                Similarities::new(matrix, parameters.side(), parameters.similarity());
            let view = NeighbourView::new(matrix, parameters, &index, &centring).with_ties(ties);
            measure(&match raters {
                Raters::Stored => view,
                Raters::All => view.predicting_from_all(&similarities),
            })
        }
        Candidate::Baseline(options) => measure(&BaselineModel::fit(Arc::clone(matrix), options)?),
        Candidate::Mean(of) => measure(&MeanModel::new(Arc::clone(matrix), of)),
    }
}

fn measure(
    model: &dyn Model,
    held_out: &HeldOut,
    yardstick: &Yardstick,
    tell: &(dyn Fn(Advance) + Sync),
) -> Result<Figures, EvaluateError> {
    let HeldOut { matrix, test, .. } = held_out;
    let mut evaluation = Evaluation::on(matrix, test);
    if let Some(least) = yardstick.relevant_from {
        evaluation = evaluation.relevant_from(least);
    }
    let predicting = told(Step::Predicting, test.len(), tell);
    let accuracy = evaluation.watched_by(&predicting).rating_accuracy(model)?;
    let ranking = told(Step::Ranking, evaluation.users(), tell);
    let ranking = evaluation.watched_by(&ranking).ranking_quality(model, yardstick.top)?;
    Ok(Figures { accuracy, ranking })
}

/// Tells of a step now and then, and at its end.
fn told(step: Step, total: usize, tell: &(dyn Fn(Advance) + Sync)) -> impl Fn(usize) + Sync {
    move |done: usize| {
        if done.is_multiple_of(EVERY) || done == total {
            tell(Advance::new(step, done as u64, total as u64));
        }
    }
}

struct Watched<'a>(&'a (dyn Fn(Advance) + Sync));

impl Observer for Watched<'_> {
    fn progress(&self, progress: Progress) {
        (self.0)(progress.into());
    }
}
