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

/// Predicts and ranks by the most similar neighbours: of a person on the users' side, of items on the
/// items' side. Owns its ratings, the neighbours of every row and what predictions are measured from,
/// so that it can be kept for as long as a service runs, and asked from any thread.
///
/// Neighbours of a stored person are those that were fitted. A person who is not stored has the
/// neighbours that they would have been given: on the users' side their ratings are compared with
/// all rows when a session opens; on the items' side what they rated is looked up in the lists of
/// the items. With a measure of distances from a baseline or from means, and on a scale without levels,
/// the former costs a walk through all ratings as well.
///
/// # Predictions
///
/// r̂ = base + unit · Σ s·d / (λ + Σ|s|), summed over at most
/// [`raters`](PredictionOptions::raters) neighbours of similarity s > 0 that rated, largest first; d is
/// a neighbour's rating less what was expected of it, in its own units (Herlocker et al., SIGIR
/// 1999; Koren, *TKDD* 4, 2010). What base, unit and d are, [`Centre`](crate::Centre) says. Users' side:
/// neighbours of the person that rated the item. Items' side: neighbours of the item that the person
/// rated. The confidence is Σ|s|/(1 + Σ|s|) over the neighbours used: 0 with none, towards 1 the more
/// and the more similar they are.
///
/// # Rankings
///
/// score(u, i) = .001·n_i/|U| + Σ y·s·n²/(|a||b|), with n_i of |U| users having rated i.
///
/// Users' side: the sum runs over the person's neighbours who rated i, a being the person and b the
/// neighbour. Items' side: over the items that the person rated among the neighbours of i, a being i
/// and b the neighbour. s is their similarity, n their overlap, |a| and |b| how many ratings they have:
/// the square of the cosine of the 0/1 rows weighs those who know the same things over those who merely
/// agree on a few. Neighbours of similarity 0 or less add nothing. y = 1 + .25·z, from .05 to 2, tells
/// how much was liked what was known: z is the rating's distance from its user's mean in their
/// standard deviations, 0 for somebody whose ratings are all equal.
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
/// // Somebody who is not stored.
/// let item = |id| table.items().get(id).unwrap();
/// let ratings = [(item("Alien"), 5.0), (item("Heat"), 4.5), (item("Amélie"), 2.5)];
/// let guest = Profile::of_person(ratings, model.matrix().scale())?;
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
    /// Computes the neighbours of every row, and fits what predictions are measured from. To watch
    /// this, to stop it or to go on with it, run [`AllPairs`] and pass on what it makes to
    /// [`of_neighbours`](Self::of_neighbours).
    ///
    /// # Errors
    /// [`ModelError`] for options of predictions out of range.
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

    /// The model of neighbours that were computed of this matrix under `parameters`, here or
    /// elsewhere.
    ///
    /// # Errors
    /// [`ModelError`] for options of predictions out of range, or neighbours of another side or of
    /// other rows.
    pub fn of_neighbours(
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

    /// The parameters.
    pub fn parameters(&self) -> &ModelParameters {
        &self.parameters
    }

    /// The neighbours of every row.
    pub fn neighbours(&self) -> &NeighbourIndex {
        &self.index
    }

    /// The ratings, shared.
    pub fn shared_matrix(&self) -> Arc<RatingMatrix> {
        Arc::clone(&self.matrix)
    }

    /// The model as a view of its parts.
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
