//! The co-rated sums of a pair, and the similarities computed from them.

mod multi_pass;
mod packed;
mod real;

pub(crate) use multi_pass::{correlation_of, cosine_of, deviations};
pub(crate) use packed::{HIGHEST_PACKED_LEVEL, PackedSums};
pub(crate) use real::{CorrelationSums, DifferenceSums, ProductSums, Quotient};

use crate::matrix::Row;
use crate::measure::Measure;

/// The six sums of two rows over their co-rated columns, where x and y are the levels of the rows.
///
/// They are integers, so they do not depend on the order of summation. They cannot overflow: a
/// level is at most 2²⁰, and a row has at most 2²³ ratings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CoRatedSums {
    /// Number of co-rated columns.
    pub n: u32,
    /// Σx.
    pub x: i64,
    /// Σy.
    pub y: i64,
    /// Σx².
    pub xx: i64,
    /// Σy².
    pub yy: i64,
    /// Σxy.
    pub xy: i64,
}

impl CoRatedSums {
    /// Computes the sums of two rows by merging them. This is the reference implementation for all
    /// kernels.
    ///
    /// `left` and `right` yield columns in ascending order, with their levels.
    pub fn merge(
        left: impl IntoIterator<Item = (u32, u32)>,
        right: impl IntoIterator<Item = (u32, u32)>,
    ) -> Self {
        let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
        let mut sums = Self::default();
        while let (Some(&(a, x)), Some(&(b, y))) = (left.peek(), right.peek()) {
            if a == b {
                sums.add(x, y);
            }
            if a <= b {
                left.next();
            }
            if b <= a {
                right.next();
            }
        }
        sums
    }

    /// Adds one co-rated column.
    pub fn add(&mut self, x: u32, y: u32) {
        let (x, y) = (i64::from(x), i64::from(y));
        self.n += 1;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    /// Removes one co-rated column that was added.
    pub(crate) fn subtract(&mut self, x: u32, y: u32) {
        let (x, y) = (i64::from(x), i64::from(y));
        self.n -= 1;
        self.x -= x;
        self.y -= y;
        self.xx -= x * x;
        self.yy -= y * y;
        self.xy -= x * y;
    }

    /// The Pearson correlation,
    /// (nΣxy − ΣxΣy) / √((nΣx² − (Σx)²)(nΣy² − (Σy)²)); `None` for n < 2 or if the co-rated levels
    /// of either row are all equal.
    ///
    /// The three terms are exact. The result is ±1 only if the correlation is exactly that, and
    /// never NaN or outside [−1, 1].
    #[inline(always)]
    pub fn pcs(&self) -> Option<f64> {
        match self.terms_i64() {
            // Equal to the wide computation; 64-bit integers convert to f64 in one instruction.
            Some((xy, xx, yy)) if xx > 0 && yy > 0 => {
                let quotient = xy as f64 / (xx as f64 * yy as f64).sqrt();
                if quotient.abs() < NEARLY_ONE {
                    return Some(quotient);
                }
                correlation(i128::from(xy), i128::from(xx), i128::from(yy))
            }
            Some(_) => None,
            None => {
                let n = i128::from(self.n);
                let wide =
                    |sum: i64, a: i64, b: i64| n * i128::from(sum) - i128::from(a) * i128::from(b);
                let (x, y) = (self.x, self.y);
                correlation(wide(self.xy, x, y), wide(self.xx, x, x), wide(self.yy, y, y))
            }
        }
    }

    /// The three terms nΣxy − ΣxΣy, nΣx² − (Σx)², nΣy² − (Σy)²; `None` if they do not fit into 64
    /// bits.
    #[inline(always)]
    fn terms_i64(&self) -> Option<(i64, i64, i64)> {
        let n = i64::from(self.n);
        let term = |sum: i64, a: i64, b: i64| n.checked_mul(sum)?.checked_sub(a.checked_mul(b)?);
        Some((
            term(self.xy, self.x, self.y)?,
            term(self.xx, self.x, self.x)?,
            term(self.yy, self.y, self.y)?,
        ))
    }

    /// Σ(x − y)²/n in levels; `None` for n = 0.
    pub(crate) fn mean_squared_difference(&self) -> Option<f64> {
        let [xx, yy, xy] = [self.xx, self.yy, self.xy].map(i128::from);
        (self.n > 0).then(|| (xx - 2 * xy + yy) as f64 / f64::from(self.n))
    }

    /// Returns Σx², Σy² and Σxy with an integer k added to every x and y.
    pub(crate) fn shifted_squares(&self, k: i64) -> (i128, i128, i128) {
        let (n, k) = (i128::from(self.n), i128::from(k));
        let shift = |sum: i64, a: i64, b: i64| {
            i128::from(sum) + k * (i128::from(a) + i128::from(b)) + n * k * k
        };
        (
            shift(self.xx, self.x, self.x),
            shift(self.yy, self.y, self.y),
            shift(self.xy, self.x, self.y),
        )
    }
}

/// xy / √(xx·yy), exact at ±1; `None` if a variance is 0.
fn correlation(xy: i128, xx: i128, yy: i128) -> Option<f64> {
    if xx <= 0 || yy <= 0 {
        return None;
    }
    let quotient = xy as f64 / (xx as f64 * yy as f64).sqrt();
    if quotient.abs() < NEARLY_ONE {
        return Some(quotient);
    }
    // Rounding may have reached 1 from below, or missed it. The integers decide.
    let exactly_one = match (xy.checked_mul(xy), xx.checked_mul(yy)) {
        (Some(square), Some(product)) => square == product,
        _ => quotient.abs() >= 1.0,
    };
    let size = if exactly_one { 1.0 } else { quotient.abs().min(1.0_f64.next_down()) };
    Some(size.copysign(quotient))
}

/// Above this magnitude, a quotient of rounded terms may represent exactly 1.
const NEARLY_ONE: f64 = 1.0 - 1e-12;

/// Computes the similarities that depend only on the overlap and the lengths of the rows; `None`
/// for measures that need the ratings.
pub(crate) fn from_counts(measure: Measure, n: u32, left: usize, right: usize) -> Option<f64> {
    let (n, left, right) = (f64::from(n), left as f64, right as f64);
    match measure {
        Measure::Overlap => Some(n),
        Measure::Jaccard => Some(n / (left + right - n)),
        Measure::BinaryCosine => Some((n / (left * right).sqrt()).min(1.0)),
        _ => None,
    }
}

/// Returns the columns and levels of a row on a stepped scale, for [`CoRatedSums::merge`].
///
/// A real scale has no levels; the iterator is then empty.
pub fn levels_of(row: Row<'_>) -> impl Iterator<Item = (u32, u32)> + '_ {
    row.columns().iter().copied().zip(row.levels())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(pairs: &[(u32, u32)]) -> CoRatedSums {
        let mut sums = CoRatedSums::default();
        for &(x, y) in pairs {
            sums.add(x, y);
        }
        sums
    }

    #[test]
    fn merge_sums_co_rated_columns() {
        let merged =
            CoRatedSums::merge([(1, 2), (4, 3), (9, 5)], [(0, 1), (4, 4), (9, 1), (12, 3)]);
        assert_eq!(merged, sums(&[(3, 4), (5, 1)]));
        assert_eq!(CoRatedSums::merge([], [(1, 1)]), CoRatedSums::default());
    }

    #[test]
    fn matches_mahouts_example() {
        let r = sums(&[(1, 2), (2, 5), (3, 6)]).pcs().unwrap();
        assert!((r - 0.960_768_922_830_522_7).abs() < 1e-15, "{r}");
    }

    #[test]
    fn undefined_correlation_is_none() {
        assert_eq!(sums(&[]).pcs(), None);
        assert_eq!(sums(&[(3, 4)]).pcs(), None);
        assert_eq!(sums(&[(3, 4), (3, 5)]).pcs(), None);
        assert_eq!(sums(&[(3, 3), (3, 3), (3, 3)]).pcs(), None);
    }

    #[test]
    fn only_exact_correlations_are_one() {
        assert_eq!(sums(&[(1, 2), (2, 4), (5, 10)]).pcs(), Some(1.0));
        assert_eq!(sums(&[(1, 5), (2, 4), (5, 1)]).pcs(), Some(-1.0));
        // Many co-rated columns with tiny variance.
        let mut long = vec![(5, 5); 2_000_000];
        long[0] = (4, 4);
        assert_eq!(sums(&long).pcs(), Some(1.0));
        long[1] = (1, 1);
        long[2] = (4, 5);
        let r = sums(&long).pcs().unwrap();
        assert!(r < 1.0 && r > 0.95, "{r}");
    }

    #[test]
    fn wide_levels_do_not_overflow() {
        let top = 1 << 20;
        let mut pairs = vec![(top, top); 1000];
        pairs.extend([(1, 1); 1000]);
        let mut wide = sums(&pairs);
        assert_eq!(wide.pcs(), Some(1.0));
        // As if every column were repeated 4,000 times.
        for sum in [&mut wide.x, &mut wide.y, &mut wide.xx, &mut wide.yy, &mut wide.xy] {
            *sum *= 4000;
        }
        wide.n *= 4000;
        assert_eq!(wide.pcs(), Some(1.0));
    }
}
