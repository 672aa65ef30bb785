//! Similarities of single pairs, of one row to all others, and of all pairs of a small data set.

mod accumulate;
#[cfg(feature = "ndarray")]
mod array;
mod cell;
mod finish;
mod plane;
mod scattered;

pub(crate) use accumulate::{Accumulator, Accumulators};
pub(crate) use cell::{Cell, LevelChange};
pub(crate) use finish::{Finisher, Needs, RowFacts, Sums, Terms};
pub(crate) use plane::{ColumnLists, Plane, RealSums, View};

use crate::ids::RowIdx;
use crate::matrix::RatingMatrix;
use crate::neighbours::Neighbour;
use crate::parameters::{ModelParameters, SimilarityParameters};
use crate::profile::Profile;
use crate::side::Side;
use crate::sums::{CoRatedSums, PackedSums};
use rayon::prelude::*;
use scattered::ScatteredRow;
use serde::Serialize;

/// The similarity of a pair of rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PairSimilarity {
    /// The weighted similarity; `None` if it is undefined or the overlap is below the minimum.
    pub similarity: Option<f64>,
    /// The measure before weighting; `None` if undefined.
    pub raw: Option<f64>,
    /// Number of co-rated columns.
    pub overlap: u32,
}

/// The similarities of one side of a matrix under one set of parameters.
///
/// ```
/// use likemind::{RatingMatrix, RatingScale, RatingTable, Side, Similarities, SimilarityOptions, UserIdx};
/// let mut table = RatingTable::new();
/// for (user, ratings) in [("ada", [1.0, 2.0, 3.0]), ("bob", [2.0, 4.0, 5.0])] {
///     for (item, rating) in ["x", "y", "z"].into_iter().zip(ratings) {
///         table.push(user, item, rating, None).unwrap();
///     }
/// }
/// let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
/// let parameters = SimilarityOptions::default().check().unwrap();
/// let similarities = Similarities::new(&matrix, Side::Users, parameters);
/// let pair = similarities.pair(UserIdx(0), UserIdx(1));
/// assert_eq!(pair.overlap, 3);
/// assert!((pair.raw.unwrap() - 0.9819805).abs() < 1e-7);
/// assert_eq!(pair.similarity, pair.raw.map(|r| r * (3.0 / 53.0)));
/// ```
#[derive(Debug)]
pub struct Similarities<'a> {
    matrix: &'a RatingMatrix,
    side: Side,
    plane: Plane<'a>,
    finisher: Finisher<'a>,
}

/// Number of pairs that a thread processes at a time.
const CHUNK_SIZE: usize = 4096;

/// Instantiates code for the kind of values that a plane holds, with the matching type of sums.
macro_rules! with_view {
    ($plane:expr, ($view:ident, $sums:ident) => $body:expr) => {
        match $plane {
            $crate::similarity::Plane::FewLevels { view: $view, .. } => {
                type $sums = $crate::sums::CoRatedSums;
                $body
            }
            $crate::similarity::Plane::Levels($view) => {
                type $sums = $crate::sums::CoRatedSums;
                $body
            }
            $crate::similarity::Plane::WideLevels($view) => {
                type $sums = $crate::sums::CoRatedSums;
                $body
            }
            $crate::similarity::Plane::Reals(reals) => {
                let $view = &reals.view();
                $crate::similarity::with_real_sums!(reals.sums(), $sums => $body)
            }
        }
    };
}

/// Like [`with_view!`], for the sums of a row of the given length with other rows.
macro_rules! with_view_of_row {
    ($plane:expr, $length:expr, ($view:ident, $sums:ident) => $body:expr) => {
        match $plane {
            $crate::similarity::Plane::FewLevels { view: $view, packed_length }
                if $length <= *packed_length =>
            {
                type $sums = $crate::sums::PackedSums;
                $body
            }
            plane => $crate::similarity::with_view!(plane, ($view, $sums) => $body),
        }
    };
}

/// Instantiates code for a type of sums of real values.
macro_rules! with_real_sums {
    ($kind:expr, $sums:ident => $body:expr) => {
        match $kind {
            $crate::similarity::RealSums::Correlation => {
                type $sums = $crate::sums::CorrelationSums;
                $body
            }
            $crate::similarity::RealSums::Products => {
                type $sums = $crate::sums::ProductSums;
                $body
            }
            $crate::similarity::RealSums::Differences => {
                type $sums = $crate::sums::DifferenceSums;
                $body
            }
        }
    };
}

pub(crate) use {with_real_sums, with_view, with_view_of_row};

impl<'a> Similarities<'a> {
    /// Creates the similarities of the rows of `side`. Fits the baseline if the measure needs one.
    pub fn new(matrix: &'a RatingMatrix, side: Side, parameters: SimilarityParameters) -> Self {
        let plane = Plane::new(matrix, side, &parameters);
        let finisher = Finisher::new(matrix, side, parameters, plane.norms(&parameters));
        Self { matrix, side, plane, finisher }
    }

    /// The side whose rows are compared.
    pub fn side(&self) -> Side {
        self.side
    }

    /// The rating matrix.
    pub fn matrix(&self) -> &'a RatingMatrix {
        self.matrix
    }

    /// Number of rows of the side.
    pub fn rows(&self) -> usize {
        self.matrix.rows(self.side).len()
    }

    pub(crate) fn plane(&self) -> &Plane<'a> {
        &self.plane
    }

    pub(crate) fn finisher(&self) -> &Finisher<'a> {
        &self.finisher
    }

    /// Returns the similarity of two rows, computed by merging them. Symmetric, bit for bit. A row
    /// past the end has no overlap with any other; a row is compared with itself like with any
    /// other.
    pub fn pair(&self, a: impl Into<RowIdx>, b: impl Into<RowIdx>) -> PairSimilarity {
        // Sum in the same direction for both argument orders, so that real values agree bit for
        // bit.
        let (a, b) = (a.into(), b.into());
        let (a, b) = (a.min(b), a.max(b));
        with_view!(&self.plane, (view, Sums) => {
            let sums: Sums = view.merge(a, b);
            self.finisher.pair(&sums, &self.finisher.facts(a), &self.finisher.facts(b))
        })
    }

    /// Returns the similarities of many pairs, in their order, using all threads of the current
    /// pool. Faster than calling [`pair`](Self::pair) for each, with the same bits. Fastest if
    /// pairs with the same row are adjacent.
    pub fn pairs(&self, pairs: &[(RowIdx, RowIdx)]) -> Vec<PairSimilarity> {
        with_view!(&self.plane, (view, Sums) => {
            let part = |part: &[(RowIdx, RowIdx)]| {
                let mut scattered = ScatteredRow::new(view);
                let pair = |&(a, b)| {
                    let (a, b) = (RowIdx::min(a, b), RowIdx::max(a, b));
                    let sums: Sums = scattered.sums(a, b);
                    self.finisher.pair(&sums, &self.finisher.facts(a), &self.finisher.facts(b))
                };
                part.iter().map(pair).collect::<Vec<_>>()
            };
            pairs.par_chunks(CHUNK_SIZE).flat_map_iter(part).collect()
        })
    }

    /// Returns the similarities of `row` to all other rows for which they are defined, ascending by
    /// index; empty for a row past the end.
    ///
    /// The values equal those of [`pair`](Self::pair), bit for bit.
    pub fn row(&self, row: impl Into<RowIdx>) -> Vec<Neighbour> {
        let row = row.into();
        with_view_of_row!(&self.plane, self.matrix.rows(self.side).row_len(row), (view, Sums) => {
            let entries: Vec<_> = view.row(row).collect();
            let mut found = self.against_all::<_, Sums>(view, &entries, &self.finisher.facts(row));
            found.retain(|other| other.index != row);
            found
        })
    }

    /// Returns the similarities of a person, given only by their ratings, to all users for which
    /// they are defined, ascending by index. If the ratings equal those of a stored user, the
    /// values are those of that user, who is also among the results. Empty on the items' side,
    /// where a person's ratings do not form a row.
    pub fn of_person(&self, person: &Profile) -> Vec<Neighbour> {
        if self.side == Side::Items {
            return Vec::new();
        }
        let (entries, facts) = self.plane.person(person, self.matrix.scale());
        match (&self.plane, entries) {
            (Plane::FewLevels { view, packed_length }, plane::PersonValues::Levels(values))
                if values.len() <= *packed_length =>
            {
                self.against_all::<_, PackedSums>(view, &bytes(&values), &facts)
            }
            (Plane::FewLevels { view, .. }, plane::PersonValues::Levels(values)) => {
                self.against_all::<_, CoRatedSums>(view, &bytes(&values), &facts)
            }
            (Plane::Levels(view), plane::PersonValues::Levels(values)) => {
                self.against_all::<_, CoRatedSums>(view, &bytes(&values), &facts)
            }
            (Plane::WideLevels(view), plane::PersonValues::Levels(values)) => {
                self.against_all::<_, CoRatedSums>(view, &values, &facts)
            }
            (Plane::Reals(reals), plane::PersonValues::Reals(values)) => {
                let view = &reals.view();
                with_real_sums!(reals.sums(), Sums => self.against_all::<_, Sums>(view, &values, &facts))
            }
            // `Plane::person` returns values of the plane's own kind.
            _ => Vec::new(),
        }
    }

    /// Returns the neighbours that a model with these parameters would store for a person given
    /// only by their ratings: at most k of those it keeps, best first. Empty without ratings. If
    /// the ratings equal those of a stored user, that user is among the neighbours. Empty on the
    /// items' side.
    pub fn neighbours_of_profile(
        &self,
        person: &Profile,
        parameters: &ModelParameters,
    ) -> Vec<Neighbour> {
        parameters.best(self.of_person(person))
    }

    /// Returns the neighbours that a model with these parameters stores for `row`: at most k of
    /// those it keeps, best first; empty for a row past the end. Equal to those of
    /// [`AllPairs`](crate::AllPairs), bit for bit.
    pub fn neighbours_of_row(
        &self,
        row: impl Into<RowIdx>,
        parameters: &ModelParameters,
    ) -> Vec<Neighbour> {
        parameters.best(self.row(row))
    }

    fn against_all<V: Copy, S: Cell<V>>(
        &self,
        view: &View<'_, V>,
        entries: &[(u32, V)],
        facts: &RowFacts<'_>,
    ) -> Vec<Neighbour> {
        let mut accumulator = Accumulator::<S>::new(0..self.rows() as u32);
        accumulator.add(view.lists(), entries);
        let mut found = Vec::new();
        accumulator.drain(|index, sums| {
            let index = RowIdx(index);
            let similarity = self.finisher.similarity(sums, facts, &self.finisher.facts(index));
            if let Some(similarity) = similarity {
                found.push(Neighbour { index, overlap: sums.overlap(), similarity });
            }
        });
        found.sort_unstable_by_key(|other| other.index);
        found
    }
}

/// Converts levels that are at most 255 to bytes.
fn bytes(levels: &[(u32, u32)]) -> Vec<(u32, u8)> {
    levels.iter().map(|&(column, level)| (column, level as u8)).collect()
}
