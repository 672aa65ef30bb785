//! Adding co-rated values to sums, and restoring the sums before a change.

use super::finish::Sums;
use crate::sums::{CoRatedSums, CorrelationSums, DifferenceSums, PackedSums, ProductSums};

/// Sums to which co-rated values can be added.
pub(crate) trait Cell<V>: Sums {
    /// Adds one co-rated column.
    fn accumulate(&mut self, x: V, y: V);

    /// Adds a column that the second row has a value in, if the first one has too.
    #[inline(always)]
    fn accumulate_if_rated(&mut self, x: Option<V>, y: V) {
        if let Some(x) = x {
            self.accumulate(x, y);
        }
    }

    /// Returns the sums before the first row's level in one column changed, where `y` is the second
    /// row's value in it; `None` if they cannot be restored exactly.
    fn before(&self, _change: &LevelChange, _y: V) -> Option<Self> {
        None
    }
}

/// The level of a rating before and after a change; `None` stands for no rating.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LevelChange {
    pub(crate) before: Option<u32>,
    pub(crate) now: Option<u32>,
}

impl Cell<u8> for PackedSums {
    #[inline(always)]
    fn accumulate(&mut self, x: u8, y: u8) {
        self.add(x, y);
    }

    /// Adds nothing for level 0 instead of branching, which would be mispredicted often.
    #[inline(always)]
    fn accumulate_if_rated(&mut self, x: Option<u8>, y: u8) {
        self.add(x.unwrap_or(0), y);
    }

    fn before(&self, change: &LevelChange, y: u8) -> Option<Self> {
        let mut sums = *self;
        change.now.inspect(|&x| sums.subtract(x as u8, y));
        change.before.inspect(|&x| sums.add(x as u8, y));
        Some(sums)
    }
}

impl Cell<u8> for CoRatedSums {
    fn accumulate(&mut self, x: u8, y: u8) {
        self.add(u32::from(x), u32::from(y));
    }

    fn before(&self, change: &LevelChange, y: u8) -> Option<Self> {
        Some(restored(self, change, y.into()))
    }
}

impl Cell<u32> for CoRatedSums {
    fn accumulate(&mut self, x: u32, y: u32) {
        self.add(x, y);
    }

    fn before(&self, change: &LevelChange, y: u32) -> Option<Self> {
        Some(restored(self, change, y))
    }
}

/// See [`Cell::before`].
fn restored(sums: &CoRatedSums, change: &LevelChange, y: u32) -> CoRatedSums {
    let mut sums = *sums;
    change.now.inspect(|&x| sums.subtract(x, y));
    change.before.inspect(|&x| sums.add(x, y));
    sums
}

impl Cell<f64> for CorrelationSums {
    fn accumulate(&mut self, x: f64, y: f64) {
        self.add(x, y);
    }
}

impl Cell<f64> for ProductSums {
    fn accumulate(&mut self, x: f64, y: f64) {
        self.add(x, y);
    }
}

impl Cell<f64> for DifferenceSums {
    fn accumulate(&mut self, x: f64, y: f64) {
        self.add(x, y);
    }
}
