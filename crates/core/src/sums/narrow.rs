//! Co-rated sums in half the memory, for scales with few levels.

use super::CoRatedSums;
use crate::matrix::MAX_ROW_LENGTH;

/// The highest level whose sums cannot overflow, even over the longest row.
pub(crate) const HIGHEST_NARROW_LEVEL: u32 = 22;

const _: () =
    assert!((MAX_ROW_LENGTH as u64) * (HIGHEST_NARROW_LEVEL as u64).pow(2) <= u32::MAX as u64);

/// [`CoRatedSums`] of levels up to [`HIGHEST_NARROW_LEVEL`], in 32 bits each. Accumulators for all
/// rows of a side are bound by memory, so size is what makes them fast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NarrowSums {
    n: u32,
    x: u32,
    y: u32,
    xx: u32,
    yy: u32,
    xy: u32,
}

impl NarrowSums {
    #[inline]
    pub(crate) fn add(&mut self, x: u32, y: u32) {
        self.n += 1;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    /// Removes one co-rated column that was added.
    pub(crate) fn subtract(&mut self, x: u32, y: u32) {
        self.n -= 1;
        self.x -= x;
        self.y -= y;
        self.xx -= x * x;
        self.yy -= y * y;
        self.xy -= x * y;
    }

    pub(crate) fn overlap(&self) -> u32 {
        self.n
    }

    #[inline(always)]
    pub(crate) fn widen(&self) -> CoRatedSums {
        CoRatedSums {
            n: self.n,
            x: self.x.into(),
            y: self.y.into(),
            xx: self.xx.into(),
            yy: self.yy.into(),
            xy: self.xy.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_equal_wide_ones() {
        let (mut narrow, mut wide) = (NarrowSums::default(), CoRatedSums::default());
        for (x, y) in (1..=255).zip((1..=255).rev()) {
            narrow.add(x, y);
            wide.add(x, y);
            assert_eq!((narrow.widen(), narrow.overlap()), (wide, wide.n));
        }
        for (x, y) in (1..=255).zip((1..=255).rev()) {
            narrow.subtract(x, y);
            wide.subtract(x, y);
            assert_eq!((narrow.widen(), narrow.overlap()), (wide, wide.n));
        }
        assert_eq!(wide, CoRatedSums::default());
    }
}
