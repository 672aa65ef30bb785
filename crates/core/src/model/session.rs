//! What a neighbourhood model answers for one person.

use super::view::{Alike, NeighbourView};
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

/// One person's neighbours and expectations.
struct NeighbourSession<'a> {
    view: NeighbourView<'a>,
    person: &'a Profile,
    alike: Alike<'a>,
    /// The users that predictions are made of, ascending by index; sorted when first asked for.
    by_index: OnceCell<Vec<Neighbour>>,
    expectations: OnceCell<Expectations<'a>>,
}

impl<'a> NeighbourSession<'a> {
    fn open(view: NeighbourView<'a>, person: &'a Profile) -> Result<Self, SessionError> {
        let scale = view.matrix.scale();
        if person.user().is_none()
            && let Some(&(_, rating)) =
                person.ratings().iter().find(|(_, rating)| !scale.contains(*rating))
        {
            return Err(SessionError::OffScale { scale: *scale, rating });
        }
        let alike = view.alike(person);
        let (by_index, expectations) = (OnceCell::new(), OnceCell::new());
        Ok(Self { view, person, alike, by_index, expectations })
    }

    fn expectations(&self) -> &Expectations<'a> {
        let NeighbourView { matrix, centring, .. } = self.view;
        self.expectations.get_or_init(|| centring.of_person(matrix, self.view.side(), self.person))
    }

    /// Who rated each of some items; on the items' side, what the person rated that is like each.
    fn candidates(&self, items: &[ItemIdx]) -> Vec<Vec<Candidate>> {
        match self.view.side() {
            Side::Users => self.who_rated(items),
            Side::Items => items.iter().map(|&item| self.rated_like(item)).collect(),
        }
    }

    fn who_rated(&self, items: &[ItemIdx]) -> Vec<Vec<Candidate>> {
        let (candidates, list) = (self.view.candidates(), &self.alike.list);
        if self.alike.all.is_none() && candidates.is_quicker_along_rows(list, items) {
            return candidates.who_rated_each(list, items);
        }
        let known = self.by_index();
        items.iter().map(|&item| candidates.who_rated(known, item)).collect()
    }

    fn rated_like(&self, item: ItemIdx) -> Vec<Candidate> {
        match self.view.all_like(item) {
            Some(all) => self.view.candidates().rated_among(&all, self.person),
            None => self.view.candidates().rated_in_list(self.view.lists.of(item), self.person),
        }
    }

    fn by_index(&self) -> &[Neighbour] {
        let sorted = || {
            let mut list = self.alike.list.to_vec();
            list.sort_unstable_by_key(|other| other.index);
            list
        };
        self.alike.all.as_deref().unwrap_or_else(|| self.by_index.get_or_init(sorted))
    }
}

impl Session for NeighbourSession<'_> {
    fn predict(&self, item: ItemIdx) -> Prediction {
        let candidates = self.candidates(&[item]).pop().unwrap_or_default();
        Averaging::new(self.expectations()).predict(&candidates, item)
    }

    fn predict_items(&self, items: &[ItemIdx]) -> Vec<Prediction> {
        let averaging = Averaging::new(self.expectations()).without_terms();
        let candidates = self.candidates(items).into_iter();
        candidates.zip(items).map(|(found, &item)| averaging.predict(&found, item)).collect()
    }

    fn rank(&self, top: TopN<'_>) -> Vec<Ranked> {
        let NeighbourView { matrix, lists, .. } = self.view;
        let alike = &self.alike.list;
        Scoring { matrix, lists, person: self.person, alike }.rank(top)
    }
}

impl<'v> NeighbourView<'v> {
    /// A session for as long as the parts are there.
    pub(super) fn open<'a>(self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError>
    where
        'v: 'a,
    {
        Ok(Box::new(NeighbourSession::open(self, person)?))
    }

    /// Computes what each item is like once for all its queries.
    fn predict_each_item(
        &self,
        queries: &[(UserIdx, ItemIdx)],
        take: &(dyn Fn(usize, Prediction) + Sync),
    ) {
        let mut order: Vec<usize> = (0..queries.len()).collect();
        order.sort_by_key(|&query| queries[query].1);
        let groups: Vec<&[usize]> = order.chunk_by(|&a, &b| queries[a].1 == queries[b].1).collect();
        groups.into_par_iter().for_each(|group| {
            let known = self.all_like(queries[group[0]].1).unwrap_or_default();
            for &query in group {
                let (user, item) = queries[query];
                let person = Profile::of_user(self.matrix, user);
                let expectations = self.centring.of_person(self.matrix, self.side(), &person);
                let candidates = self.candidates().rated_among(&known, &person);
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
        match (self.side(), self.all) {
            (Side::Items, Some(_)) => self.predict_each_item(queries, take),
            _ => return predict_by_user(self, queries, take),
        }
        Ok(())
    }
}
