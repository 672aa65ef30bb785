//! Compressed sparse rows.

use super::values::{Values, map_kind};
use crate::csr::Offsets;
use crate::ids::{DenseIdx, RowIdx};
use crate::scale::RatingScale;
use std::borrow::Cow;
use std::ops::Range;

/// Sparse rows: where each stands, its columns (ascending), its values.
///
/// Rows that were made together stand one right after the other. A row that grows where it has no
/// room moves to the end and is given some, so that a change costs no more than its own row.
#[derive(Clone, Debug)]
pub struct Rows {
    pub(super) spans: Vec<Span>,
    pub(super) columns: Vec<u32>,
    pub(super) values: Values,
    /// How many values the rows hold together.
    pub(super) entries: usize,
}

/// Where a row stands in the columns and in the values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) length: u32,
    /// How long it may become where it is.
    pub(crate) room: u32,
}

impl Span {
    pub(crate) fn range(self) -> Range<usize> {
        self.start..self.start + self.length as usize
    }

    pub(super) fn end_of_room(self) -> usize {
        self.start + self.room as usize
    }
}

/// The spans of rows one right after the other.
pub(crate) fn spans_of(offsets: &Offsets) -> Vec<Span> {
    let span = |range: Range<usize>| {
        // A row that is longer than any matrix allows is refused by its length.
        let length = u32::try_from(range.len()).unwrap_or(u32::MAX);
        Span { start: range.start, length, room: length }
    };
    offsets.ranges().map(span).collect()
}

impl PartialEq for Rows {
    /// Whether both hold the same columns and values, wherever they stand.
    fn eq(&self, other: &Self) -> bool {
        let same = |row: RowIdx| {
            let (left, right) = (self.range(row), other.range(row));
            self.columns[left.clone()] == other.columns[right.clone()]
                && self.values.part_is(left, &other.values, right)
        };
        self.len() == other.len() && self.indices().all(same)
    }
}

impl Rows {
    /// How many rows there are, empty ones included.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// The rows, in order.
    pub fn indices(&self) -> impl ExactSizeIterator<Item = RowIdx> + Clone + use<> {
        RowIdx::first(self.len())
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values all rows hold.
    pub fn entries(&self) -> usize {
        self.entries
    }

    /// Where each row would be if the rows stood one right after the other.
    pub fn offsets(&self) -> Offsets {
        Offsets::from_lengths(self.spans.iter().map(|span| span.length as usize))
    }

    /// The same rows one right after the other, as [`RatingMatrix::from_rows`] takes them: their
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

    /// Columns and values of all rows, one right after the other.
    pub(super) fn gathered(&self) -> (Vec<u32>, Values) {
        let values = map_kind!(&self.values, values => self.gather(values));
        (self.gather(&self.columns), values)
    }

    fn gather<T: Copy>(&self, from: &[T]) -> Vec<T> {
        let mut gathered = Vec::with_capacity(self.entries);
        self.spans.iter().for_each(|span| gathered.extend_from_slice(&from[span.range()]));
        gathered
    }

    /// The columns of all rows at their [`range`](Self::range)s. What lies between is of no meaning.
    pub(crate) fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The values of all rows at their [`range`](Self::range)s. What lies between is of no meaning.
    pub(crate) fn values(&self) -> &Values {
        &self.values
    }

    /// Where every row stands.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// How many values row `row` holds; 0 past the end.
    pub fn row_len(&self, row: impl Into<RowIdx>) -> usize {
        self.spans.get(row.into().at()).map_or(0, |span| span.length as usize)
    }

    /// Row `row`; an empty one past the end.
    pub fn row(&self, row: impl Into<RowIdx>) -> Row<'_> {
        let range = self.range(row);
        Row { rows: self, start: range.start, columns: &self.columns[range] }
    }

    /// The entries of row `row`; an empty range past the end.
    pub(crate) fn range(&self, row: impl Into<RowIdx>) -> Range<usize> {
        self.spans.get(row.into().at()).map_or(0..0, |span| span.range())
    }

    /// The entry of `column` in row `row`; `None` where there is none.
    pub(crate) fn entry(&self, row: impl Into<RowIdx>, column: u32) -> Option<usize> {
        let range = self.range(row);
        let place = self.columns[range.clone()].binary_search(&column).ok()?;
        Some(range.start + place)
    }

    /// The ratings of row `row`; none past the end.
    pub(crate) fn ratings_of(
        &self,
        row: RowIdx,
        scale: &RatingScale,
    ) -> impl Iterator<Item = f64> + Clone {
        self.range(row).map(|entry| self.rating_at(entry, scale))
    }

    /// All ratings, row by row.
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
    #[inline]
    pub fn rating(&self, place: usize, scale: &RatingScale) -> f64 {
        assert!(place < self.len(), "place {place} in a row of {}", self.len());
        self.rows.rating_at(self.start + place, scale)
    }

    /// The values as ratings, in the order of the columns.
    pub fn ratings(
        self,
        scale: &RatingScale,
    ) -> impl ExactSizeIterator<Item = f64> + Clone + use<'a> {
        let (rows, start, scale) = (self.rows, self.start, *scale);
        (0..self.len()).map(move |place| rows.rating_at(start + place, &scale))
    }

    /// The values as levels, where the scale has at most 255 of them.
    pub(crate) fn narrow_levels(&self) -> Option<&'a [u8]> {
        match &self.rows.values {
            Values::Levels(levels) => Some(&levels[self.start..self.start + self.len()]),
            Values::WideLevels(_) | Values::Reals(_) => None,
        }
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
