//! The session of a neighbourhood model.

use super::view::{NeighbourView, SimilarUsers};
use super::{Model, Session, SessionError, predict_by_user};
use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::Neighbour;
use crate::predict::{Averaging, Candidate, Expectations, Prediction};
use crate::profile::Profile;
use crate::rank::{Ranked, Scoring, TopN};
use crate::side::Side;
use rayon::prelude::*;
use std::cell::OnceCell;

/// A session with the person's neighbours and expected ratings.
struct NeighbourSession<'a> {
    view: NeighbourView<'a>,
    person: &'a Profile,
    similar_users: SimilarUsers<'a>,
    /// The users that predictions are based on, ascending by index; computed on first use.
    by_index: OnceCell<Vec<Neighbour>>,
    expectations: OnceCell<Expectations<'a>>,
}

impl<'a> NeighbourSession<'a> {
    fn open(view: NeighbourView<'a>, person: &'a Profile) -> Result<Self, SessionError> {
        SessionError::check(person, view.matrix.scale())?;
        let similar_users = view.similar_users(person);
        let (by_index, expectations) = (OnceCell::new(), OnceCell::new());
        Ok(Self { view, person, similar_users, by_index, expectations })
    }

    fn expectations(&self) -> &Expectations<'a> {
        let NeighbourView { matrix, centring, .. } = self.view;
        self.expectations.get_or_init(|| centring.of_person(matrix, self.view.side(), self.person))
    }

    /// Returns the similar users who rated an item; on the items' side, the similar items that the
    /// person rated.
    fn candidates(&self, item: ItemIdx) -> Vec<Candidate> {
        let candidates = self.view.candidates();
        match (self.view.side(), self.view.all_similar_items(item)) {
            (Side::Users, _) => candidates.raters_of(self.by_index(), item),
            (Side::Items, Some(all)) => candidates.rated_among(&all, self.person),
            (Side::Items, None) => {
                candidates.rated_in_list(self.view.lists.list(item), self.person)
            }
        }
    }

    /// Whether the candidates of these items are found faster along the users' rows than along the items'
    /// columns.
    fn is_faster_by_rows(&self, items: &[ItemIdx]) -> bool {
        let uses_list = self.view.side() == Side::Users && self.view.all.is_none();
        let list = &self.similar_users.list;
        uses_list && self.view.candidates().is_faster_by_rows(list, items)
    }

    fn by_index(&self) -> &[Neighbour] {
        self.by_index
            .get_or_init(|| self.view.similar_users_by_index(self.person, &self.similar_users))
    }
}

impl Session for NeighbourSession<'_> {
    fn predict(&self, item: ItemIdx) -> Prediction {
        Averaging::new(self.expectations()).predict(&self.candidates(item), item)
    }

    fn predict_items(&self, items: &[ItemIdx]) -> Vec<Prediction> {
        let averaging = Averaging::new(self.expectations()).without_terms();
        if !self.is_faster_by_rows(items) {
            // One item at a time, since a popular item has many candidates.
            let each = items.iter();
            return each.map(|&item| averaging.predict(&self.candidates(item), item)).collect();
        }
        let mut predictions = Vec::with_capacity(items.len());
        self.view.candidates().raters_of_each(&self.similar_users.list, items, |item, raters| {
            predictions.push(averaging.predict(raters, item));
        });
        predictions
    }

    fn rank(&self, top: TopN<'_>) -> Vec<Ranked> {
        let NeighbourView { matrix, lists, .. } = self.view;
        let has_plain_cosines = self.view.has_plain_cosines();
        let (person, similar_users) = (self.person, &self.similar_users.list[..]);
        Scoring { matrix, lists, person, has_plain_cosines, similar_users }.rank(top)
    }
}

impl<'v> NeighbourView<'v> {
    /// Opens a session that borrows the parts of the view, not the view itself.
    pub(super) fn open<'a>(self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError>
    where
        'v: 'a,
    {
        Ok(Box::new(NeighbourSession::open(self, person)?))
    }

    /// Groups the queries by item, and computes the similar items once per group.
    fn predict_each_item(
        &self,
        queries: &[(UserIdx, ItemIdx)],
        take: &(dyn Fn(usize, Prediction) + Sync),
    ) {
        let mut order: Vec<usize> = (0..queries.len()).collect();
        order.sort_by_key(|&query| queries[query].1);
        let groups: Vec<&[usize]> = order.chunk_by(|&a, &b| queries[a].1 == queries[b].1).collect();
        groups.into_par_iter().for_each(|group| {
            let similar = self.all_similar_items(queries[group[0]].1).unwrap_or_default();
            for &query in group {
                let (user, item) = queries[query];
                let person = Profile::from_user(self.matrix, user);
                let expectations = self.centring.of_person(self.matrix, self.side(), &person);
                let candidates = self.candidates().rated_among(&similar, &person);
                let averaging = Averaging::new(&expectations).without_terms();
                take(query, averaging.predict(&candidates, item));
            }
        });
    }
}

impl Model for NeighbourView<'_> {
    fn matrix(&self) -> &RatingMatrix {
        self.matrix
    }

    fn session<'a>(&'a self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError> {
        self.open(person)
    }

    fn predict_each(
        &self,
        queries: &[(UserIdx, ItemIdx)],
        take: &(dyn Fn(usize, Prediction) + Sync),
    ) -> Result<(), SessionError> {
        if self.side() == Side::Users || self.all.is_none() {
            return predict_by_user(self, queries, take);
        }
        self.predict_each_item(queries, take);
        Ok(())
    }
}
