//! Compressed sparse rows.

use crate::scale::RatingScale;

/// Sparse rows, one after the other: where each begins, its columns (ascending), its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    pub(super) offsets: Vec<usize>,
    pub(super) columns: Vec<u32>,
    pub(super) values: Values,
}

/// The values of [`Rows`], by the kind of scale.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Levels of a scale with at most 255 of them.
    Levels(Vec<u8>),
    /// Levels of a scale with more.
    WideLevels(Vec<u32>),
    /// The ratings themselves, of a scale without levels.
    Reals(Vec<f64>),
}

impl Values {
    /// How many values there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Levels(values) => values.len(),
            Self::WideLevels(values) => values.len(),
            Self::Reals(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Rows {
    /// How many rows there are, empty ones included.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values all rows hold.
    pub fn entries(&self) -> usize {
        self.columns.len()
    }

    /// Where each row begins in [`columns`](Self::columns) and [`values`](Self::values), and the end
    /// of the last: [`len`](Self::len) + 1 positions, ascending.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// The columns of all rows, ascending within a row.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The values of all rows.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// How many values row `row` holds; 0 past the end.
    pub fn row_len(&self, row: usize) -> usize {
        let range = self.range(row);
        range.end - range.start
    }

    /// Row `row`; an empty one past the end.
    pub fn row(&self, row: usize) -> Row<'_> {
        let range = self.range(row);
        Row { rows: self, start: range.start, columns: &self.columns[range] }
    }

    /// The entries of row `row`; an empty range past the end.
    pub(crate) fn range(&self, row: usize) -> std::ops::Range<usize> {
        match self.offsets.get(row + 1) {
            Some(&end) => self.offsets[row]..end,
            None => 0..0,
        }
    }

    /// The entry of `column` in row `row`; `None` where there is none.
    pub(crate) fn entry(&self, row: usize, column: u32) -> Option<usize> {
        let range = self.range(row);
        let place = self.columns[range.clone()].binary_search(&column).ok()?;
        Some(range.start + place)
    }

    /// The ratings of row `row`; none past the end.
    pub(crate) fn ratings_of(
        &self,
        row: usize,
        scale: &RatingScale,
    ) -> impl Iterator<Item = f64> + Clone {
        self.range(row).map(|entry| self.rating_at(entry, scale))
    }

    pub(super) fn sum_of_ratings(&self, scale: &RatingScale) -> f64 {
        (0..self.entries()).map(|entry| self.rating_at(entry, scale)).sum()
    }

    pub(crate) fn rating_at(&self, entry: usize, scale: &RatingScale) -> f64 {
        match &self.values {
            Values::Levels(levels) => scale.rating_of(u32::from(levels[entry])),
            Values::WideLevels(levels) => scale.rating_of(levels[entry]),
            Values::Reals(ratings) => ratings[entry],
        }
    }
}

/// One row: its columns, ascending, and a value for each.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    rows: &'a Rows,
    start: usize,
    columns: &'a [u32],
}

impl<'a> Row<'a> {
    /// How many values the row holds.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether the row holds none.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The columns, ascending.
    pub fn columns(&self) -> &'a [u32] {
        self.columns
    }

    /// The `place`-th value, as a rating.
    ///
    /// # Panics
    /// If `place` is not below [`len`](Self::len).
    pub fn rating(&self, place: usize, scale: &RatingScale) -> f64 {
        assert!(place < self.len(), "place {place} in a row of {}", self.len());
        self.rows.rating_at(self.start + place, scale)
    }

    /// The values as ratings, in the order of the columns.
    pub fn ratings(self, scale: &RatingScale) -> impl ExactSizeIterator<Item = f64> + use<'a> {
        let (rows, start, scale) = (self.rows, self.start, *scale);
        (0..self.len()).map(move |place| rows.rating_at(start + place, &scale))
    }

    /// The values as levels, in the order of the columns; empty on a real scale.
    pub fn levels(self) -> impl Iterator<Item = u32> + use<'a> {
        let range = self.start..self.start + self.len();
        let (narrow, wide): (&[u8], &[u32]) = match &self.rows.values {
            Values::Levels(levels) => (&levels[range], &[]),
            Values::WideLevels(levels) => (&[], &levels[range]),
            Values::Reals(_) => (&[], &[]),
        };
        narrow.iter().map(|&level| u32::from(level)).chain(wide.iter().copied())
    }
}
