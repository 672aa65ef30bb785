//! Selection of the neighbours with a rating, from which a prediction is computed.

use super::order::Ties;
use super::row_search::positions_of;
use crate::ids::{DenseIdx, ItemIdx, RowIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::Neighbour;
use crate::profile::Profile;
use crate::side::Side;
use std::borrow::Cow;
use std::cmp::Ordering;

/// Cost of searching for an item in a row, relative to a step along a column.
const SEARCH_COST: usize = 8;
/// Number of items that are searched for at a time: the usual length of a list.
const BATCH: usize = 10;

/// A neighbour with a rating.
pub(crate) struct Candidate {
    pub(super) row: Neighbour,
    /// The neighbour's rating of the item; on the items' side, the person's rating of the
    /// neighbour.
    pub(super) rating: f64,
    /// The position of the rating in the training file, for breaking ties; 0 if not needed.
    reading_position: u32,
}

/// Finds at most `raters` neighbours with a rating and a similarity above 0, best first.
#[derive(Clone, Copy)]
pub(crate) struct Candidates<'a> {
    pub(crate) matrix: &'a RatingMatrix,
    pub(crate) raters: usize,
    pub(crate) ties: Ties<'a>,
}

impl Candidates<'_> {
    /// Returns the users in `known` (ascending by index) who rated `item`.
    pub(crate) fn raters_of(&self, known: &[Neighbour], item: ItemIdx) -> Vec<Candidate> {
        let rows = self.matrix.rows(Side::Items);
        let (row, first) = (rows.row(item), rows.range(item).start);
        let order = self.ties.positions(Side::Items);
        let candidate = |(other, position): (&Neighbour, usize)| Candidate {
            row: *other,
            rating: row.rating(position, self.matrix.scale()),
            reading_position: order.map_or(0, |order| reading_position(order, first + position)),
        };
        let found = intersect(known, row.columns().len(), |position| row.columns()[position]);
        self.best(found.map(candidate).collect())
    }

    /// Passes each item, in order, with the users in `list` who rated it, most similar first, to `take`.
    /// Searches the users' rows, which is faster than scanning the items' columns if the list is short and
    /// the columns are long.
    pub(crate) fn raters_of_each(
        &self,
        list: &[Neighbour],
        items: &[ItemIdx],
        mut take: impl FnMut(ItemIdx, &[Candidate]),
    ) {
        let known = self.in_order(list);
        let capacity = self.raters.min(known.len());
        let mut found: [_; BATCH] = std::array::from_fn(|_| Vec::with_capacity(capacity));
        for items in items.chunks(BATCH) {
            found.iter_mut().for_each(Vec::clear);
            self.find_raters(&known, items, &mut found);
            items.iter().zip(&found).for_each(|(&item, found)| take(item, found));
        }
    }

    /// Adds the first users in `known` who rated each of at most [`BATCH`] items to `found`.
    fn find_raters(
        &self,
        known: &[Neighbour],
        items: &[ItemIdx],
        found: &mut [Vec<Candidate>; BATCH],
    ) {
        let rows = self.matrix.rows(Side::Users);
        let mut targets = [u32::MAX; BATCH];
        targets.iter_mut().zip(items).for_each(|(target, item)| *target = item.get());
        for &neighbour in known.iter().filter(|other| other.similarity > 0.0) {
            let row = rows.row(neighbour.index);
            let mut is_complete = true;
            let positions = positions_of(row.columns(), &targets);
            for (found, position) in found.iter_mut().zip(positions).take(items.len()) {
                if let Some(position) = position
                    && found.len() < self.raters
                {
                    let rating = row.rating(position, self.matrix.scale());
                    found.push(Candidate { row: neighbour, rating, reading_position: 0 });
                }
                is_complete &= found.len() == self.raters;
            }
            if is_complete {
                return;
            }
        }
    }

    /// Whether [`raters_of_each`](Self::raters_of_each) is applicable and cheaper than
    /// [`raters_of`](Self::raters_of) for each item.
    pub(crate) fn is_faster_by_rows(&self, list: &[Neighbour], items: &[ItemIdx]) -> bool {
        let rows = self.matrix.rows(Side::Items);
        let column_steps: usize = items.iter().map(|&item| rows.row_len(item)).sum();
        let is_applicable = !matches!(self.ties, Ties::Reading(_));
        is_applicable && list.len() * items.len() * SEARCH_COST < column_steps
    }

    /// Returns the items in `known` (ascending by index) that the person rated.
    pub(crate) fn rated_among(&self, known: &[Neighbour], person: &Profile) -> Vec<Candidate> {
        let ratings = person.ratings();
        let found = intersect(known, ratings.len(), |position| ratings[position].0.get());
        let found = found.map(|(other, position)| self.rated(other, person, position));
        self.best(found.collect())
    }

    /// Returns the items in `list` that the person rated.
    pub(crate) fn rated_in_list(&self, list: &[Neighbour], person: &Profile) -> Vec<Candidate> {
        let positive = list.iter().filter(|other| other.similarity > 0.0);
        let found = positive.filter_map(|other| {
            let position = person.position_of(other.index.item())?;
            Some(self.rated(other, person, position))
        });
        match self.ties {
            // The list is already in this order.
            Ties::Overlap => found.take(self.raters).collect(),
            Ties::Appearance | Ties::Reading(_) => self.best(found.collect()),
        }
    }

    fn rated(&self, other: &Neighbour, person: &Profile, position: usize) -> Candidate {
        let first = person.user().map(|user| self.matrix.rows(Side::Users).range(user).start);
        let order = self.ties.positions(Side::Users).zip(first);
        Candidate {
            row: *other,
            rating: person.ratings()[position].1,
            reading_position: order
                .map_or(0, |(order, first)| reading_position(order, first + position)),
        }
    }

    /// Returns the `raters` best candidates with a positive similarity, best first.
    fn best(&self, mut found: Vec<Candidate>) -> Vec<Candidate> {
        found.retain(|candidate| candidate.row.similarity > 0.0);
        let order = |a: &Candidate, b: &Candidate| -> Ordering {
            match self.ties {
                Ties::Reading(_) => {
                    by_similarity(&a.row, &b.row).then(a.reading_position.cmp(&b.reading_position))
                }
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

    /// Returns a list with ties between equally similar neighbours broken as configured.
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

/// Returns the position at which an entry was read; 0 if it was added later.
fn reading_position(order: &[u32], entry: usize) -> u32 {
    order.get(entry).copied().unwrap_or(0)
}

/// Intersects neighbours, ascending by index, with `len` ascending indices. Yields each common
/// neighbour with its position among the indices.
fn intersect<'s>(
    known: &'s [Neighbour],
    len: usize,
    index: impl Fn(usize) -> u32 + 's,
) -> impl Iterator<Item = (&'s Neighbour, usize)> {
    let mut position = 0;
    let mut rest = known.iter().peekable();
    std::iter::from_fn(move || {
        while position < len {
            let target = RowIdx(index(position));
            while rest.next_if(|other| other.index < target).is_some() {}
            let next = rest.peek()?;
            if next.index == target {
                position += 1;
                return rest.next().map(|other| (other, position - 1));
            }
            position += 1;
        }
        None
    })
}
