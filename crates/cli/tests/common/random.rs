//! Random numbers from a seed.

use std::time::Duration;

/// A linear congruential generator (Knuth's MMIX).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to 1, without 1.
    fn share(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
    }

    /// A number from zero to `count`, without `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.share() * count as f64) as usize
    }

    /// A time from zero to a little more than `whole`.
    pub(crate) fn moment(&mut self, whole: Duration) -> Duration {
        whole.mul_f64(self.share() * 1.05)
    }
}
