//! A neighbourhood model that owns all its parts.

use super::error::{ModelError, SessionError};
use super::view::NeighbourView;
use super::{Model, Session};
use crate::all_pairs::{AllPairs, Unobserved};
use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::NeighbourIndex;
use crate::parameters::ModelParameters;
use crate::predict::{Centring, Prediction, PredictionOptions};
use crate::profile::Profile;
use std::sync::Arc;

/// A k-nearest-neighbour model that owns its parts: the rating matrix, the neighbours of every row
/// and the fitted [`Centring`]. It predicts and ranks from the neighbours of the person (users'
/// side) or of the items (items' side). It can be kept for the lifetime of a service and used from
/// any thread.
///
/// A stored user has the neighbours computed by the fit. A guest, who is not stored, has the
/// neighbours that a fit would have computed: on the users' side the guest's ratings are compared
/// with all rows when a session opens; on the items' side their rated items are looked up in the
/// lists of the items. If the measure centres ratings on a baseline or on means, or the scale is
/// real, opening a guest's session on the users' side also takes a pass over all ratings.
///
/// # Predictions
///
/// r̂ = base + unit · Σ s·d / (λ + Σ|s|), where the sum runs over at most
/// [`raters`](PredictionOptions::raters) neighbours with a rating and similarity s > 0, most
/// similar first, and d is the neighbour's rating minus its expected rating, in the neighbour's
/// units (Herlocker et al., SIGIR 1999; Koren, *TKDD* 4, 2010). [`Centre`](crate::Centre) defines
/// base, unit and d. On the users' side the sum runs over neighbours of the person who rated the
/// item, on the items' side over neighbours of the item that the person rated. The confidence is
/// Σ|s|/(1 + Σ|s|) over the neighbours used: 0 without any, and approaching 1 as they become more
/// numerous and more similar.
///
/// # Rankings
///
/// score(u, i) = .001·n_i/|U| + Σ y·w, where n_i of |U| users rated i.
///
/// On the users' side the sum runs over the person's neighbours who rated i, with w = √s·c³; a is
/// the person and b the neighbour. On the items' side it runs over the neighbours of i that the
/// person rated, with w = √s·c²; a is i and b the neighbour. s is their similarity, and c =
/// n/√(|a||b|) is the cosine of their binary rows, from their overlap n and their numbers of ratings
/// |a| and |b|. It favours neighbours that share most of their ratings over those that merely agree
/// on a few. On the items' side of a measure that [ignores
/// ratings](crate::Measure::ignores_ratings), w = c. Neighbours with similarity 0 or less add
/// nothing. y = 1 + .25·z, clamped to
/// .05..=2, is the weight of the rating itself: z is its distance from its user's mean in standard
/// deviations of that user, or 0 if all ratings of the user are equal. The logarithm of 1 + r takes
/// the place of [counts](crate::RatingScale::has_counts) r.
///
/// ```
/// use likemind::{
///     Model, ModelOptions, NeighbourModel, PredictionOptions, Profile, RatingMatrix, RatingScale,
///     RatingTable, Side, TopN,
/// };
/// let mut table = RatingTable::new();
/// for (user, item, rating) in [
///     ("ada", "Alien", 5.0), ("ada", "Heat", 4.0), ("ada", "Amélie", 1.5),
///     ("bob", "Alien", 4.5), ("bob", "Heat", 4.0), ("bob", "Amélie", 2.0), ("bob", "Ran", 5.0),
/// ] {
///     table.push(user, item, rating, None)?;
/// }
/// let matrix = RatingMatrix::from_table(&table, RatingScale::HALF_STARS)?;
/// let parameters = ModelOptions::new(Side::Users).check()?;
/// let model = NeighbourModel::fit(matrix, parameters, PredictionOptions::default())?;
///
/// // A guest, who is not stored.
/// let item = |id| table.items().get(id).unwrap();
/// let ratings = [(item("Alien"), 5.0), (item("Heat"), 4.5), (item("Amélie"), 2.5)];
/// let guest = Profile::from_ratings(ratings, model.matrix().scale())?;
/// let session = model.session(&guest)?;
/// let list = session.recommend(TopN::new(2));
/// assert_eq!(table.items().name(list[0].ranked.item), Some("Ran"));
/// assert_eq!(list[0].ranked.terms[0].rating, 5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct NeighbourModel {
    matrix: Arc<RatingMatrix>,
    parameters: ModelParameters,
    index: NeighbourIndex,
    centring: Arc<Centring>,
}

impl NeighbourModel {
    /// Computes the neighbours of every row and fits the centring. To observe, cancel or resume the
    /// computation, run [`AllPairs`] and pass its result to [`from_neighbours`](Self::from_neighbours).
    ///
    /// # Errors
    /// [`ModelError`] if a prediction option is out of range.
    pub fn fit(
        matrix: impl Into<Arc<RatingMatrix>>,
        parameters: ModelParameters,
        prediction: PredictionOptions,
    ) -> Result<Self, ModelError> {
        let matrix = matrix.into();
        let centring = Arc::new(Centring::fit(&matrix, prediction)?);
        let all_pairs = AllPairs::new(&matrix, parameters);
        let index = all_pairs.run(&Unobserved).unwrap_or_else(|_| unreachable!("nobody cancels"));
        Ok(Self { matrix, parameters, index, centring })
    }

    /// Builds a model from neighbours that were computed from this matrix with `parameters`.
    ///
    /// # Errors
    /// [`ModelError`] if a prediction option is out of range, or the neighbours are of the other
    /// side or of a different number of rows.
    pub fn from_neighbours(
        matrix: impl Into<Arc<RatingMatrix>>,
        parameters: ModelParameters,
        index: NeighbourIndex,
        prediction: PredictionOptions,
    ) -> Result<Self, ModelError> {
        let matrix = matrix.into();
        let (expected, found) = (parameters.side(), index.side());
        if expected != found {
            return Err(ModelError::Side { expected, found });
        }
        let (expected, found) = (matrix.rows(parameters.side()).len(), index.rows());
        if expected != found {
            return Err(ModelError::Rows { expected, found });
        }
        let centring = Arc::new(Centring::fit(&matrix, prediction)?);
        Ok(Self { matrix, parameters, index, centring })
    }

    /// Returns the parameters with which the neighbours were computed.
    pub fn parameters(&self) -> &ModelParameters {
        &self.parameters
    }

    /// Returns the neighbours of every row.
    pub fn neighbours(&self) -> &NeighbourIndex {
        &self.index
    }

    /// Returns the rating matrix, shared.
    pub fn shared_matrix(&self) -> Arc<RatingMatrix> {
        Arc::clone(&self.matrix)
    }

    /// Returns a view that borrows the parts of the model.
    pub fn view(&self) -> NeighbourView<'_> {
        NeighbourView::new(&self.matrix, self.parameters, &self.index, &self.centring)
    }
}

impl Model for NeighbourModel {
    fn matrix(&self) -> &RatingMatrix {
        &self.matrix
    }

    fn session<'a>(&'a self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError> {
        self.view().open(person)
    }

    fn predict_each(
        &self,
        queries: &[(UserIdx, ItemIdx)],
        take: &(dyn Fn(usize, Prediction) + Sync),
    ) -> Result<(), SessionError> {
        self.view().predict_each(queries, take)
    }
}
