//! Computation of a similarity from a pair's sums. All kernels share this code.

use super::PairSimilarity;
use crate::ids::{DenseIdx, RowIdx};
use crate::matrix::{RatingMatrix, Rows};
use crate::measure::Measure;
use crate::parameters::{SimilarityOptions, SimilarityParameters};
use crate::profile::Profile;
use crate::scale::RatingScale;
use crate::side::Side;
use crate::sums::{
    CoRatedSums, CorrelationSums, DifferenceSums, PackedSums, ProductSums, Quotient,
    correlation_of, cosine_of, from_counts,
};
use crate::weighting::Weighting;

/// The sums of a pair over its co-rated columns.
pub(crate) trait Sums: Copy + Default + Send {
    /// Number of co-rated columns.
    fn overlap(&self) -> u32;
    /// The measure before weighting.
    fn raw(
        &self,
        finisher: &Finisher<'_>,
        left: &RowFacts<'_>,
        right: &RowFacts<'_>,
    ) -> Option<f64>;
}

/// What a measure may need to know about a row besides the sums.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowFacts<'p> {
    /// Number of ratings of the row.
    pub(crate) length: usize,
    /// The norm of the row over all its values; 0 if the measure does not use it.
    pub(crate) norm: f64,
    pub(super) source: RowSource<'p>,
}

/// The source of a row's ratings, for pairs whose sums are not accurate enough.
#[derive(Clone, Copy, Debug)]
pub(super) enum RowSource<'p> {
    Row(RowIdx),
    Person(&'p Profile),
}

/// The sums that a measure is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// n.
    Counts,
    /// n, Σx², Σy², Σxy.
    Products,
    /// All six.
    AllSums,
}

/// The form of a measure on levels, for computing bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Terms {
    /// [`Measure::Pcs`].
    Pcs,
    /// [`Measure::Cosine`] of level + offset.
    Cosine { offset: i64 },
    /// [`Measure::MeanSquaredDifference`] of levels with the given step.
    SquaredDifference { step: f64 },
    /// [`Measure::Overlap`].
    Overlap,
    /// [`Measure::Jaccard`].
    Jaccard,
    /// [`Measure::BinaryCosine`].
    BinaryCosine,
    /// Anything else.
    Other,
}

/// Computes similarities from sums.
#[derive(Debug)]
pub(crate) struct Finisher<'a> {
    parameters: SimilarityParameters,
    /// Number of columns with a rating; 0 if the weighting does not use it.
    columns: usize,
    /// The rows; some measures read their lengths.
    rows: &'a Rows,
    /// The norms of the rows; empty if the measure does not use them.
    norms: Vec<f64>,
    ratings: RatingMap,
}

/// Returns the number of rows with a rating.
fn rows_with_ratings(rows: &Rows) -> usize {
    rows.indices().filter(|&row| rows.row_len(row) > 0).count()
}

/// Conversion of sums over levels to sums over ratings.
#[derive(Clone, Copy, Debug)]
struct RatingMap {
    scale: RatingScale,
    step: f64,
    /// min/step − 1 if it is an integer: rating/step is then the integer level + offset.
    offset: Option<i64>,
}

impl<'a> Finisher<'a> {
    pub(super) fn new(
        matrix: &'a RatingMatrix,
        side: Side,
        parameters: SimilarityParameters,
        norms: Vec<f64>,
    ) -> Self {
        let rows = matrix.rows(side);
        let scale = matrix.scale();
        let step = scale.step().unwrap_or(1.0);
        let steps = scale.min() / step;
        let is_whole = (steps - steps.round()).abs() < 1e-9 && steps.abs() < 1e9;
        let offset = is_whole.then(|| steps.round() as i64 - 1);
        Self {
            parameters,
            columns: match parameters.options().weighting {
                Weighting::Mahout => rows_with_ratings(matrix.rows(side.other())),
                _ => 0,
            },
            rows,
            norms,
            ratings: RatingMap { scale: *scale, step, offset },
        }
    }

    /// Returns the facts of a row; those of an empty row past the end.
    pub(crate) fn facts(&self, row: RowIdx) -> RowFacts<'static> {
        RowFacts {
            length: self.length(row) as usize,
            norm: self.norms.get(row.at()).copied().unwrap_or(0.0),
            source: RowSource::Row(row),
        }
    }

    /// Number of ratings of a row; 0 past the end.
    pub(crate) fn length(&self, row: RowIdx) -> u32 {
        self.rows.row_len(row) as u32
    }

    pub(crate) fn options(&self) -> &SimilarityOptions {
        self.parameters.options()
    }

    /// The form of the measure on levels.
    pub(crate) fn terms(&self) -> Terms {
        match (self.measure(), self.ratings.offset) {
            (Measure::Pcs, _) => Terms::Pcs,
            (Measure::Cosine, Some(offset)) => Terms::Cosine { offset },
            (Measure::MeanSquaredDifference, _) => {
                Terms::SquaredDifference { step: self.ratings.step }
            }
            (Measure::Overlap, _) => Terms::Overlap,
            (Measure::Jaccard, _) => Terms::Jaccard,
            (Measure::BinaryCosine, _) => Terms::BinaryCosine,
            _ => Terms::Other,
        }
    }

    /// The sums that [`similarity`](Self::similarity) reads.
    pub(crate) fn needs(&self) -> Needs {
        match self.terms() {
            Terms::Cosine { offset: 0 } | Terms::SquaredDifference { .. } => Needs::Products,
            Terms::Overlap | Terms::Jaccard | Terms::BinaryCosine => Needs::Counts,
            Terms::Pcs | Terms::Cosine { .. } | Terms::Other => Needs::AllSums,
        }
    }

    /// Returns the weighted similarity of a pair, which is finite; `None` if it is undefined or the
    /// overlap is below the minimum.
    #[inline(always)]
    pub(crate) fn similarity<S: Sums>(
        &self,
        sums: &S,
        left: &RowFacts<'_>,
        right: &RowFacts<'_>,
    ) -> Option<f64> {
        let (options, overlap) = (self.parameters.options(), sums.overlap());
        if overlap < options.min_overlap {
            return None;
        }
        let raw = sums.raw(self, left, right)?;
        Some(options.weighting.apply(raw, overlap, self.columns))
    }

    pub(super) fn pair<S: Sums>(
        &self,
        sums: &S,
        left: &RowFacts<'_>,
        right: &RowFacts<'_>,
    ) -> PairSimilarity {
        let raw = if sums.overlap() == 0 { None } else { sums.raw(self, left, right) };
        PairSimilarity {
            similarity: self.similarity(sums, left, right),
            raw,
            overlap: sums.overlap(),
        }
    }

    fn measure(&self) -> Measure {
        self.parameters.options().measure
    }

    /// Returns the co-rated ratings of two rows, in column order.
    fn co_rated(&self, left: &RowFacts<'_>, right: &RowFacts<'_>) -> Vec<(f64, f64)> {
        let (left, right) = (self.ratings_of(left), self.ratings_of(right));
        let mut right = right.into_iter().peekable();
        let mut pairs = Vec::new();
        for (column, x) in left {
            while right.next_if(|&(other, _)| other < column).is_some() {}
            if let Some((_, y)) = right.next_if(|&(other, _)| other == column) {
                pairs.push((x, y));
            }
        }
        pairs
    }

    fn ratings_of(&self, row: &RowFacts<'_>) -> Vec<(u32, f64)> {
        match row.source {
            RowSource::Row(row) => {
                let row = self.rows.row(row);
                row.columns().iter().copied().zip(row.ratings(&self.ratings.scale)).collect()
            }
            RowSource::Person(person) => {
                person.ratings().iter().map(|&(item, rating)| (item.0, rating)).collect()
            }
        }
    }
}

impl Sums for CoRatedSums {
    fn overlap(&self) -> u32 {
        self.n
    }

    #[inline(always)]
    fn raw(
        &self,
        finisher: &Finisher<'_>,
        left: &RowFacts<'_>,
        right: &RowFacts<'_>,
    ) -> Option<f64> {
        let map = &finisher.ratings;
        match finisher.measure() {
            Measure::Pcs => self.pcs(),
            Measure::Cosine => map.cosine(self),
            Measure::MeanSquaredDifference => {
                self.mean_squared_difference().map(|msd| 1.0 / (1.0 + msd * map.step * map.step))
            }
            measure => from_counts(measure, self.n, left.length, right.length),
        }
    }
}

impl Sums for PackedSums {
    #[inline(always)]
    fn overlap(&self) -> u32 {
        self.overlap()
    }

    #[inline(always)]
    fn raw(
        &self,
        finisher: &Finisher<'_>,
        left: &RowFacts<'_>,
        right: &RowFacts<'_>,
    ) -> Option<f64> {
        self.widen().raw(finisher, left, right)
    }
}

impl Sums for CorrelationSums {
    fn overlap(&self) -> u32 {
        self.overlap()
    }

    fn raw(
        &self,
        finisher: &Finisher<'_>,
        left: &RowFacts<'_>,
        right: &RowFacts<'_>,
    ) -> Option<f64> {
        match self.correlation() {
            Quotient::Accurate(correlation) => Some(correlation),
            Quotient::Undefined => None,
            Quotient::Inaccurate => correlation_of(&finisher.co_rated(left, right)),
        }
    }
}

impl Sums for ProductSums {
    fn overlap(&self) -> u32 {
        self.overlap()
    }

    fn raw(
        &self,
        finisher: &Finisher<'_>,
        left: &RowFacts<'_>,
        right: &RowFacts<'_>,
    ) -> Option<f64> {
        match (finisher.measure(), self.cosine()) {
            (Measure::CentredCosine, _) => self.cosine_with_norms(left.norm, right.norm),
            (Measure::BaselinePearson, _) if self.overlap() < 2 => None,
            (_, Quotient::Accurate(cosine)) => Some(cosine),
            (Measure::Cosine, _) => cosine_of(&finisher.co_rated(left, right)),
            _ => None,
        }
    }
}

impl Sums for DifferenceSums {
    fn overlap(&self) -> u32 {
        self.overlap()
    }

    fn raw(
        &self,
        finisher: &Finisher<'_>,
        left: &RowFacts<'_>,
        right: &RowFacts<'_>,
    ) -> Option<f64> {
        match finisher.measure() {
            Measure::MeanSquaredDifference => self.mean().map(|mean| 1.0 / (1.0 + mean)),
            measure => from_counts(measure, self.overlap(), left.length, right.length),
        }
    }
}

impl RatingMap {
    /// Σxy/√(Σx²·Σy²) of the ratings that the levels represent. Computed with exact integers if the
    /// scale's minimum is a whole number of steps, since a common factor does not change a cosine.
    fn cosine(&self, sums: &CoRatedSums) -> Option<f64> {
        if let Some(offset) = self.offset {
            let (xx, yy, xy) = sums.shifted_squares(offset);
            let product = xx as f64 * yy as f64;
            return (xx > 0 && yy > 0).then(|| (xy as f64 / product.sqrt()).clamp(-1.0, 1.0));
        }
        let n = f64::from(sums.n);
        let constant = self.scale.min() - self.step;
        let product = |sum: i64, a: i64, b: i64| {
            let linear = constant * self.step * (a + b) as f64;
            self.step * self.step * sum as f64 + linear + n * constant * constant
        };
        let xx = product(sums.xx, sums.x, sums.x);
        let yy = product(sums.yy, sums.y, sums.y);
        let quotient = product(sums.xy, sums.x, sums.y) / (xx.sqrt() * yy.sqrt());
        (xx > 0.0 && yy > 0.0 && quotient.is_finite()).then(|| quotient.clamp(-1.0, 1.0))
    }
}
