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

/// A [`NeighbourModel`](crate::NeighbourModel) of parts that are kept elsewhere: of ratings that go
/// on changing, of neighbours that are kept exact beside them, of a [`Centring`] that is fitted anew now
/// and then. Costs nothing to make.
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
/// let bob = Profile::of_user(view.matrix(), UserIdx(1));
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

/// The users who are like a person.
pub(super) struct Alike<'a> {
    /// At most k, best first: those that a model stores.
    pub(super) list: Cow<'a, [Neighbour]>,
    /// All of them, ascending by index: of a person who is not stored, where predictions are made of all.
    pub(super) all: Option<Vec<Neighbour>>,
}

impl<'a> NeighbourView<'a> {
    /// The model of the ratings of `matrix` and the neighbours of `lists`, a `&NeighbourIndex` or a
    /// `&LiveIndex` that was made of them under `parameters`, or of slightly earlier ratings.
    /// Whose neighbours they are, the lists say.
    pub fn new(
        matrix: &'a RatingMatrix,
        parameters: ModelParameters,
        lists: impl Into<Neighbours<'a>>,
        centring: &'a Centring,
    ) -> Self {
        let ties = parameters.options().dialect.ties(None);
        Self { matrix, parameters, lists: lists.into(), all: None, centring, ties }
    }

    /// Predicts from all rows that are similar enough to count, computed when asked for, not only
    /// from the k that are kept. Rankings stay by these.
    ///
    /// `similarities` are to be of the same side and matrix.
    pub fn predicting_from_all(self, similarities: &'a Similarities<'a>) -> Self {
        Self { all: Some(similarities), ..self }
    }

    /// Breaks ties between equally similar neighbours in another way than the model's dialect does.
    pub fn with_ties(self, ties: Ties<'a>) -> Self {
        Self { ties, ..self }
    }

    /// Whose neighbours.
    pub fn side(&self) -> Side {
        self.lists.side()
    }

    /// What the neighbours were made with.
    pub fn parameters(&self) -> &ModelParameters {
        &self.parameters
    }

    /// The neighbours.
    pub fn neighbours(&self) -> Neighbours<'a> {
        self.lists
    }

    pub(super) fn candidates(&self) -> Candidates<'a> {
        let raters = self.centring.options().raters;
        Candidates { matrix: self.matrix, raters, ties: self.ties }
    }

    /// The users who are like a person: the stored neighbours, or for somebody who is not stored, those
    /// that a fit would have given them.
    pub(super) fn alike(&self, person: &Profile) -> Alike<'a> {
        match (self.side(), person.user()) {
            (Side::Items, _) => Alike { list: Cow::Borrowed(&[]), all: None },
            (Side::Users, Some(user)) => Alike { list: self.lists.of(user).into(), all: None },
            (Side::Users, None) => self.alike_guest(person),
        }
    }

    fn alike_guest(&self, person: &Profile) -> Alike<'a> {
        let own;
        let similarities = match self.all {
            Some(similarities) => similarities,
            None => {
                own = Similarities::new(self.matrix, Side::Users, self.parameters.similarity());
                &own
            }
        };
        let found = similarities.of_person(person);
        let all = self.all.is_some().then(|| found.clone());
        Alike { list: self.parameters.best(found).into(), all }
    }

    /// The users that predictions for a person are made of, ascending by index.
    pub(super) fn alike_by_index(&self, person: &Profile, alike: &Alike<'_>) -> Vec<Neighbour> {
        if let Some(similarities) = self.all {
            let stored = person.user().map(|user| similarities.row(user));
            return stored.or_else(|| alike.all.clone()).unwrap_or_default();
        }
        let mut list = alike.list.to_vec();
        list.sort_unstable_by_key(|other| other.index);
        list
    }

    /// The items like `item`, ascending by index, where predictions are made of all.
    pub(super) fn all_like(&self, item: ItemIdx) -> Option<Vec<Neighbour>> {
        let items = self.all.filter(|_| self.side() == Side::Items);
        items.map(|similarities| similarities.row(item))
    }
}
