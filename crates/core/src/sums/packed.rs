//! Co-rated sums in two integers, for rows that are not very long.

use super::CoRatedSums;

/// The highest level in the table of terms.
pub(crate) const HIGHEST_PACKED_LEVEL: u32 = TABLE_LEVELS as u32 - 1;

/// [`CoRatedSums`] of levels up to [`HIGHEST_PACKED_LEVEL`], six numbers in two integers. Adding a
/// column takes a lookup and two additions, without branches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PackedSums([u64; 2]);

/// Bits of n. The remaining bits of the first integer hold Σx² and Σy².
const N_BITS: u32 = 18;
/// Bits of Σx², and of Σy².
const SQUARE_BITS: u32 = 23;
/// Bits of Σx, and of Σy. The remaining bits of the second integer hold Σxy.
const LEVEL_BITS: u32 = 20;

/// Number of levels in the table, including level 0: a power of two, so that masked indices need no
/// check.
const TABLE_LEVELS: usize = 32;

/// What each pair of levels adds. Zero for level 0, which stands for no rating.
static TERMS: [[PackedSums; TABLE_LEVELS]; TABLE_LEVELS] = terms();

const fn terms() -> [[PackedSums; TABLE_LEVELS]; TABLE_LEVELS] {
    let mut terms = [[PackedSums([0; 2]); TABLE_LEVELS]; TABLE_LEVELS];
    let mut x = 1;
    while x <= HIGHEST_PACKED_LEVEL as u64 {
        let mut y = 1;
        while y <= HIGHEST_PACKED_LEVEL as u64 {
            let squares = ((x * x) << N_BITS) | ((y * y) << (N_BITS + SQUARE_BITS));
            let others = x | (y << LEVEL_BITS) | ((x * y) << (2 * LEVEL_BITS));
            terms[x as usize][y as usize] = PackedSums([1 | squares, others]);
            y += 1;
        }
        x += 1;
    }
    terms
}

/// Returns the terms of two levels. Levels above the highest have wrong ones.
#[inline(always)]
fn terms_of(x: u8, y: u8) -> &'static [u64; 2] {
    &TERMS[usize::from(x) % TABLE_LEVELS][usize::from(y) % TABLE_LEVELS].0
}

/// The `bits` bits of `packed` from `first` on.
#[inline(always)]
fn field(packed: u64, first: u32, bits: u32) -> u64 {
    packed >> first & ((1 << bits) - 1)
}

impl PackedSums {
    /// Maximum length of a row on a scale with this many levels, so that its sums with any other row
    /// fit.
    pub(crate) fn maximum_row_length(levels: u32) -> usize {
        let most = |bits: u32, term: u32| ((1_usize << bits) - 1) / term.max(1) as usize;
        let by_products = most(SQUARE_BITS, levels.saturating_mul(levels));
        by_products.min(most(LEVEL_BITS, levels)).min(most(N_BITS, 1))
    }

    /// Adds one co-rated column. Does nothing if one of the levels is 0.
    #[inline(always)]
    pub(crate) fn add(&mut self, x: u8, y: u8) {
        let terms = terms_of(x, y);
        self.0[0] += terms[0];
        self.0[1] += terms[1];
    }

    /// Removes one co-rated column that was added.
    pub(crate) fn subtract(&mut self, x: u8, y: u8) {
        let terms = terms_of(x, y);
        self.0[0] -= terms[0];
        self.0[1] -= terms[1];
    }

    #[inline(always)]
    pub(crate) fn overlap(&self) -> u32 {
        field(self.0[0], 0, N_BITS) as u32
    }

    #[inline(always)]
    pub(crate) fn widen(&self) -> CoRatedSums {
        let [squares, others] = self.0;
        CoRatedSums {
            n: self.overlap(),
            x: field(others, 0, LEVEL_BITS) as i64,
            y: field(others, LEVEL_BITS, LEVEL_BITS) as i64,
            xx: field(squares, N_BITS, SQUARE_BITS) as i64,
            yy: (squares >> (N_BITS + SQUARE_BITS)) as i64,
            xy: (others >> (2 * LEVEL_BITS)) as i64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_longest_rows_equal_wide_ones() {
        for levels in 1..=HIGHEST_PACKED_LEVEL {
            let level = levels as u8;
            let (mut packed, mut wide) = (PackedSums::default(), CoRatedSums::default());
            for _ in 0..PackedSums::maximum_row_length(levels) {
                packed.add(level, level);
                wide.add(levels, levels);
            }
            assert_eq!((packed.widen(), packed.overlap()), (wide, wide.n), "{levels} levels");
        }
    }

    #[test]
    fn sums_of_different_levels_equal_wide_ones() {
        let (mut packed, mut wide) = (PackedSums::default(), CoRatedSums::default());
        let levels =
            || (1..=HIGHEST_PACKED_LEVEL as u8).flat_map(|x| (1..=x / 2).map(move |y| (x, y)));
        for (x, y) in levels() {
            packed.add(x, y);
            packed.add(0, y);
            packed.add(x, 0);
            wide.add(x.into(), y.into());
            assert_eq!((packed.widen(), packed.overlap()), (wide, wide.n));
        }
        levels().for_each(|(x, y)| packed.subtract(x, y));
        assert_eq!(packed, PackedSums::default());
    }

    #[test]
    fn rows_of_common_data_sets_fit() {
        assert_eq!(PackedSums::maximum_row_length(5), 209_715);
        assert_eq!(PackedSums::maximum_row_length(10), 83_886);
        assert_eq!(PackedSums::maximum_row_length(31), 8_729);
        assert_eq!(PackedSums::maximum_row_length(1), 262_143);
    }
}
