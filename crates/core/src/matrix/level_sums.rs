//! Sums of the levels of each row.

use super::Values;
use super::rows::{Rows, Span};
use crate::ids::{DenseIdx, RowIdx};

/// The sums of the levels of a row and of their squares, from which mean and variance follow. 0 unless the
/// scale has at most 255 levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LevelSums {
    pub(crate) sum: u64,
    pub(crate) squares: u64,
}

impl LevelSums {
    pub(crate) fn of(levels: &[u8]) -> Self {
        let mut sums = Self::default();
        // Parts are so short that the sums of one fit 31 bits. One loop with products of 16 bits compiles to
        // the fewest instructions.
        for part in levels.chunks(1 << 15) {
            let (mut sum, mut squares) = (0_u32, 0_i32);
            for &level in part {
                sum += u32::from(level);
                squares += i32::from(i16::from(level)) * i32::from(i16::from(level));
            }
            sums.sum += u64::from(sum);
            sums.squares += u64::from(squares.unsigned_abs());
        }
        sums
    }

    /// Returns the sums of every row.
    pub(super) fn of_rows(spans: &[Span], values: &Values) -> Vec<Self> {
        spans.iter().map(|&span| Self::of_row(span, values)).collect()
    }

    fn of_row(span: Span, values: &Values) -> Self {
        match values {
            Values::Levels(levels) => Self::of(&levels[span.range()]),
            Values::WideLevels(_) | Values::Reals(_) => Self::default(),
        }
    }
}

impl Rows {
    /// Returns the sums of a row; 0 if `row` is out of range.
    pub(crate) fn level_sums(&self, row: RowIdx) -> LevelSums {
        self.level_sums.get(row.at()).copied().unwrap_or_default()
    }

    /// Updates the sums of a row that has changed.
    pub(super) fn sum_again(&mut self, row: RowIdx) {
        self.level_sums[row.at()] = LevelSums::of_row(self.spans[row.at()], &self.values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_long_rows_do_not_overflow() {
        let sums = LevelSums::of(&vec![255; 100_000]);
        assert_eq!(sums, LevelSums { sum: 25_500_000, squares: 6_502_500_000 });
        assert_eq!(LevelSums::of(&[3, 1, 4]), LevelSums { sum: 8, squares: 26 });
    }
}
