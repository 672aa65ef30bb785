//! The portable kernel compiled for AVX2.
#![allow(unsafe_code)]

use super::BlockKernel;
use super::block::{BlockSums, PackedRow, StepOrder, SumSet};
use super::portable::{Words, sums_by_falling_levels};

/// Proof that the machine supports AVX2.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Avx2(());

impl Avx2 {
    pub(in super::super) fn detect() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        let found = is_x86_feature_detected!("avx2");
        #[cfg(not(target_arch = "x86_64"))]
        let found = false;
        found.then_some(Self(()))
    }
}

impl BlockKernel for Avx2 {
    type Line = Words;
    const STEPS: StepOrder = StepOrder::FallingLevels;

    fn sums<S: SumSet>(self, lines: &[Words], row: PackedRow<'_>, sums: &mut BlockSums) {
        self.run(
            #[inline(always)]
            || sums_by_falling_levels::<S>(lines, row, sums),
        );
    }

    #[cfg(target_arch = "x86_64")]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        #[target_feature(enable = "avx2")]
        fn with_avx2<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        // SAFETY: a value of this type exists only if `detect` found AVX2.
        unsafe { with_avx2(work) }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        work()
    }
}
