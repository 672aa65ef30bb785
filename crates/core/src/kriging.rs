//! Item kriging: ratings predicted from all ratings of a person at once.

mod kernel;
mod options;
mod residuals;
mod search;
mod session;

pub use options::KrigingOptions;
pub use search::HeldOutErrors;

use crate::all_pairs::{Observer, Unobserved};
use crate::baseline::Baseline;
use crate::head::PairSums;
use crate::matrix::RatingMatrix;
use crate::model::{Model, ObservedFitError, Session, SessionError};
use crate::parameters::error::ParameterError;
use crate::profile::Profile;
use crate::span::Span;
use kernel::{ItemKernel, StoredKernel};
use residuals::Residuals;
use search::Choice;
use serde::{Deserialize, Serialize};
use session::KrigingSession;
use std::sync::Arc;

/// What item kriging learns from all ratings: the item biases of the baseline, and a kernel, the
/// prior covariance of the ratings of two items by the same person. It holds for people and ratings
/// that come after the fit too, because nothing in it belongs to a person.
///
/// # Formulas
///
/// The residual of a rating is e_ui = r_ui − μ − b_u − b_i, with g the mean of e² over all ratings.
/// In units of the person it is z_ui = e_ui/σ_u, σ_u² = (Σ_i e_ui² + 5g)/((n_u + 5)·g). The kernel
/// is
///
/// K_ij = c + w·n_ij/√(n_i·n_j) + Σ_u e_ui·e_uj/(g·(n_ij + λ)) + δ·[i = j],
///
/// where n_ij people rated both items, n_i rated i, and the sum runs over those who rated both: the
/// numerator of PCS, shrunk, beside the cosine of the binary rows. [`KrigingOptions`] has c, w, λ,
/// δ and the ridge ρ.
///
/// For a person who rated the items O, the prediction is simple kriging (Cressie, *Statistics for
/// Spatial Data*, 1993, 3.2), that is, the mean of a Gaussian process:
///
/// r̂_i = μ + b_u + b_i + σ_u·Σ_{j∈O} K_ij·a_j, (K_OO + ρI)·a = z_O.
///
/// Its variance is v_i = K_ii − k_iᵀ(K_OO + ρI)⁻¹k_i. The confidence of a prediction is 1 −
/// v_i/K_ii, and its 80 % interval r̂_i ± q·σ_u·√(v_i + ρ), clipped to the scale. q is chosen such
/// that the interval holds for 80 % of held-out training ratings.
///
/// # Truncation
///
/// Someone with more than 2,048 ratings is predicted from 2,048 of them, spread evenly over all.
/// Only the [`max_items`](KrigingOptions::max_items) items with the most ratings have kernel
/// entries of their own. For the others, K_ij = c and K_ii = c + w + δ: a block matrix that stays
/// positive definite. Entries are held as 16-bit integers.
///
/// # Stored form
///
/// It can be stored with any format of `serde`, and what is read is checked for consistency. The
/// form may change with the major version of this crate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct ItemKriging {
    options: KrigingOptions,
    baseline: Baseline,
    /// g.
    noise: f64,
    /// `None` if the baseline predicted held-out ratings better.
    kernel: Option<ItemKernel>,
    /// q.
    interval: f64,
    held_out: Option<HeldOutErrors>,
}

impl ItemKriging {
    /// Fits to the ratings of a matrix.
    ///
    /// With [`search`](KrigingOptions::search), a tenth of the ratings is first held out, and the
    /// constants are chosen that predict it best. If the baseline alone is better still,
    /// predictions are those of the baseline. The result does not depend on the number of threads.
    ///
    /// # Errors
    /// [`ParameterError`] if an option is out of range.
    pub fn fit(matrix: &RatingMatrix, options: KrigingOptions) -> Result<Self, ParameterError> {
        Self::fit_observed(matrix, options, &Unobserved).map_err(ObservedFitError::unobserved)
    }

    /// Like [`fit`](Self::fit), and reports the progress to an observer, which can cancel the fit.
    /// The reported pairs are those of the items with kernel entries of their own.
    ///
    /// # Errors
    /// [`ObservedFitError`] if an option is out of range, or the fit is cancelled.
    pub fn fit_observed(
        matrix: &RatingMatrix,
        options: KrigingOptions,
        observer: &dyn Observer,
    ) -> Result<Self, ObservedFitError> {
        let options = options.check()?;
        let whole = Span::whole(observer, matrix, options.max_items);
        let [choosing, learning] = whole.split([if options.search { 6.0 } else { 2.0 }, 1.0]);
        let Choice { options, uses_kernel, interval, errors } =
            search::choose(matrix, options, choosing)?;
        learning.begin()?;
        let baseline = Baseline::fit(matrix, options.baseline)?;
        let residuals = Residuals::of(matrix, &baseline, options.max_items);
        let kernel = if uses_kernel {
            let pairs = PairSums::of(matrix, &residuals.values, learning)?;
            Some(ItemKernel::of(&pairs, &residuals.values.head, &options))
        } else {
            None
        };
        let noise = residuals.noise();
        let baseline = baseline.without_users();
        whole.end();
        Ok(Self { options, baseline, noise, kernel, interval, held_out: errors })
    }

    /// Returns the options, with the constants that were chosen.
    pub fn options(&self) -> &KrigingOptions {
        &self.options
    }

    /// Returns the errors on held-out training ratings by which the constants were chosen; `None`
    /// if nothing was held out.
    pub fn held_out(&self) -> Option<HeldOutErrors> {
        self.held_out
    }

    /// Whether the baseline predicted held-out ratings better than the kernel did, so that all
    /// predictions are those of the baseline.
    pub fn falls_back(&self) -> bool {
        self.kernel.is_none()
    }

    /// Returns the number of items with kernel entries of their own; 0 if it
    /// [falls back](Self::falls_back).
    pub fn items(&self) -> usize {
        self.kernel.as_ref().map_or(0, ItemKernel::items)
    }
}

/// The stored form, before it is checked.
#[derive(Deserialize)]
struct Stored {
    options: KrigingOptions,
    baseline: Baseline,
    noise: f64,
    kernel: Option<StoredKernel>,
    interval: f64,
    held_out: Option<HeldOutErrors>,
}

impl TryFrom<Stored> for ItemKriging {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        let Stored { options, baseline, noise, kernel, interval, held_out } = stored;
        options.check().map_err(|error| error.to_string())?;
        let kernel = match kernel {
            Some(kernel) => {
                let kernel = ItemKernel::from_stored(kernel, baseline.items());
                Some(kernel.ok_or("expected the kernel of item kriging, found another")?)
            }
            None => None,
        };
        let is_positive = |value: f64| value > 0.0 && value.is_finite();
        if !baseline.is_finite() || !is_positive(noise) || !(0.0..f64::MAX).contains(&interval) {
            return Err("expected finite numbers, found others".to_owned());
        }
        Ok(Self { options, baseline, noise, kernel, interval, held_out })
    }
}

/// [`ItemKriging`] with the ratings that it was fitted to. It ranks by popularity: the items with the highest
/// predicted ratings make a poor list.
///
/// ```
/// use likemind::kriging::{KrigingModel, KrigingOptions};
/// use likemind::{Model, Profile, RatingMatrix, RatingScale, RatingTable, UserIdx};
/// let mut table = RatingTable::new();
/// for (user, item, rating) in [
///     ("ada", "Alien", 5.0), ("ada", "Heat", 4.0), ("ada", "Amélie", 1.5),
///     ("bob", "Alien", 4.5), ("bob", "Heat", 4.0), ("bob", "Amélie", 2.0), ("bob", "Ran", 5.0),
///     ("cleo", "Alien", 1.0), ("cleo", "Amélie", 5.0), ("cleo", "Ran", 2.0),
/// ] {
///     table.push(user, item, rating, None)?;
/// }
/// let matrix = RatingMatrix::from_table(&table, RatingScale::HALF_STARS)?;
/// let model = KrigingModel::fit(matrix, KrigingOptions::default())?;
/// let ada = Profile::from_user(model.matrix(), UserIdx(0));
/// let prediction = model.session(&ada)?.predict(table.items().get("Ran").unwrap());
/// let [low, high] = prediction.interval.unwrap();
/// assert!(low < prediction.rating && prediction.rating < high);
/// // Each rating of the person speaks for the item or against it.
/// let sum: f64 = prediction.terms.iter().map(|term| term.contribution).sum();
/// assert!((prediction.base + sum - prediction.score).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct KrigingModel {
    matrix: Arc<RatingMatrix>,
    kriging: ItemKriging,
}

impl KrigingModel {
    /// Fits to the ratings of a matrix; see [`ItemKriging::fit`].
    ///
    /// # Errors
    /// [`ParameterError`] if an option is out of range.
    pub fn fit(
        matrix: impl Into<Arc<RatingMatrix>>,
        options: KrigingOptions,
    ) -> Result<Self, ParameterError> {
        let matrix = matrix.into();
        let kriging = ItemKriging::fit(&matrix, options)?;
        Ok(Self { matrix, kriging })
    }

    /// Returns what was learnt.
    pub fn kriging(&self) -> &ItemKriging {
        &self.kriging
    }
}

impl Model for KrigingModel {
    fn matrix(&self) -> &RatingMatrix {
        &self.matrix
    }

    fn session<'a>(&'a self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError> {
        Ok(Box::new(KrigingSession::open(&self.kriging, &self.matrix, person)?))
    }
}

/// [`ItemKriging`] with ratings that may have changed since the fit. Creating a view is free.
#[derive(Clone, Copy, Debug)]
pub struct KrigingView<'a> {
    matrix: &'a RatingMatrix,
    kriging: &'a ItemKriging,
}

impl<'a> KrigingView<'a> {
    /// Creates a view. `matrix` holds the ratings that the kriging was fitted to, or later ones of
    /// the same data set; users and items may have been added.
    pub fn new(matrix: &'a RatingMatrix, kriging: &'a ItemKriging) -> Self {
        Self { matrix, kriging }
    }
}

impl Model for KrigingView<'_> {
    fn matrix(&self) -> &RatingMatrix {
        self.matrix
    }

    fn session<'a>(&'a self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError> {
        Ok(Box::new(KrigingSession::open(self.kriging, self.matrix, person)?))
    }
}
