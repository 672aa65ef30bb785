//! The choice of constants on held-out training ratings.

use super::ItemKriging;
use super::kernel::ItemKernel;
use super::options::KrigingOptions;
use super::residuals::Residuals;
use super::session::{Estimate, KrigingSession};
use crate::all_pairs::Cancelled;
use crate::baseline::Baseline;
use crate::head::PairSums;
use crate::held_out::{ENOUGH, HeldOutRatings, hold_out};
use crate::ids::ItemIdx;
use crate::matrix::RatingMatrix;
use crate::model::ObservedFitError;
use crate::parameters::error::ParameterError;
use crate::profile::Profile;
use crate::span::Span;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The candidates for the item ridge of the baseline.
const ITEM_RIDGES: [f64; 2] = [5.0, 20.0];
/// The candidates for w.
const COSINES: [f64; 3] = [1.0, 2.0, 3.0];
/// The candidates for ρ.
const RIDGES: [f64; 3] = [1.0, 2.0, 4.0];

/// Number of ratings of a person, at most, from which held-out ones are predicted: most of the time
/// would go into few people.
const MAX_RATINGS: usize = 512;

/// q if there are too few held-out ratings to choose it: about the median of seven data sets, of
/// .44 to .58.
const USUAL_INTERVAL: f64 = 0.57;

/// The share of ratings that an interval should hold.
const INTERVAL_SHARE: f64 = 0.8;

/// Errors of predictions of held-out training ratings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldOutErrors {
    /// Number of held-out ratings.
    pub ratings: usize,
    /// RMSE with the chosen constants.
    pub rmse: f64,
    /// RMSE of the best baseline among the candidates.
    pub baseline_rmse: f64,
}

/// What was chosen.
pub(super) struct Choice {
    pub(super) options: KrigingOptions,
    pub(super) uses_kernel: bool,
    /// q.
    pub(super) interval: f64,
    pub(super) errors: Option<HeldOutErrors>,
}

/// A candidate with its error.
struct Tried {
    options: KrigingOptions,
    uses_kernel: bool,
    interval: f64,
    rmse: f64,
}

/// Chooses constants, if they are to be searched for, and the width of intervals.
pub(super) fn choose(
    matrix: &RatingMatrix,
    options: KrigingOptions,
    span: Span<'_>,
) -> Result<Choice, ObservedFitError> {
    span.begin()?;
    let (train, held_out) = hold_out(matrix);
    let ratings = held_out.iter().map(|user| user.ratings.len()).sum();
    if ratings < ENOUGH {
        return Ok(Choice { options, uses_kernel: true, interval: USUAL_INTERVAL, errors: None });
    }
    let (mut kernels, mut baselines) = (Vec::new(), Vec::new());
    let item_ridges = candidates(&options, options.baseline.item_ridge, &ITEM_RIDGES);
    for (item_ridge, span) in item_ridges.iter().zip(span.split_evenly(item_ridges.len())) {
        let options = options.with_baseline(options.baseline.with_item_ridge(*item_ridge));
        let mut trial = Trial::of(&train, &held_out, options)?;
        let [baseline, kernel] = span.split([1.0, 9.0]);
        baselines.push(trial.baseline(baseline)?);
        kernels.extend(trial.kernels(kernel)?);
    }
    // Of equally good candidates the first.
    let best = |tried: Vec<Tried>| tried.into_iter().min_by(|a, b| a.rmse.total_cmp(&b.rmse));
    let Some((kernel, baseline)) = best(kernels).zip(best(baselines)) else {
        unreachable!("there are candidates")
    };
    let baseline_rmse = baseline.rmse;
    let falls_back = options.search && baseline_rmse <= kernel.rmse;
    let Tried { options, uses_kernel, interval, rmse } = if falls_back { baseline } else { kernel };
    let errors = Some(HeldOutErrors { ratings, rmse, baseline_rmse });
    Ok(Choice { options, uses_kernel, interval, errors })
}

/// The values to try for a constant: those of the search, or the one of the options.
fn candidates(options: &KrigingOptions, own: f64, all: &[f64]) -> Vec<f64> {
    if options.search { all.to_vec() } else { vec![own] }
}

/// A baseline on which kernels are tried.
struct Trial<'a> {
    train: &'a RatingMatrix,
    held_out: &'a [HeldOutRatings],
    residuals: Residuals,
    /// Without a kernel.
    kriging: ItemKriging,
}

impl<'a> Trial<'a> {
    fn of(
        train: &'a RatingMatrix,
        held_out: &'a [HeldOutRatings],
        options: KrigingOptions,
    ) -> Result<Self, ParameterError> {
        let baseline = Baseline::fit(train, options.baseline)?;
        let residuals = Residuals::of(train, &baseline, options.max_items);
        let (noise, baseline) = (residuals.noise(), baseline.without_users());
        let kriging =
            ItemKriging { options, baseline, noise, kernel: None, interval: 1.0, held_out: None };
        Ok(Self { train, held_out, residuals, kriging })
    }

    /// Measures the baseline alone.
    fn baseline(&self, span: Span<'_>) -> Result<Tried, Cancelled> {
        self.measure(span)
    }

    /// Measures all kernels.
    fn kernels(&mut self, span: Span<'_>) -> Result<Vec<Tried>, Cancelled> {
        let options = self.kriging.options;
        let cosines = candidates(&options, options.cosine, &COSINES);
        let ridges = candidates(&options, options.ridge, &RIDGES);
        let [comparing, measuring] = span.split([1.0, 2.0]);
        let pairs = PairSums::of(self.train, &self.residuals.values, comparing)?;
        let mut spans = measuring.split_evenly(cosines.len() * ridges.len());
        let mut tried = Vec::new();
        for &cosine in &cosines {
            let options = options.with_cosine(cosine);
            self.kriging.kernel =
                Some(ItemKernel::of(&pairs, &self.residuals.values.head, &options));
            for (&ridge, span) in ridges.iter().zip(&mut spans) {
                self.kriging.options = options.with_ridge(ridge);
                tried.push(self.measure(span)?);
            }
        }
        Ok(tried)
    }

    fn measure(&self, span: Span<'_>) -> Result<Tried, Cancelled> {
        let counted = span.counted(self.held_out.len());
        let of_user = |user| counted.run(|| self.errors(user));
        // Summed in the order of the users, so that the result does not depend on the number of
        // threads.
        let errors: Option<Vec<Vec<Error>>> = self.held_out.par_iter().map(of_user).collect();
        let errors = errors.ok_or(Cancelled)?.concat();
        let squares: f64 = errors.iter().map(|error| error.clipped * error.clipped).sum();
        let mut ratios: Vec<f64> = errors.iter().map(|error| error.ratio).collect();
        ratios.sort_unstable_by(f64::total_cmp);
        let place = (INTERVAL_SHARE * ratios.len() as f64) as usize;
        Ok(Tried {
            options: self.kriging.options,
            uses_kernel: self.kriging.kernel.is_some(),
            interval: ratios[place.min(ratios.len() - 1)],
            rmse: (squares / errors.len() as f64).sqrt(),
        })
    }

    fn errors(&self, held_out: &HeldOutRatings) -> Vec<Error> {
        let person = Profile::from_user(self.train, held_out.user);
        let session = KrigingSession::open_with(&self.kriging, self.train, &person, MAX_RATINGS);
        let session = session.unwrap_or_else(|error| unreachable!("a stored user: {error}"));
        let items: Vec<ItemIdx> = held_out.ratings.iter().map(|&(item, _)| item).collect();
        let error = |(estimate, &(_, rating)): (Estimate, &(ItemIdx, f64))| {
            let clipped = self.train.scale().clip(estimate.score) - rating;
            let ratio = (estimate.score - rating).abs() / session.spread(&estimate);
            Error { clipped, ratio: if ratio.is_nan() { 0.0 } else { ratio } }
        };
        session.estimates(&items).into_iter().zip(&held_out.ratings).map(error).collect()
    }
}

/// The error of a prediction.
#[derive(Clone, Copy)]
struct Error {
    /// Of the rating clipped to the scale.
    clipped: f64,
    /// The absolute error before clipping in units of the spread.
    ratio: f64,
}
