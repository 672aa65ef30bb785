//! A fast filter for the pairs of a block that may enter a list, without false negatives.

use super::super::kernel::{BlockSums, HIGHEST_LEVEL, LANES};
use super::thresholds::Thresholds;
use crate::similarity::{Finisher, Terms};
use crate::weighting::Weighting;

/// Tests similarity ≥ t for all lanes at once, without a square root or a division.
///
/// For every measure the similarity is num/√d · a/b, where a and b come from the weighting, so for
/// t ≥ 0 the test is num > 0 and (num·a)² ≥ t²·b²·d. In f32, num and the factors of d are exact as
/// long as their integers are below 2²⁴, which bounds n by [`exact_to`](Self::exact_to); a pair
/// with a larger n passes untested. The remaining at most 20 roundings of 2⁻²⁴ each are covered by
/// [`MARGIN`], which is eight times as wide.
pub(super) struct Filter {
    terms: Terms,
    weight: Option<WeightTerms>,
    min_overlap: i32,
    exact_to: i32,
}

/// The safety factor for rounding: 1 − 2⁻¹⁶, where 20 · 2⁻²⁴ < 2⁻¹⁹.
const MARGIN: f32 = 1.0 - 1.0 / 65_536.0;

/// a = min(n − less, cap), b = max(a + plus, floor).
#[derive(Clone, Copy)]
struct WeightTerms {
    less: f32,
    cap: f32,
    plus: f32,
    floor: f32,
}

impl WeightTerms {
    const UNWEIGHTED: Self = Self { less: 0.0, cap: f32::MAX, plus: 0.0, floor: 0.0 };

    /// Returns `None` if the test does not apply, so all pairs pass.
    fn new(weighting: Weighting) -> Option<Self> {
        // The square of a larger number might exceed the range of f32.
        let number = |number: f64| (number <= 1e6).then_some(number as f32);
        Some(match weighting {
            Weighting::None => Self::UNWEIGHTED,
            Weighting::Shrink(lambda) => Self { plus: number(lambda)?, ..Self::UNWEIGHTED },
            Weighting::ShrinkLessOne(lambda) => {
                Self { less: 1.0, plus: number(lambda)?, ..Self::UNWEIGHTED }
            }
            Weighting::Herlocker(gamma) if gamma >= 1e-6 => {
                Self { cap: number(gamma)?, floor: number(gamma)?, ..Self::UNWEIGHTED }
            }
            Weighting::Herlocker(_) | Weighting::Mahout => return None,
        })
    }
}

impl Filter {
    pub(super) fn new(finisher: &Finisher<'_>) -> Self {
        let terms = match finisher.terms() {
            // The square of a larger step might exceed the range of f32.
            Terms::SquaredDifference { step } if step > 1e3 => Terms::Other,
            terms => terms,
        };
        let level = f64::from(HIGHEST_LEVEL);
        let limit = f64::from(1 << 24);
        let exact_to = match terms {
            Terms::Pcs => (limit.sqrt() / level).floor(),
            Terms::Cosine { offset } => limit / (level + offset.abs() as f64).powi(2),
            Terms::SquaredDifference { .. } => limit / (4.0 * level * level),
            Terms::Overlap | Terms::Jaccard | Terms::BinaryCosine => limit,
            Terms::Other => 0.0,
        };
        let options = finisher.options();
        Self {
            terms,
            weight: WeightTerms::new(options.weighting),
            min_overlap: options.min_overlap.min(i32::MAX as u32) as i32,
            exact_to: exact_to as i32 - 1,
        }
    }

    /// Returns, as a bit mask, the lanes whose pair with a row of the given length may enter the
    /// list of either row; `lower_bound` is that of the given row's list.
    #[inline(always)]
    pub(super) fn pass(
        &self,
        sums: &BlockSums,
        thresholds: &Thresholds,
        lower_bound: f32,
        length: f32,
    ) -> u64 {
        let Some(weight) = self.weight else { return self.min_overlap_only(sums) };
        let s = sums;
        let f = |number: i32| number as f32;
        match self.terms {
            Terms::Pcs => self.test(s, thresholds, lower_bound, weight, |lane| {
                let (n, x, y) = (f(s.n[lane]), f(s.x[lane]), f(s.y[lane]));
                let dx = n * f(s.xx[lane]) - x * x;
                let dy = n * f(s.yy[lane]) - y * y;
                (n * f(s.xy[lane]) - x * y, dx * dy)
            }),
            Terms::Cosine { offset: 0 } => self.test(s, thresholds, lower_bound, weight, |lane| {
                (f(s.xy[lane]), f(s.xx[lane]) * f(s.yy[lane]))
            }),
            Terms::Cosine { offset } => {
                let k = offset as f32;
                self.test(s, thresholds, lower_bound, weight, |lane| {
                    let (n, x, y) = (f(s.n[lane]), f(s.x[lane]), f(s.y[lane]));
                    let constant = n * k * k;
                    let xx = f(s.xx[lane]) + 2.0 * k * x + constant;
                    let yy = f(s.yy[lane]) + 2.0 * k * y + constant;
                    (f(s.xy[lane]) + k * (x + y) + constant, xx * yy)
                })
            }
            Terms::SquaredDifference { step } => {
                let square = (step * step) as f32;
                self.test(s, thresholds, lower_bound, weight, |lane| {
                    let n = f(s.n[lane]);
                    let squares = f(s.xx[lane] - 2 * s.xy[lane] + s.yy[lane]);
                    let below = n + square * squares;
                    (n, below * below)
                })
            }
            Terms::Overlap => {
                self.test(s, thresholds, lower_bound, weight, |lane| (f(s.n[lane]), 1.0))
            }
            Terms::Jaccard => self.test(s, thresholds, lower_bound, weight, |lane| {
                let n = f(s.n[lane]);
                let either = thresholds.lengths[lane] + length - n;
                (n, either * either)
            }),
            Terms::BinaryCosine => self.test(s, thresholds, lower_bound, weight, |lane| {
                (f(s.n[lane]), thresholds.lengths[lane] * length)
            }),
            Terms::Other => self.min_overlap_only(sums),
        }
    }

    #[inline(always)]
    fn test(
        &self,
        sums: &BlockSums,
        thresholds: &Thresholds,
        lower_bound: f32,
        weight: WeightTerms,
        terms: impl Fn(usize) -> (f32, f32),
    ) -> u64 {
        let mut passed = [0; LANES];
        for (lane, passed) in passed.iter_mut().enumerate() {
            let n = sums.n[lane];
            let (num, d) = terms(lane);
            let lower_bound = thresholds.lower_bounds[lane].min(lower_bound);
            let a = (n as f32 - weight.less).min(weight.cap);
            let b = (a + weight.plus).max(weight.floor);
            let (left, right) = (num * a, lower_bound * b);
            let high = (left * left >= right * right * MARGIN * d) & (num > 0.0);
            let pass = (high | (lower_bound < 0.0) | (n > self.exact_to)) & (n >= self.min_overlap);
            *passed = u8::from(pass);
        }
        bits(&passed)
    }

    #[inline(always)]
    fn min_overlap_only(&self, sums: &BlockSums) -> u64 {
        let mut passed = [0; LANES];
        for (passed, &n) in passed.iter_mut().zip(&sums.n) {
            *passed = u8::from(n >= self.min_overlap);
        }
        bits(&passed)
    }
}

/// Packs bytes that are 0 or 1 into bits: one multiplication packs eight bytes.
#[inline(always)]
fn bits(bytes: &[u8; LANES]) -> u64 {
    let mut bits = 0;
    for (place, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
        let moved = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits |= moved << (8 * place);
    }
    bits
}
