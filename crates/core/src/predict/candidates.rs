//! Which neighbours have rated: those that a prediction is made of.

use super::order::Ties;
use crate::ids::{DenseIdx, ItemIdx, RowIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::Neighbour;
use crate::profile::Profile;
use crate::side::Side;
use std::borrow::Cow;
use std::cmp::Ordering;

/// What seeking an item in a row takes, in steps along a column.
const STEPS_A_SEARCH: usize = 8;

/// A neighbour that rated.
pub(crate) struct Candidate {
    pub(super) row: Neighbour,
    /// The neighbour's rating of the item; on the items' side the person's of the neighbour.
    pub(super) rating: f64,
    /// Where the rating stood in the file, for ties; 0 where that is not asked for.
    place: u32,
}

/// Finds the neighbours of similarity above 0 that rated, best first, `raters` at most.
#[derive(Clone, Copy)]
pub(crate) struct Candidates<'a> {
    pub(crate) matrix: &'a RatingMatrix,
    pub(crate) raters: usize,
    pub(crate) ties: Ties<'a>,
}

impl Candidates<'_> {
    /// The users of `known`, ascending by index, who rated `item`.
    pub(crate) fn who_rated(&self, known: &[Neighbour], item: ItemIdx) -> Vec<Candidate> {
        let rows = self.matrix.rows(Side::Items);
        let (row, first) = (rows.row(item), rows.range(item).start);
        let places = self.ties.places(Side::Items);
        let candidate = |(other, place): (&Neighbour, usize)| Candidate {
            row: *other,
            rating: row.rating(place, self.matrix.scale()),
            place: places.map_or(0, |places| place_of(places, first + place)),
        };
        let found = meet(known, row.columns().len(), |place| row.columns()[place]);
        self.best(found.map(candidate).collect())
    }

    /// The users of a list who rated each of some items, found along the users' rows, the most similar
    /// first: where few users are known that is quicker than along the items' columns, which all
    /// their raters are in.
    pub(crate) fn who_rated_each(
        &self,
        list: &[Neighbour],
        items: &[ItemIdx],
    ) -> Vec<Vec<Candidate>> {
        let known = self.in_order(list);
        let rows = self.matrix.rows(Side::Users);
        let mut open: Vec<usize> = (0..items.len()).collect();
        open.sort_unstable_by_key(|&place| items[place]);
        let most = self.raters.min(known.len());
        let mut found: Vec<_> = items.iter().map(|_| Vec::with_capacity(most)).collect();
        for &neighbour in known.iter().filter(|other| other.similarity > 0.0) {
            let row = rows.row(neighbour.index);
            // Columns ascend, and so do the open items: each is sought after the one before it.
            let mut from = 0;
            open.retain(|&place| {
                let sought = items[place].get();
                from += row.columns()[from..].partition_point(|&column| column < sought);
                if row.columns().get(from) == Some(&sought) {
                    let rating = row.rating(from, self.matrix.scale());
                    found[place].push(Candidate { row: neighbour, rating, place: 0 });
                }
                found[place].len() < self.raters
            });
        }
        found
    }

    /// Whether [`who_rated_each`](Self::who_rated_each) takes fewer steps than
    /// [`who_rated`](Self::who_rated) of each, and is allowed to.
    pub(crate) fn is_quicker_along_rows(&self, list: &[Neighbour], items: &[ItemIdx]) -> bool {
        let rows = self.matrix.rows(Side::Items);
        let along_columns: usize = items.iter().map(|&item| rows.row_len(item)).sum();
        let is_by_row = !matches!(self.ties, Ties::Reading(_));
        is_by_row && list.len() * items.len() * STEPS_A_SEARCH < along_columns
    }

    /// The items of `known`, ascending by index, that the person rated.
    pub(crate) fn rated_among(&self, known: &[Neighbour], person: &Profile) -> Vec<Candidate> {
        let ratings = person.ratings();
        let found = meet(known, ratings.len(), |place| ratings[place].0.get());
        let found = found.map(|(other, place)| self.rated(other, person, place));
        self.best(found.collect())
    }

    /// The items of a list that the person rated.
    pub(crate) fn rated_in_list(&self, list: &[Neighbour], person: &Profile) -> Vec<Candidate> {
        let liked = list.iter().filter(|other| other.similarity > 0.0);
        let found = liked.filter_map(|other| {
            let place = person.place_of(other.index.item())?;
            Some(self.rated(other, person, place))
        });
        match self.ties {
            // The list's own order.
            Ties::Overlap => found.take(self.raters).collect(),
            Ties::Appearance | Ties::Reading(_) => self.best(found.collect()),
        }
    }

    fn rated(&self, other: &Neighbour, person: &Profile, place: usize) -> Candidate {
        let first = person.user().map(|user| self.matrix.rows(Side::Users).range(user).start);
        let places = self.ties.places(Side::Users).zip(first);
        Candidate {
            row: *other,
            rating: person.ratings()[place].1,
            place: places.map_or(0, |(places, first)| place_of(places, first + place)),
        }
    }

    /// The best of those found.
    fn best(&self, mut found: Vec<Candidate>) -> Vec<Candidate> {
        found.retain(|candidate| candidate.row.similarity > 0.0);
        let order = |a: &Candidate, b: &Candidate| -> Ordering {
            match self.ties {
                Ties::Reading(_) => by_similarity(&a.row, &b.row).then(a.place.cmp(&b.place)),
                Ties::Overlap => a.row.rank_order(&b.row),
                Ties::Appearance => by_appearance(&a.row, &b.row),
            }
        };
        if found.len() > self.raters {
            found.select_nth_unstable_by(self.raters, order);
            found.truncate(self.raters);
        }
        found.sort_unstable_by(order);
        found
    }

    /// A list, of which equally similar neighbours are in the order that counts.
    fn in_order<'l>(&self, list: &'l [Neighbour]) -> Cow<'l, [Neighbour]> {
        match self.ties {
            Ties::Overlap => list.into(),
            Ties::Appearance | Ties::Reading(_) => {
                let mut list = list.to_vec();
                list.sort_unstable_by(by_appearance);
                list.into()
            }
        }
    }
}

/// Most similar first.
fn by_similarity(a: &Neighbour, b: &Neighbour) -> Ordering {
    b.similarity.total_cmp(&a.similarity)
}

/// Most similar first, then by first appearance.
fn by_appearance(a: &Neighbour, b: &Neighbour) -> Ordering {
    by_similarity(a, b).then(a.index.cmp(&b.index))
}

/// Where an entry was read; 0 for one that came later.
fn place_of(places: &[u32], entry: usize) -> u32 {
    places.get(entry).copied().unwrap_or(0)
}

/// The similarities whose index is also among `len` ascending numbers, with the place of each.
fn meet<'s>(
    known: &'s [Neighbour],
    len: usize,
    number: impl Fn(usize) -> u32 + 's,
) -> impl Iterator<Item = (&'s Neighbour, usize)> {
    let mut place = 0;
    let mut rest = known.iter().peekable();
    std::iter::from_fn(move || {
        while place < len {
            let wanted = RowIdx(number(place));
            // Few similarities against many numbers, or the other way round: gallop on either.
            while rest.next_if(|other| other.index < wanted).is_some() {}
            let next = rest.peek()?;
            if next.index == wanted {
                place += 1;
                return rest.next().map(|other| (other, place - 1));
            }
            place += 1;
        }
        None
    })
}
