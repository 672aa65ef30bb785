//! A neighbourhood model that borrows all its parts.

use crate::ids::ItemIdx;
use crate::matrix::RatingMatrix;
use crate::neighbours::{Neighbour, Neighbours};
use crate::parameters::ModelParameters;
use crate::predict::{Candidates, Centring, Ties};
use crate::profile::Profile;
use crate::side::Side;
use crate::similarity::Similarities;
use std::borrow::Cow;

/// A [`NeighbourModel`](crate::NeighbourModel) that borrows its parts: typically ratings that keep
/// changing, neighbours that are updated with them, and a [`Centring`] that is refitted from time
/// to time. Creating a view is free.
///
/// ```
/// use likemind::{
///     AllPairs, Centring, Live, Model, ModelOptions, NeighbourView, PredictionOptions, Profile,
///     RatingMatrix, RatingScale, RatingTable, Side, TopN, Unobserved, UserIdx,
/// };
/// let mut table = RatingTable::new();
/// for (user, ratings) in [("ada", [1.0, 2.0, 3.0]), ("bob", [2.0, 4.0, 5.0])] {
///     for (item, rating) in ["x", "y", "z"].into_iter().zip(ratings) {
///         table.push(user, item, rating, None)?;
///     }
/// }
/// let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS)?;
/// let parameters = ModelOptions::new(Side::Users).check()?;
/// let index = AllPairs::new(&matrix, parameters).run(&Unobserved)?;
/// let centring = Centring::fit(&matrix, PredictionOptions::default())?;
/// let mut live = Live::new(matrix);
/// live.attach(parameters, index)?;
///
/// // A rating arrives, and a new item with it.
/// let new = live.add_item();
/// live.set(UserIdx(0), new, 5.0)?;
///
/// let users = live.index(Side::Users).unwrap();
/// let view = NeighbourView::new(live.matrix(), parameters, users, &centring);
/// let bob = Profile::from_user(view.matrix(), UserIdx(1));
/// let best = &view.session(&bob)?.rank(TopN::new(1))[0];
/// assert_eq!((best.item, best.terms[0].neighbour.user()), (new, UserIdx(0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct NeighbourView<'a> {
    pub(super) matrix: &'a RatingMatrix,
    parameters: ModelParameters,
    pub(super) lists: Neighbours<'a>,
    pub(super) all: Option<&'a Similarities<'a>>,
    pub(super) centring: &'a Centring,
    ties: Ties<'a>,
}

/// The users who are similar to a person.
pub(super) struct SimilarUsers<'a> {
    /// At most k neighbours, best first, as a model stores them.
    pub(super) list: Cow<'a, [Neighbour]>,
    /// All similar users of a guest, ascending by index; `None` unless predictions use all rows.
    pub(super) all: Option<Vec<Neighbour>>,
}

impl<'a> NeighbourView<'a> {
    /// Creates a view of the ratings in `matrix` and the neighbours in `lists`, which is a
    /// `&NeighbourIndex` or a `&LiveIndex` computed from these or slightly earlier ratings with
    /// `parameters`. The side is that of the lists.
    pub fn new(
        matrix: &'a RatingMatrix,
        parameters: ModelParameters,
        lists: impl Into<Neighbours<'a>>,
        centring: &'a Centring,
    ) -> Self {
        let ties = parameters.options().dialect.ties(None);
        Self { matrix, parameters, lists: lists.into(), all: None, centring, ties }
    }

    /// Predicts from all sufficiently similar rows, computed on demand, instead of only from the k
    /// stored neighbours. Rankings still use the stored neighbours.
    ///
    /// `similarities` must be of the same side and matrix.
    pub fn with_all_raters(self, similarities: &'a Similarities<'a>) -> Self {
        Self { all: Some(similarities), ..self }
    }

    /// Sets how ties between equally similar neighbours are broken, overriding the dialect.
    pub fn with_ties(self, ties: Ties<'a>) -> Self {
        Self { ties, ..self }
    }

    /// Whether rankings weight neighbours by n/√(|a||b|), see [`Scoring`](crate::rank::Scoring).
    pub(super) fn has_plain_cosines(&self) -> bool {
        let measure = self.parameters.options().similarity.measure;
        self.side() == Side::Items && measure.ignores_ratings()
    }

    /// Returns the side of the neighbours.
    pub fn side(&self) -> Side {
        self.lists.side()
    }

    /// Returns the parameters with which the neighbours were computed.
    pub fn parameters(&self) -> &ModelParameters {
        &self.parameters
    }

    /// Returns the neighbours of every row.
    pub fn neighbours(&self) -> Neighbours<'a> {
        self.lists
    }

    pub(super) fn candidates(&self) -> Candidates<'a> {
        let raters = self.centring.options().raters;
        Candidates { matrix: self.matrix, raters, ties: self.ties }
    }

    /// Returns the users who are similar to a person: the stored neighbours, or for a guest those
    /// that a fit would have computed. Empty on the items' side.
    pub(super) fn similar_users(&self, person: &Profile) -> SimilarUsers<'a> {
        match (self.side(), person.user()) {
            (Side::Items, _) => SimilarUsers { list: Cow::Borrowed(&[]), all: None },
            (Side::Users, Some(user)) => {
                SimilarUsers { list: self.lists.list(user).into(), all: None }
            }
            (Side::Users, None) => self.similar_to_guest(person),
        }
    }

    fn similar_to_guest(&self, guest: &Profile) -> SimilarUsers<'a> {
        let own;
        let similarities = match self.all {
            Some(similarities) => similarities,
            None => {
                own = Similarities::new(self.matrix, Side::Users, self.parameters.similarity());
                &own
            }
        };
        let found = similarities.of_person(guest);
        let all = self.all.is_some().then(|| found.clone());
        SimilarUsers { list: self.parameters.best(found).into(), all }
    }

    /// Returns the users that predictions for a person are based on, ascending by index.
    pub(super) fn similar_users_by_index(
        &self,
        person: &Profile,
        similar: &SimilarUsers<'_>,
    ) -> Vec<Neighbour> {
        if let Some(similarities) = self.all {
            let stored = person.user().map(|user| similarities.row(user));
            return stored.or_else(|| similar.all.clone()).unwrap_or_default();
        }
        let mut list = similar.list.to_vec();
        list.sort_unstable_by_key(|other| other.index);
        list
    }

    /// Returns all items similar to `item`, ascending by index; `None` on the users' side, or if
    /// predictions use only stored neighbours.
    pub(super) fn all_similar_items(&self, item: ItemIdx) -> Option<Vec<Neighbour>> {
        let items = self.all.filter(|_| self.side() == Side::Items);
        items.map(|similarities| similarities.row(item))
    }
}
