//! The values that a measure sums over, as seen from one side.

use super::finish::{Cell, RowFacts};
use crate::baseline::{Baseline, BaselineOptions};
use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::{RatingMatrix, Row, Rows, Span, Values};
use crate::measure::Measure;
use crate::parameters::SimilarityParameters;
use crate::profile::Profile;
use crate::scale::RatingScale;
use crate::side::Side;
use crate::sums::{CoRatedSums, RealSums};

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

/// A kind of value, and the sums that it makes.
pub(crate) trait Value: Copy + Default + Send + Sync + 'static {
    type Sums: Cell<Self>;
}

impl Value for u8 {
    type Sums = CoRatedSums;
}

impl Value for u32 {
    type Sums = CoRatedSums;
}

impl Value for f64 {
    type Sums = RealSums;
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
    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = (u32, V)> + use<'a, V> {
        let range = self.rows.range(row);
        let columns = &self.rows.columns()[range.clone()];
        columns.iter().copied().zip(self.row_values[range].iter().copied())
    }
}

impl<V: Value> View<'_, V> {
    /// The sums of two rows, over the ascending columns that both have.
    pub(crate) fn merge(&self, a: usize, b: usize) -> V::Sums {
        let (mut left, mut right) = (self.row(a).peekable(), self.row(b).peekable());
        let mut sums = V::Sums::default();
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

/// Real values made for a measure: ratings of a real scale, or distances from what was expected.
#[derive(Debug)]
pub(crate) struct Reals<'a> {
    rows: &'a Rows,
    columns: &'a Rows,
    row_values: Vec<f64>,
    column_values: Vec<f64>,
    origin: Origin,
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

    /// ‖row‖ of every row, over all its values.
    pub(super) fn norms(&self) -> Vec<f64> {
        let view = self.view();
        let squares = |row| view.row(row).map(|(_, value)| value * value).sum::<f64>();
        (0..self.rows.len()).map(|row| squares(row).sqrt()).collect()
    }
}

/// What a rating is measured from.
#[derive(Debug)]
enum Origin {
    /// The same value for all.
    Constant(f64),
    /// The mean of all the row's ratings.
    RowMeans(Vec<f64>),
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
        let origin = match options.measure {
            Measure::BaselinePearson => {
                // The options were checked with the parameters; an unfit baseline is all zeros.
                let baseline = Baseline::fit(matrix, options.baseline).unwrap_or_default();
                Origin::Baseline(baseline, options.baseline)
            }
            Measure::CentredCosine => Origin::RowMeans(row_means(rows, matrix.scale())),
            measure => match (rows.values(), columns.values()) {
                (Values::Levels(row_values), Values::Levels(column_values)) => {
                    return Self::Levels(View { rows, row_values, columns, column_values });
                }
                (Values::WideLevels(row_values), Values::WideLevels(column_values)) => {
                    return Self::WideLevels(View { rows, row_values, columns, column_values });
                }
                // It changes no correlation and keeps the sums small; and unlike the mean of all
                // ratings it moves with the ratings of the row alone.
                _ if measure == Measure::Pcs => Origin::RowMeans(row_means(rows, matrix.scale())),
                _ => Origin::Constant(0.0),
            },
        };
        Self::Reals(Reals::new(matrix, side, origin))
    }

    /// A person's values and facts, as if their ratings were a row of users.
    pub(super) fn person(&self, person: &Profile, scale: &RatingScale) -> (PersonValues, RowFacts) {
        let ratings = person.ratings();
        let mut facts = RowFacts { length: ratings.len(), norm: 0.0 };
        let Self::Reals(reals) = self else {
            let level = |&(item, rating): &(ItemIdx, f64)| Some((item.0, scale.level_of(rating)?));
            return (PersonValues::Levels(ratings.iter().filter_map(level).collect()), facts);
        };
        let own = match &reals.origin {
            Origin::Constant(origin) => *origin,
            Origin::RowMeans(_) => mean(ratings.iter().map(|&(_, rating)| rating)),
            Origin::Baseline(baseline, options) => {
                let part = baseline.of_person(ratings.iter().copied(), *options);
                baseline.mean() + part
            }
        };
        let value = |&(item, rating): &(ItemIdx, f64)| match &reals.origin {
            Origin::Baseline(baseline, _) => (item.0, rating - (own + baseline.of_item(item))),
            _ => (item.0, rating - own),
        };
        let values: Vec<_> = ratings.iter().map(value).collect();
        facts.norm = values.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
        (PersonValues::Reals(values), facts)
    }
}

impl<'a> Reals<'a> {
    fn new(matrix: &'a RatingMatrix, side: Side, origin: Origin) -> Self {
        let (rows, columns) = (matrix.rows(side), matrix.rows(side.other()));
        let expected = |row: u32, column: u32| match &origin {
            Origin::Constant(origin) => *origin,
            Origin::RowMeans(means) => means[row as usize],
            Origin::Baseline(baseline, _) => match side {
                Side::Users => baseline.predict(UserIdx(row), ItemIdx(column)),
                Side::Items => baseline.predict(UserIdx(column), ItemIdx(row)),
            },
        };
        let scale = matrix.scale();
        let row_values = distances(rows, scale, &expected);
        let column_values = distances(columns, scale, &|column, row| expected(row, column));
        Self { rows, columns, row_values, column_values, origin }
    }
}

fn distances(rows: &Rows, scale: &RatingScale, expected: &dyn Fn(u32, u32) -> f64) -> Vec<f64> {
    let mut values = vec![0.0; rows.columns().len()];
    for index in 0..rows.len() {
        let row = rows.row(index);
        let pairs = row.columns().iter().zip(row.ratings(scale));
        for (value, (&column, rating)) in values[rows.range(index)].iter_mut().zip(pairs) {
            *value = rating - expected(index as u32, column);
        }
    }
    values
}

/// The mean of all ratings of each row; 0 for an empty one.
fn row_means(rows: &Rows, scale: &RatingScale) -> Vec<f64> {
    (0..rows.len()).map(|row| row_mean(rows.row(row), scale)).collect()
}

fn row_mean(row: Row<'_>, scale: &RatingScale) -> f64 {
    mean(row.ratings(scale))
}

fn mean(ratings: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = ratings.len();
    if count == 0 { 0.0 } else { ratings.sum::<f64>() / count as f64 }
}
