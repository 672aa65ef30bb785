//! Neighbourhood prediction.

use super::centre::Centring;
use super::{Prediction, PredictionOptions, Predictor, ReadingOrder, Source, Term};
use crate::ids::{DenseIdx, ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::NeighbourIndex;
use crate::parameters::ParameterError;
use crate::predict::Centre;
use crate::profile::Profile;
use crate::side::Side;
use crate::similarity::{RowSimilarity, Similarities};
use rayon::prelude::*;
use std::cmp::Ordering;

/// Where a row's similarities come from.
pub enum Neighbourhood<'a> {
    /// Every other row, computed when asked for.
    All(&'a Similarities<'a>),
    /// The neighbours that a model stored.
    Stored(&'a NeighbourIndex),
}

impl Neighbourhood<'_> {
    fn side(&self) -> Side {
        match self {
            Self::All(similarities) => similarities.side(),
            Self::Stored(index) => index.side(),
        }
    }

    /// A stored row's similarities, ascending by index.
    fn of_row(&self, row: u32) -> Vec<RowSimilarity> {
        match self {
            Self::All(similarities) => similarities.row(row),
            Self::Stored(index) => {
                let mut found: Vec<_> = index.of(row as usize).iter().map(Into::into).collect();
                found.sort_unstable_by_key(|other: &RowSimilarity| other.index);
                found
            }
        }
    }

    /// The similarities of a person known by their ratings alone. A stored index knows none.
    fn of_person(&self, person: &Profile) -> Vec<RowSimilarity> {
        match self {
            Self::All(similarities) => similarities.of_person(person),
            Self::Stored(_) => Vec::new(),
        }
    }
}

/// Predicts from the most similar neighbours that rated:
/// r̂ = base + unit · Σ s·d / (λ + Σ|s|), summed over at most `raters` neighbours of similarity
/// s > 0, largest first; d is a neighbour's rating less what was expected of it, in its own units
/// (Herlocker et al., SIGIR 1999; Koren, *TKDD* 4, 2010). What base, unit and d are,
/// [`Centre`](super::Centre) says.
///
/// Users' side: neighbours of the person that rated the item. Items' side: neighbours of the item
/// that the person rated.
pub struct NeighbourhoodPredictor<'a> {
    matrix: &'a RatingMatrix,
    neighbourhood: Neighbourhood<'a>,
    options: PredictionOptions,
    centring: Centring,
    ties: Option<&'a ReadingOrder>,
}

/// A neighbour that rated.
struct Candidate {
    row: RowSimilarity,
    rating: f64,
    /// Where the rating stood in the file, for ties; 0 where that is not asked for.
    place: u32,
}

impl<'a> NeighbourhoodPredictor<'a> {
    /// A predictor over the ratings of `matrix`. Fits the baseline and the rows' means.
    ///
    /// # Errors
    /// [`ParameterError`] for options out of range.
    pub fn new(
        matrix: &'a RatingMatrix,
        neighbourhood: Neighbourhood<'a>,
        options: PredictionOptions,
    ) -> Result<Self, ParameterError> {
        let centring = Centring::new(matrix, neighbourhood.side(), options)?;
        Ok(Self { matrix, neighbourhood, options, centring, ties: None })
    }

    /// Breaks ties between equal similarities by the order of the training file, as Surprise does,
    /// in place of larger overlap and first appearance.
    pub fn with_ties_by(mut self, order: &'a ReadingOrder) -> Self {
        self.ties = Some(order);
        self
    }

    fn side(&self) -> Side {
        self.neighbourhood.side()
    }

    /// The similarities of the row that a prediction asks for.
    fn similarities(&self, person: &Profile, item: ItemIdx) -> Vec<RowSimilarity> {
        match (self.side(), person.user()) {
            (Side::Items, _) => self.neighbourhood.of_row(item.get()),
            (Side::Users, Some(user)) => self.neighbourhood.of_row(user.get()),
            (Side::Users, None) => self.neighbourhood.of_person(person),
        }
    }

    /// The neighbours of similarity above 0 that rated, best first, `raters` at most.
    fn candidates(
        &self,
        known: &[RowSimilarity],
        person: &Profile,
        item: ItemIdx,
    ) -> Vec<Candidate> {
        let mut found = match self.side() {
            Side::Users => self.raters_of(known, item),
            Side::Items => self.rated_by(known, person),
        };
        found.retain(|candidate| candidate.row.similarity > 0.0);
        let order = |a: &Candidate, b: &Candidate| -> Ordering {
            let similarity = b.row.similarity.total_cmp(&a.row.similarity);
            match self.ties {
                Some(_) => similarity.then(a.place.cmp(&b.place)),
                None => similarity
                    .then(b.row.overlap.cmp(&a.row.overlap))
                    .then(a.row.index.cmp(&b.row.index)),
            }
        };
        if found.len() > self.options.raters {
            found.select_nth_unstable_by(self.options.raters, order);
            found.truncate(self.options.raters);
        }
        found.sort_unstable_by(order);
        found
    }

    /// The known users who rated `item`. Both sides ascend by index.
    fn raters_of(&self, known: &[RowSimilarity], item: ItemIdx) -> Vec<Candidate> {
        let rows = self.matrix.rows(Side::Items);
        let (row, first) = (rows.row(item.at()), rows.range(item.at()).start);
        let places = self.ties.map(|ties| ties.places(Side::Items));
        meet(known, row.columns().len(), |place| row.columns()[place])
            .map(|(other, place)| Candidate {
                row: *other,
                rating: row.rating(place, self.matrix.scale()),
                place: places.map_or(0, |places| places[first + place]),
            })
            .collect()
    }

    /// The known items that the person rated.
    fn rated_by(&self, known: &[RowSimilarity], person: &Profile) -> Vec<Candidate> {
        let first = person.user().map(|user| self.matrix.rows(Side::Users).range(user.at()).start);
        let places = self.ties.map(|ties| ties.places(Side::Users)).zip(first);
        let ratings = person.ratings();
        meet(known, ratings.len(), |place| ratings[place].0.get())
            .map(|(other, place)| Candidate {
                row: *other,
                rating: ratings[place].1,
                place: places.map_or(0, |(places, first)| places[first + place]),
            })
            .collect()
    }

    fn predict_with(&self, known: &[RowSimilarity], person: &Profile, item: ItemIdx) -> Prediction {
        let candidates = self.candidates(known, person, item);
        if candidates.len() < self.options.min_raters {
            let known_item = self.matrix.rows(Side::Items).row_len(item.at()) > 0;
            let (rating, source) = self.centring.fallback(person, item, known_item);
            let fallback = Prediction::fallback(rating, source, self.matrix);
            return Prediction { confidence: Some(0.0), ..fallback };
        }
        self.average(&candidates, person, item)
    }

    fn average(&self, candidates: &[Candidate], person: &Profile, item: ItemIdx) -> Prediction {
        let weight: f64 = candidates.iter().map(|candidate| candidate.row.similarity).sum();
        let denominator = self.options.denominator_shrinkage + weight;
        let expected = self.centring.expected(person, item);
        let base = match self.options.centre {
            // Nothing is subtracted, so λ draws to the mean of all ratings.
            Centre::None => {
                self.centring.global_mean() * (self.options.denominator_shrinkage / denominator)
            }
            _ => expected.base,
        };
        let (mut terms, mut sum) = (Vec::with_capacity(candidates.len()), 0.0);
        for Candidate { row, rating, .. } in candidates {
            let distance = self.centring.distance(row.index, *rating, person, item);
            sum += row.similarity * distance;
            terms.push(Term {
                neighbour: row.index,
                similarity: row.similarity,
                overlap: row.overlap,
                rating: *rating,
                contribution: expected.unit * row.similarity * distance / denominator,
            });
        }
        let score = base + expected.unit * sum / denominator;
        Prediction {
            rating: self.matrix.scale().clip(score),
            score,
            base,
            terms,
            source: Source::Neighbours,
            confidence: Some(weight / (1.0 + weight)),
        }
    }
}

/// The similarities whose index is also among `len` ascending numbers, with the place of each.
fn meet<'s>(
    known: &'s [RowSimilarity],
    len: usize,
    number: impl Fn(usize) -> u32 + 's,
) -> impl Iterator<Item = (&'s RowSimilarity, usize)> {
    let mut place = 0;
    let mut rest = known.iter().peekable();
    std::iter::from_fn(move || {
        while place < len {
            let wanted = number(place);
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

impl Predictor for NeighbourhoodPredictor<'_> {
    fn predict(&self, person: &Profile, item: ItemIdx) -> Prediction {
        self.predict_with(&self.similarities(person, item), person, item)
    }

    /// Computes each row's similarities once for all its queries.
    fn predict_all(
        &self,
        matrix: &RatingMatrix,
        queries: &[(UserIdx, ItemIdx)],
    ) -> Vec<Prediction> {
        let row_of = |query: usize| match self.side() {
            Side::Users => queries[query].0.get(),
            Side::Items => queries[query].1.get(),
        };
        let mut order: Vec<usize> = (0..queries.len()).collect();
        order.sort_by_key(|&query| row_of(query));
        let groups: Vec<&[usize]> = order.chunk_by(|&a, &b| row_of(a) == row_of(b)).collect();
        let predicted = groups.into_par_iter().flat_map_iter(|group| {
            let known = self.neighbourhood.of_row(row_of(group[0]));
            group.iter().map(move |&query| {
                let (user, item) = queries[query];
                (query, self.predict_with(&known, &Profile::of_user(matrix, user), item))
            })
        });
        let mut predicted: Vec<_> = predicted.collect();
        predicted.sort_unstable_by_key(|&(query, _)| query);
        predicted.into_iter().map(|(_, prediction)| prediction).collect()
    }
}
