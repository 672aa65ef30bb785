//! The values that a measure sums over, as seen from one side.

use super::finish::{Cell, RowFacts, Whose};
use crate::baseline::{Baseline, BaselineOptions};
use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::{RatingMatrix, Rows, Span, Values};
use crate::measure::Measure;
use crate::parameters::SimilarityParameters;
use crate::profile::Profile;
use crate::scale::RatingScale;
use crate::side::Side;
use crate::sums::deviations;
use std::borrow::Cow;

/// The values of a side's rows, and the same by column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a, V> {
    pub(crate) rows: &'a Rows,
    pub(crate) row_values: &'a [V],
    pub(crate) columns: &'a Rows,
    pub(crate) column_values: &'a [V],
}

/// What each column holds: rows, or positions of rows in some order, ascending, and their values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColumnLists<'a, V> {
    pub(crate) spans: &'a [Span],
    pub(crate) rows: &'a [u32],
    pub(crate) values: &'a [V],
}

impl<'a, V> ColumnLists<'a, V> {
    /// The list of a column; an empty one past the end.
    pub(crate) fn of(&self, column: u32) -> (&'a [u32], &'a [V]) {
        let range = self.spans.get(column as usize).map_or(0..0, |span| span.range());
        (&self.rows[range.clone()], &self.values[range])
    }
}

impl<'a, V: Copy> View<'a, V> {
    /// The columns' lists, by row.
    pub(crate) fn lists(&self) -> ColumnLists<'a, V> {
        ColumnLists {
            spans: self.columns.spans(),
            rows: self.columns.columns(),
            values: self.column_values,
        }
    }

    /// Columns and values of a row, ascending; none past the end.
    pub(crate) fn row(&self, row: RowIdx) -> impl Iterator<Item = (u32, V)> + use<'a, V> {
        let range = self.rows.range(row);
        let columns = &self.rows.columns()[range.clone()];
        columns.iter().copied().zip(self.row_values[range].iter().copied())
    }
}

impl<V: Copy> View<'_, V> {
    /// The sums of two rows, over the ascending columns that both have.
    pub(crate) fn merge<S: Cell<V>>(&self, a: RowIdx, b: RowIdx) -> S {
        let (mut left, mut right) = (self.row(a).peekable(), self.row(b).peekable());
        let mut sums = S::default();
        while let (Some(&(i, x)), Some(&(j, y))) = (left.peek(), right.peek()) {
            if i == j {
                sums.take(x, y);
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

/// The kinds of values that there are.
#[derive(Debug)]
pub(crate) enum Plane<'a> {
    Levels(View<'a, u8>),
    WideLevels(View<'a, u32>),
    Reals(Reals<'a>),
}

/// Real values for a measure: ratings of a real scale, or distances from what was expected.
#[derive(Debug)]
pub(crate) struct Reals<'a> {
    rows: &'a Rows,
    columns: &'a Rows,
    row_values: Cow<'a, [f64]>,
    column_values: Cow<'a, [f64]>,
    origin: Origin,
    sums: RealSums,
}

/// Which sums of real values a measure is finished from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RealSums {
    /// [`CorrelationSums`](crate::sums::CorrelationSums).
    Correlation,
    /// [`ProductSums`](crate::sums::ProductSums).
    Products,
    /// [`DifferenceSums`](crate::sums::DifferenceSums), the smallest: also where overlaps are enough.
    Differences,
}

impl RealSums {
    fn of(measure: Measure) -> Self {
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

    /// ‖row‖ of every row, over all its values.
    fn norms(&self) -> Vec<f64> {
        let view = self.view();
        self.rows.indices().map(|row| norm(view.row(row).map(|(_, value)| value))).collect()
    }
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}

/// What a rating is measured from.
#[derive(Debug)]
enum Origin {
    /// Zero: it is taken as it is.
    Zero,
    /// The mean of all the row's ratings.
    RowMean,
    /// The baseline.
    Baseline(Baseline, BaselineOptions),
}

/// A person's values, of the kind that a plane sums.
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
                // The options were checked with the parameters; an unfit baseline is all zeros.
                let baseline = Baseline::fit(matrix, options.baseline).unwrap_or_default();
                Origin::Baseline(baseline, options.baseline)
            }
            (Measure::CentredCosine, _, _) => Origin::RowMean,
            (_, Values::Levels(row_values), Values::Levels(column_values)) => {
                return Self::Levels(View { rows, row_values, columns, column_values });
            }
            (_, Values::WideLevels(row_values), Values::WideLevels(column_values)) => {
                return Self::WideLevels(View { rows, row_values, columns, column_values });
            }
            _ => Origin::Zero,
        };
        Self::Reals(Reals::new(matrix, side, origin, RealSums::of(options.measure)))
    }

    /// ‖row‖ of every row, if the measure has a use for them; else none.
    pub(super) fn norms(&self, parameters: &SimilarityParameters) -> Vec<f64> {
        match self {
            Self::Reals(reals) if parameters.options().measure == Measure::CentredCosine => {
                reals.norms()
            }
            _ => Vec::new(),
        }
    }

    /// A person's values and facts, as if their ratings were a row of users.
    pub(super) fn person<'p>(
        &self,
        person: &'p Profile,
        scale: &RatingScale,
    ) -> (PersonValues, RowFacts<'p>) {
        let ratings = person.ratings();
        let whose = Whose::Person(person);
        let facts = RowFacts { length: ratings.len(), norm: 0.0, whose };
        let Self::Reals(reals) = self else {
            let level = |&(item, rating): &(ItemIdx, f64)| Some((item.0, scale.level_of(rating)?));
            return (PersonValues::Levels(ratings.iter().filter_map(level).collect()), facts);
        };
        let values = reals.origin.distances_of_person(ratings);
        let norm = norm(values.iter().copied());
        let items = ratings.iter().map(|(item, _)| item.0);
        (PersonValues::Reals(items.zip(values).collect()), RowFacts { norm, ..facts })
    }
}

impl Origin {
    /// The values of a row of users that is not stored.
    fn distances_of_person(&self, ratings: &[(ItemIdx, f64)]) -> Vec<f64> {
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
            Origin::Zero => {
                (as_they_are(rows, matrix.scale()), as_they_are(columns, matrix.scale()))
            }
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
                let row_values = distances(rows, matrix.scale(), &expected);
                let column_values = by_column(rows, columns, &row_values);
                (row_values.into(), column_values.into())
            }
        };
        Self { rows, columns, row_values, column_values, origin, sums }
    }
}

/// The ratings of all rows; borrowed where the rows hold them.
fn as_they_are<'a>(rows: &'a Rows, scale: &RatingScale) -> Cow<'a, [f64]> {
    match rows.values() {
        Values::Reals(values) => values.into(),
        Values::Levels(_) | Values::WideLevels(_) => distances(rows, scale, &|_, _| 0.0).into(),
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

fn distances(rows: &Rows, scale: &RatingScale, expected: &dyn Fn(u32, u32) -> f64) -> Vec<f64> {
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

/// The values of rows in the places that they have among the columns, whose lists ascend by row.
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
