//! Compressed sparse rows.

use super::LevelSums;
use super::values::{Values, map_kind};
use crate::csr::Offsets;
use crate::ids::{DenseIdx, RowIdx};
use crate::scale::RatingScale;
use std::borrow::Cow;
use std::ops::Range;

/// Compressed sparse rows that can grow: the span of each row, its columns (ascending) and values.
///
/// Rows that are built together are contiguous. A row that outgrows its capacity moves to the end
/// and gets spare capacity there, so the cost of a change depends only on the length of the row.
#[derive(Clone, Debug)]
pub struct Rows {
    pub(super) spans: Vec<Span>,
    pub(super) columns: Vec<u32>,
    pub(super) values: Values,
    /// Number of values in all rows.
    pub(super) entries: usize,
    /// Kept with every change, since rankings need those of many rows.
    pub(super) level_sums: Vec<LevelSums>,
}

/// The location of a row in the columns and values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) length: u32,
    /// The length that the row can reach without moving.
    pub(crate) capacity: u32,
}

impl Span {
    pub(crate) fn range(self) -> Range<usize> {
        self.start..self.start + self.length as usize
    }

    pub(super) fn capacity_end(self) -> usize {
        self.start + self.capacity as usize
    }
}

/// Returns the spans of contiguous rows.
pub(crate) fn spans_of(offsets: &Offsets) -> Vec<Span> {
    let span = |range: Range<usize>| {
        // Saturating is safe: rows longer than `MAX_ROW_LENGTH` are rejected later.
        let length = u32::try_from(range.len()).unwrap_or(u32::MAX);
        Span { start: range.start, length, capacity: length }
    };
    offsets.ranges().map(span).collect()
}

impl PartialEq for Rows {
    /// Compares columns and values, regardless of their location in memory.
    fn eq(&self, other: &Self) -> bool {
        let same = |row: RowIdx| {
            let (left, right) = (self.range(row), other.range(row));
            self.columns[left.clone()] == other.columns[right.clone()]
                && self.values.ranges_equal(left, &other.values, right)
        };
        self.len() == other.len() && self.indices().all(same)
    }
}

impl Rows {
    /// Returns the number of rows, including empty ones.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Iterates over the row indices, in order.
    pub fn indices(&self) -> impl ExactSizeIterator<Item = RowIdx> + Clone + use<> {
        RowIdx::first(self.len())
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of values in all rows.
    pub fn entries(&self) -> usize {
        self.entries
    }

    /// Returns the offsets that the rows would have if they were contiguous.
    pub fn offsets(&self) -> Offsets {
        Offsets::from_lengths(self.spans.iter().map(|span| span.length as usize))
    }

    /// Returns the rows in contiguous form, as [`RatingMatrix::from_rows`] accepts them: their
    /// [`offsets`](Self::offsets), columns and values. Columns and values are copied only if rows
    /// have moved.
    ///
    /// [`RatingMatrix::from_rows`]: crate::RatingMatrix::from_rows
    pub fn to_parts(&self) -> (Offsets, Cow<'_, [u32]>, Cow<'_, Values>) {
        let offsets = self.offsets();
        let in_place = self.columns.len() == self.entries
            && self.spans.iter().zip(offsets.ranges()).all(|(span, at)| span.start == at.start);
        if in_place {
            return (offsets, Cow::Borrowed(&self.columns), Cow::Borrowed(&self.values));
        }
        let (columns, values) = self.gathered();
        (offsets, Cow::Owned(columns), Cow::Owned(values))
    }

    /// Copies the columns and values of all rows into contiguous vectors.
    pub(super) fn gathered(&self) -> (Vec<u32>, Values) {
        let values = map_kind!(&self.values, values => self.gather(values));
        (self.gather(&self.columns), values)
    }

    fn gather<T: Copy>(&self, from: &[T]) -> Vec<T> {
        let mut gathered = Vec::with_capacity(self.entries);
        self.spans.iter().for_each(|span| gathered.extend_from_slice(&from[span.range()]));
        gathered
    }

    /// Returns the columns of all rows, at their [`range`](Self::range)s. The contents between the
    /// ranges are unspecified.
    pub(crate) fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// Returns the values of all rows, at their [`range`](Self::range)s. The contents between the
    /// ranges are unspecified.
    pub(crate) fn values(&self) -> &Values {
        &self.values
    }

    /// Returns the span of every row.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Returns the number of values in a row; 0 if `row` is out of range.
    pub fn row_len(&self, row: impl Into<RowIdx>) -> usize {
        self.spans.get(row.into().at()).map_or(0, |span| span.length as usize)
    }

    /// Returns a row; an empty one if `row` is out of range.
    pub fn row(&self, row: impl Into<RowIdx>) -> Row<'_> {
        let range = self.range(row);
        Row { rows: self, start: range.start, columns: &self.columns[range] }
    }

    /// Returns the entry range of a row; an empty range if `row` is out of range.
    pub(crate) fn range(&self, row: impl Into<RowIdx>) -> Range<usize> {
        self.spans.get(row.into().at()).map_or(0..0, |span| span.range())
    }

    /// Returns the entry of `column` in a row; `None` if there is none.
    pub(crate) fn entry(&self, row: impl Into<RowIdx>, column: u32) -> Option<usize> {
        let range = self.range(row);
        let position = self.columns[range.clone()].binary_search(&column).ok()?;
        Some(range.start + position)
    }

    /// Iterates over the ratings of a row; empty if `row` is out of range.
    pub(crate) fn ratings_of(
        &self,
        row: RowIdx,
        scale: &RatingScale,
    ) -> impl Iterator<Item = f64> + Clone {
        self.range(row).map(|entry| self.rating_at(entry, scale))
    }

    /// Iterates over all ratings, row by row.
    pub(crate) fn all_ratings(&self, scale: &RatingScale) -> impl Iterator<Item = f64> + Clone {
        self.indices().flat_map(move |row| self.ratings_of(row, scale))
    }

    pub(super) fn sum_of_ratings(&self, scale: &RatingScale) -> f64 {
        self.all_ratings(scale).sum()
    }

    #[inline]
    pub(crate) fn rating_at(&self, entry: usize, scale: &RatingScale) -> f64 {
        match &self.values {
            Values::Levels(levels) => scale.rating_of(u32::from(levels[entry])),
            Values::WideLevels(levels) => scale.rating_of(levels[entry]),
            Values::Reals(ratings) => ratings[entry],
        }
    }
}

/// One sparse row: its columns, ascending, and a value for each.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    rows: &'a Rows,
    start: usize,
    columns: &'a [u32],
}

impl<'a> Row<'a> {
    /// Returns the number of values.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether the row is empty.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Returns the columns, ascending.
    pub fn columns(&self) -> &'a [u32] {
        self.columns
    }

    /// Returns the value at `position` as a rating.
    ///
    /// # Panics
    /// If `position` is not below [`len`](Self::len).
    #[inline]
    pub fn rating(&self, position: usize, scale: &RatingScale) -> f64 {
        assert!(position < self.len(), "position {position} in a row of length {}", self.len());
        self.rows.rating_at(self.start + position, scale)
    }

    /// Iterates over the values as ratings, in the order of the columns.
    pub fn ratings(
        self,
        scale: &RatingScale,
    ) -> impl ExactSizeIterator<Item = f64> + Clone + use<'a> {
        let (rows, start, scale) = (self.rows, self.start, *scale);
        (0..self.len()).map(move |position| rows.rating_at(start + position, &scale))
    }

    /// Returns the values as levels; `None` unless the scale has at most 255 levels.
    pub(crate) fn narrow_levels(&self) -> Option<&'a [u8]> {
        match &self.rows.values {
            Values::Levels(levels) => Some(&levels[self.start..self.start + self.len()]),
            Values::WideLevels(_) | Values::Reals(_) => None,
        }
    }

    /// Iterates over the values as levels, in the order of the columns; empty on a real scale.
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
