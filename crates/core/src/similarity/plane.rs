//! The values that a measure sums over, by row and by column of one side.

use super::cell::Cell;
use super::finish::{RowFacts, RowSource};
use crate::baseline::{Baseline, BaselineOptions};
use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::{RatingMatrix, Rows, Span, Values};
use crate::measure::Measure;
use crate::parameters::SimilarityParameters;
use crate::profile::Profile;
use crate::scale::RatingScale;
use crate::side::Side;
use crate::sums::{HIGHEST_PACKED_LEVEL, PackedSums, deviations};
use std::borrow::Cow;
use std::ops::Range;

/// The values of a side, by row and by column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a, V> {
    pub(crate) rows: &'a Rows,
    pub(crate) row_values: &'a [V],
    pub(crate) columns: &'a Rows,
    pub(crate) column_values: &'a [V],
}

/// For each column, its rows (or their positions in some order), ascending, and their values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColumnLists<'a, V> {
    pub(crate) spans: &'a [Span],
    pub(crate) rows: &'a [u32],
    pub(crate) values: &'a [V],
}

impl<'a, V> ColumnLists<'a, V> {
    /// Returns the list of a column; empty past the end.
    pub(crate) fn of(&self, column: u32) -> (&'a [u32], &'a [V]) {
        let range = self.spans.get(column as usize).map_or(0..0, |span| span.range());
        (&self.rows[range.clone()], &self.values[range])
    }

    /// Returns the entries of a column that are within a range of rows, ascending.
    pub(crate) fn within(
        &self,
        column: u32,
        rows: &Range<u32>,
    ) -> impl Iterator<Item = (u32, V)> + use<'a, V>
    where
        V: Copy,
    {
        let (raters, values) = self.of(column);
        // Most calls want a whole column, or all of one end.
        let first = match raters.first() {
            Some(&rater) if rater < rows.start => raters.partition_point(|&r| r < rows.start),
            _ => 0,
        };
        let end = match raters.last() {
            Some(&rater) if rater >= rows.end => raters.partition_point(|&r| r < rows.end),
            _ => raters.len(),
        };
        let range = first..end.max(first);
        raters[range.clone()].iter().copied().zip(values[range].iter().copied())
    }
}

impl<'a, V: Copy> View<'a, V> {
    /// The lists of all columns.
    pub(crate) fn lists(&self) -> ColumnLists<'a, V> {
        ColumnLists {
            spans: self.columns.spans(),
            rows: self.columns.columns(),
            values: self.column_values,
        }
    }

    /// Returns the columns and values of a row, ascending; none past the end.
    pub(crate) fn row(&self, row: RowIdx) -> impl Iterator<Item = (u32, V)> + use<'a, V> {
        let range = self.rows.range(row);
        let columns = &self.rows.columns()[range.clone()];
        columns.iter().copied().zip(self.row_values[range].iter().copied())
    }
}

impl<V: Copy> View<'_, V> {
    /// Returns the sums of two rows over their co-rated columns, in ascending order.
    pub(crate) fn merge<S: Cell<V>>(&self, a: RowIdx, b: RowIdx) -> S {
        let (mut left, mut right) = (self.row(a).peekable(), self.row(b).peekable());
        let mut sums = S::default();
        while let (Some(&(i, x)), Some(&(j, y))) = (left.peek(), right.peek()) {
            if i == j {
                sums.accumulate(x, y);
            }
            if i <= j {
                left.next();
            }
            if j <= i {
                right.next();
            }
        }
        sums
    }
}

/// The values of a side, by kind.
#[derive(Debug)]
pub(crate) enum Plane<'a> {
    /// Levels up to [`HIGHEST_PACKED_LEVEL`].
    FewLevels {
        view: View<'a, u8>,
        /// Maximum length of a row whose sums fit [`PackedSums`].
        packed_length: usize,
    },
    Levels(View<'a, u8>),
    WideLevels(View<'a, u32>),
    Reals(Reals<'a>),
}

/// Real values: ratings on a real scale, or deviations from an expected rating.
#[derive(Debug)]
pub(crate) struct Reals<'a> {
    rows: &'a Rows,
    columns: &'a Rows,
    row_values: Cow<'a, [f64]>,
    column_values: Cow<'a, [f64]>,
    origin: Origin,
    sums: RealSums,
}

/// The sums of real values that a measure is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RealSums {
    /// [`CorrelationSums`](crate::sums::CorrelationSums).
    Correlation,
    /// [`ProductSums`](crate::sums::ProductSums).
    Products,
    /// [`DifferenceSums`](crate::sums::DifferenceSums). They are the smallest, and thus also used
    /// if only overlaps are needed.
    Differences,
}

impl RealSums {
    fn for_measure(measure: Measure) -> Self {
        match measure {
            Measure::Pcs => Self::Correlation,
            Measure::Cosine | Measure::CentredCosine | Measure::BaselinePearson => Self::Products,
            Measure::MeanSquaredDifference
            | Measure::Overlap
            | Measure::Jaccard
            | Measure::BinaryCosine => Self::Differences,
        }
    }
}

impl Reals<'_> {
    pub(crate) fn view(&self) -> View<'_, f64> {
        View {
            rows: self.rows,
            row_values: &self.row_values,
            columns: self.columns,
            column_values: &self.column_values,
        }
    }

    pub(crate) fn sums(&self) -> RealSums {
        self.sums
    }

    /// Returns the norm of every row over all its values.
    fn norms(&self) -> Vec<f64> {
        let view = self.view();
        self.rows.indices().map(|row| norm(view.row(row).map(|(_, value)| value))).collect()
    }
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}

/// The origin from which ratings are measured.
#[derive(Debug)]
enum Origin {
    /// Zero: ratings are used as they are.
    Zero,
    /// The mean of all ratings of the row.
    RowMean,
    /// The baseline.
    Baseline(Baseline, BaselineOptions),
}

/// The values of a person, of the kind that a plane holds.
pub(super) enum PersonValues {
    Levels(Vec<(u32, u32)>),
    Reals(Vec<(u32, f64)>),
}

impl<'a> Plane<'a> {
    pub(super) fn new(
        matrix: &'a RatingMatrix,
        side: Side,
        parameters: &SimilarityParameters,
    ) -> Self {
        let (rows, columns) = (matrix.rows(side), matrix.rows(side.other()));
        let options = parameters.options();
        let origin = match (options.measure, rows.values(), columns.values()) {
            (Measure::BaselinePearson, _, _) => {
                // Cannot fail: the options were checked with the parameters.
                let baseline = Baseline::fit(matrix, options.baseline).unwrap_or_default();
                Origin::Baseline(baseline, options.baseline)
            }
            (Measure::CentredCosine, _, _) => Origin::RowMean,
            (_, Values::Levels(row_values), Values::Levels(column_values)) => {
                let view = View { rows, row_values, columns, column_values };
                let levels = matrix.scale().levels();
                return match levels.filter(|&levels| levels <= HIGHEST_PACKED_LEVEL) {
                    Some(levels) => {
                        let packed_length = PackedSums::maximum_row_length(levels);
                        Self::FewLevels { view, packed_length }
                    }
                    None => Self::Levels(view),
                };
            }
            (_, Values::WideLevels(row_values), Values::WideLevels(column_values)) => {
                return Self::WideLevels(View { rows, row_values, columns, column_values });
            }
            _ => Origin::Zero,
        };
        Self::Reals(Reals::new(matrix, side, origin, RealSums::for_measure(options.measure)))
    }

    /// Returns the norm of every row if the measure uses norms; otherwise empty.
    pub(super) fn norms(&self, parameters: &SimilarityParameters) -> Vec<f64> {
        match self {
            Self::Reals(reals) if parameters.options().measure == Measure::CentredCosine => {
                reals.norms()
            }
            _ => Vec::new(),
        }
    }

    /// Returns the values and facts of a person, as if their ratings were a row of users.
    pub(super) fn person<'p>(
        &self,
        person: &'p Profile,
        scale: &RatingScale,
    ) -> (PersonValues, RowFacts<'p>) {
        let ratings = person.ratings();
        let source = RowSource::Person(person);
        let facts = RowFacts { length: ratings.len(), norm: 0.0, source };
        let Self::Reals(reals) = self else {
            let level = |&(item, rating): &(ItemIdx, f64)| Some((item.0, scale.level_of(rating)?));
            return (PersonValues::Levels(ratings.iter().filter_map(level).collect()), facts);
        };
        let values = reals.origin.values_of_person(ratings);
        let norm = norm(values.iter().copied());
        let items = ratings.iter().map(|(item, _)| item.0);
        (PersonValues::Reals(items.zip(values).collect()), RowFacts { norm, ..facts })
    }
}

impl Origin {
    /// Returns the values of a row of users that is not stored.
    fn values_of_person(&self, ratings: &[(ItemIdx, f64)]) -> Vec<f64> {
        let own = || ratings.iter().map(|&(_, rating)| rating).collect();
        match self {
            Self::Zero => own(),
            Self::RowMean => deviations(own()),
            Self::Baseline(baseline, options) => {
                let part = baseline.of_person(ratings.iter().copied(), *options);
                let expected = |item| baseline.mean() + part + baseline.of_item(item);
                ratings.iter().map(|&(item, rating)| rating - expected(item)).collect()
            }
        }
    }
}

impl<'a> Reals<'a> {
    fn new(matrix: &'a RatingMatrix, side: Side, origin: Origin, sums: RealSums) -> Self {
        let (rows, columns) = (matrix.rows(side), matrix.rows(side.other()));
        let (row_values, column_values) = match &origin {
            Origin::Zero => (ratings(rows, matrix.scale()), ratings(columns, matrix.scale())),
            Origin::RowMean => {
                let row_values = deviations_of_rows(rows, matrix.scale());
                let column_values = by_column(rows, columns, &row_values);
                (row_values.into(), column_values.into())
            }
            Origin::Baseline(baseline, _) => {
                let expected = |row: u32, column: u32| match side {
                    Side::Users => baseline.predict(UserIdx(row), ItemIdx(column)),
                    Side::Items => baseline.predict(UserIdx(column), ItemIdx(row)),
                };
                let row_values = residuals(rows, matrix.scale(), &expected);
                let column_values = by_column(rows, columns, &row_values);
                (row_values.into(), column_values.into())
            }
        };
        Self { rows, columns, row_values, column_values, origin, sums }
    }
}

/// Returns the ratings of all rows; borrowed if they are stored as real values.
fn ratings<'a>(rows: &'a Rows, scale: &RatingScale) -> Cow<'a, [f64]> {
    match rows.values() {
        Values::Reals(values) => values.into(),
        Values::Levels(_) | Values::WideLevels(_) => residuals(rows, scale, &|_, _| 0.0).into(),
    }
}

fn deviations_of_rows(rows: &Rows, scale: &RatingScale) -> Vec<f64> {
    let mut values = vec![0.0; rows.columns().len()];
    for row in rows.indices() {
        let of_row = deviations(rows.row(row).ratings(scale).collect());
        values[rows.range(row)].copy_from_slice(&of_row);
    }
    values
}

fn residuals(rows: &Rows, scale: &RatingScale, expected: &dyn Fn(u32, u32) -> f64) -> Vec<f64> {
    let mut values = vec![0.0; rows.columns().len()];
    for index in rows.indices() {
        let row = rows.row(index);
        let pairs = row.columns().iter().zip(row.ratings(scale));
        for (value, (&column, rating)) in values[rows.range(index)].iter_mut().zip(pairs) {
            *value = rating - expected(index.get(), column);
        }
    }
    values
}

/// Rearranges the values of rows by column; within a column they ascend by row.
fn by_column(rows: &Rows, columns: &Rows, values: &[f64]) -> Vec<f64> {
    let mut by_column = vec![0.0; columns.columns().len()];
    let mut next: Vec<usize> = columns.spans().iter().map(|span| span.start).collect();
    for row in rows.indices() {
        let range = rows.range(row);
        for (&column, &value) in rows.columns()[range.clone()].iter().zip(&values[range]) {
            let place = &mut next[column as usize];
            by_column[*place] = value;
            *place += 1;
        }
    }
    by_column
}
