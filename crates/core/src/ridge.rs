//! Ridge regression of items on each other: recommendations from all ratings of a person at once.

mod exact;
mod gram;
mod local;
mod options;
mod search;
mod session;

pub use options::RidgeOptions;

use crate::all_pairs::{Cancelled, Observer, Unobserved};
use crate::baseline::Baseline;
use crate::evaluate::RankingQuality;
use crate::head::Head;
use crate::ids::{ItemIdx, RowIdx};
use crate::matrix::RatingMatrix;
use crate::model::{Model, ObservedFitError, Session, SessionError};
use crate::parameters::error::ParameterError;
use crate::profile::Profile;
use crate::side::Side;
use crate::span::Span;
use exact::PartialCorrelations;
use gram::Gram;
use local::LocalWeights;
use serde::{Deserialize, Serialize};
use session::RidgeSession;
use std::sync::Arc;

/// What ridge regression learns from all ratings: how much a rating of one item speaks for another
/// item, given the ratings of all others. It holds for people and ratings that come after the fit
/// too, because nothing in it belongs to a person.
///
/// # Formulas
///
/// Y is the matrix of users and items with y_ui = 1 + ¼·(r_ui − r̄_u)/σ_u, at least .05 and at most
/// 2, if u rated i, and 0 otherwise. r̄_u and σ_u are the mean and the standard deviation of the
/// user's ratings, or of ln(1 + r) if these are [counts](crate::RatingScale::has_counts); y is 1 if
/// all are equal. The weights B minimise ‖Y − YB‖² + λ‖B‖² with zeros on
/// the diagonal (EASE on 0 and 1: Steck, *WWW* 2019):
///
/// B_ji = −P_ji/P_ii, P = (YᵀY + λI)⁻¹,
///
/// and the score of an item is Σ_j y_uj·B_ji over the items j that the person rated, plus .001 × the
/// share of users who rated it. The similarity of a [`Term`](crate::Term) is the partial
/// correlation −P_ij/√(P_ii·P_jj).
///
/// # Truncation
///
/// The weights above are those of the [`max_items`](RidgeOptions::max_items) items with the most
/// ratings, held as 16-bit integers. Any other item i is regressed on the
/// [`nearest`](RidgeOptions::nearest) of them, N, by the cosine of their columns: w =
/// (Y_NᵀY_N + λI)⁻¹·Y_Nᵀy_i (local ridge; w is then the similarity of a term). Ratings of such
/// items do not change the scores of others.
///
/// # Stored form
///
/// It can be stored with any format of `serde`, and what is read is checked for consistency. The
/// form may change with the major version of this crate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct ItemRidge {
    options: RidgeOptions,
    baseline: Baseline,
    head: Head,
    exact: PartialCorrelations,
    local: LocalWeights,
    held_out: Option<RankingQuality>,
}

impl ItemRidge {
    /// Fits to the ratings of a matrix.
    ///
    /// With [`search`](RidgeOptions::search), a tenth of the ratings is first held out, and the λ is
    /// chosen that ranks it best. The result does not depend on the number of threads.
    ///
    /// # Errors
    /// [`ParameterError`] if an option is out of range.
    pub fn fit(matrix: &RatingMatrix, options: RidgeOptions) -> Result<Self, ParameterError> {
        Self::fit_observed(matrix, options, &Unobserved).map_err(ObservedFitError::unobserved)
    }

    /// Like [`fit`](Self::fit), and reports the progress to an observer, which can cancel the fit.
    /// The reported pairs are those of the items with all pairs.
    ///
    /// # Errors
    /// [`ObservedFitError`] if an option is out of range, or the fit is cancelled.
    pub fn fit_observed(
        matrix: &RatingMatrix,
        options: RidgeOptions,
        observer: &dyn Observer,
    ) -> Result<Self, ObservedFitError> {
        let options = options.check()?;
        let whole = Span::whole(observer, matrix, options.max_items);
        let [searching, learning] = whole.split([if options.search { 3.0 } else { 0.0 }, 1.0]);
        let (options, held_out) = search::choose(matrix, options, searching)?;
        let [comparing, regressing] = learning.split([1.0, 2.0]);
        comparing.begin()?;
        let baseline = Baseline::fit(matrix, options.baseline)?.without_users();
        let gram = Gram::of(matrix, &options, comparing)?;
        let others = others(matrix, gram.head());
        let fitted = Self::of(&gram, &others, baseline, options, regressing)?;
        whole.end();
        Ok(Self { held_out, ..fitted })
    }

    /// Fits to the products of the head's items, and regresses `others` on them.
    fn of(
        gram: &Gram<'_>,
        others: &[ItemIdx],
        baseline: Baseline,
        options: RidgeOptions,
        span: Span<'_>,
    ) -> Result<Self, Cancelled> {
        let [exact, local] = span.split([1.0, if others.is_empty() { 0.0 } else { 1.0 }]);
        Ok(Self {
            options,
            baseline,
            head: gram.head().clone(),
            exact: PartialCorrelations::of(gram, options.ridge, exact)?,
            local: LocalWeights::of(gram, others, &options, local)?,
            held_out: None,
        })
    }

    /// Returns the options, with the λ that was chosen.
    pub fn options(&self) -> &RidgeOptions {
        &self.options
    }

    /// Returns the quality of lists of 10 items with the chosen λ, on held-out training ratings;
    /// `None` if nothing was held out.
    pub fn held_out(&self) -> Option<RankingQuality> {
        self.held_out
    }

    /// Returns the number of items with weights for all pairs.
    pub fn items(&self) -> usize {
        self.head.len()
    }
}

/// The stored form, before it is checked.
#[derive(Deserialize)]
struct Stored {
    options: RidgeOptions,
    baseline: Baseline,
    head: Vec<ItemIdx>,
    exact: PartialCorrelations,
    local: LocalWeights,
    held_out: Option<RankingQuality>,
}

impl TryFrom<Stored> for ItemRidge {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        let Stored { options, baseline, head, exact, local, held_out } = stored;
        options.check().map_err(|error| error.to_string())?;
        let head = Head::from_stored(head, baseline.items()).filter(|head| {
            exact.are_of(head.len())
                && local.are_of(head.len(), head.of_items())
                && baseline.is_finite()
        });
        let head = head.ok_or("expected the weights of a ridge regression, found others")?;
        Ok(Self { options, baseline, head, exact, local, held_out })
    }
}

/// The items with ratings that are not among the head's.
fn others(matrix: &RatingMatrix, head: &Head) -> Vec<ItemIdx> {
    let rows = matrix.rows(Side::Items);
    let rated = rows.indices().filter(|&item| rows.row_len(item) > 0).map(RowIdx::item);
    rated.filter(|&item| head.place(item).is_none()).collect()
}

/// [`ItemRidge`] with the ratings that it was fitted to. It predicts ratings by the baseline.
///
/// ```
/// use likemind::ridge::{RidgeModel, RidgeOptions};
/// use likemind::{Model, Profile, RatingMatrix, RatingScale, RatingTable, TopN};
/// let mut table = RatingTable::new();
/// for (user, item, rating) in [
///     ("ada", "Alien", 5.0), ("ada", "Heat", 4.0), ("bob", "Alien", 4.5), ("bob", "Heat", 4.0),
///     ("bob", "Ran", 5.0), ("cleo", "Amélie", 5.0), ("cleo", "Big", 2.0), ("dan", "Amélie", 4.0),
/// ] {
///     table.push(user, item, rating, None)?;
/// }
/// let matrix = RatingMatrix::from_table(&table, RatingScale::HALF_STARS)?;
/// let model = RidgeModel::fit(matrix, RidgeOptions::default())?;
/// // Someone who is not among the users.
/// let item = |name| table.items().get(name).unwrap();
/// let guest = Profile::from_ratings([(item("Heat"), 5.0)], model.matrix().scale())?;
/// let list = model.session(&guest)?.rank(TopN::new(2));
/// assert_eq!(table.items().name(list[0].item), Some("Alien"));
/// // Each rating of the person speaks for the item or against it.
/// let sum: f64 = list[0].terms.iter().map(|term| term.contribution).sum();
/// assert!(sum > 0.0 && (list[0].base + sum - list[0].score).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RidgeModel {
    matrix: Arc<RatingMatrix>,
    ridge: ItemRidge,
}

impl RidgeModel {
    /// Fits to the ratings of a matrix; see [`ItemRidge::fit`].
    ///
    /// # Errors
    /// [`ParameterError`] if an option is out of range.
    pub fn fit(
        matrix: impl Into<Arc<RatingMatrix>>,
        options: RidgeOptions,
    ) -> Result<Self, ParameterError> {
        let matrix = matrix.into();
        let ridge = ItemRidge::fit(&matrix, options)?;
        Ok(Self { matrix, ridge })
    }

    /// Returns what was learnt.
    pub fn ridge(&self) -> &ItemRidge {
        &self.ridge
    }
}

impl Model for RidgeModel {
    fn matrix(&self) -> &RatingMatrix {
        &self.matrix
    }

    fn session<'a>(&'a self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError> {
        Ok(Box::new(RidgeSession::open(&self.ridge, &self.matrix, person)?))
    }
}

/// [`ItemRidge`] with ratings that may have changed since the fit. Creating a view is free.
#[derive(Clone, Copy, Debug)]
pub struct RidgeView<'a> {
    matrix: &'a RatingMatrix,
    ridge: &'a ItemRidge,
}

impl<'a> RidgeView<'a> {
    /// Creates a view. `matrix` holds the ratings that the regression was fitted to, or later ones
    /// of the same data set; users and items may have been added.
    pub fn new(matrix: &'a RatingMatrix, ridge: &'a ItemRidge) -> Self {
        Self { matrix, ridge }
    }
}

impl Model for RidgeView<'_> {
    fn matrix(&self) -> &RatingMatrix {
        self.matrix
    }

    fn session<'a>(&'a self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError> {
        Ok(Box::new(RidgeSession::open(self.ridge, self.matrix, person)?))
    }
}
