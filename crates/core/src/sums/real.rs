//! The sums of a pair of rows of real values, added in ascending order of columns.
//!
//! A single pass is fast, but the variance that remains after cancellation may consist of rounding
//! errors. The sums detect this and return [`Quotient::Inaccurate`]; the pair is then computed in
//! several passes.

/// A quotient computed from sums.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Quotient {
    /// The value, within 5·10⁻¹⁰.
    Accurate(f64),
    /// Undefined: a row is constant or all zeros.
    Undefined,
    /// Possibly affected by rounding, overflow or underflow.
    Inaccurate,
}

/// Above this magnitude, the squared difference of two distinct doubles exceeds [`SMALLEST_SUM`].
const MIN_DISTINGUISHABLE: f64 = f64::from_bits((1023 - 350) << 52);
/// Sums of squares in this range have lost nothing to underflow and cannot overflow.
const SMALLEST_SUM: f64 = f64::from_bits((1023 - 850) << 52);
const LARGEST_SUM: f64 = f64::from_bits((1023 + 400) << 52);

/// n, Σx, Σy, Σx², Σy² and Σxy of the co-rated values minus those of the first co-rated column.
///
/// The shift leaves the correlation unchanged and keeps the sums small. It is taken from the pair
/// itself, so nothing outside the co-rated values affects the result. Values that are all equal
/// yield exact zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
// One accumulator cell occupies one cache line.
#[repr(align(64))]
pub(crate) struct CorrelationSums {
    n: u32,
    first: (f64, f64),
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl CorrelationSums {
    #[inline]
    pub(crate) fn add(&mut self, x: f64, y: f64) {
        if self.n == 0 {
            self.first = (x, y);
        }
        let (x, y) = (x - self.first.0, y - self.first.1);
        self.n += 1;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    pub(crate) fn overlap(&self) -> u32 {
        self.n
    }

    /// The Pearson correlation, like [`CoRatedSums::pcs`](super::CoRatedSums::pcs), within ±1.
    pub(crate) fn correlation(&self) -> Quotient {
        let n = f64::from(self.n);
        if self.n < 2 || all_equal(self.xx, self.first.0) || all_equal(self.yy, self.first.1) {
            return Quotient::Undefined;
        }
        let (xx, yy) = (n * self.xx - self.x * self.x, n * self.yy - self.y * self.y);
        let min = min_remaining(n) * n;
        let is_accurate =
            |remaining: f64, squares: f64| is_safe(squares) && remaining >= min * squares;
        if is_accurate(xx, self.xx) && is_accurate(yy, self.yy) {
            let quotient = (n * self.xy - self.x * self.y) / (xx.sqrt() * yy.sqrt());
            return Quotient::Accurate(quotient.clamp(-1.0, 1.0));
        }
        Quotient::Inaccurate
    }
}

/// Whether values with this sum of squared differences from the first value are certainly all
/// equal.
fn all_equal(squares: f64, first: f64) -> bool {
    squares == 0.0 && first.abs() >= MIN_DISTINGUISHABLE
}

/// The fraction of nΣx² that must remain in nΣx² − (Σx)² for the quotient to be within 5·10⁻¹⁰.
///
/// With u = 2⁻⁵³, each sum of n terms has a relative error of at most (n + 3)u, and each of the
/// differences of two products an error of at most (3n + 6)u·√(nΣx²·nΣy²) (Higham, *Accuracy and
/// Stability of Numerical Algorithms*, section 3.1). If a fraction p of both squares remains, the
/// error of the quotient is 2(3n + 6)u/p. As one of the summed values is 0, p is at least 1/n:
/// short overlaps always pass.
fn min_remaining(n: f64) -> f64 {
    const UNIT: f64 = f64::EPSILON / 2.0;
    2.0 * (3.0 * n + 6.0) * UNIT / 5e-10
}

fn is_safe(squares: f64) -> bool {
    (SMALLEST_SUM..=LARGEST_SUM).contains(&squares)
}

/// n, Σx², Σy² and Σxy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct ProductSums {
    n: u32,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl ProductSums {
    #[inline]
    pub(crate) fn add(&mut self, x: f64, y: f64) {
        self.n += 1;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    pub(crate) fn overlap(&self) -> u32 {
        self.n
    }

    /// Σxy/√(Σx²·Σy²), within ±1.
    pub(crate) fn cosine(&self) -> Quotient {
        if is_safe(self.xx) && is_safe(self.yy) {
            return Quotient::Accurate(quotient(self.xy, self.xx.sqrt(), self.yy.sqrt()));
        }
        Quotient::Inaccurate
    }

    /// Σxy/(‖x‖·‖y‖) with the norms of whole rows, within ±1; `None` if one of them is 0 or not
    /// finite.
    pub(crate) fn cosine_with_norms(&self, left: f64, right: f64) -> Option<f64> {
        let quotient = quotient(self.xy, left, right);
        (left > 0.0 && right > 0.0 && quotient.is_finite()).then_some(quotient)
    }
}

pub(super) fn quotient(product: f64, left: f64, right: f64) -> f64 {
    (product / (left * right)).clamp(-1.0, 1.0)
}

/// n and Σ(x − y)².
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct DifferenceSums {
    n: u32,
    squares: f64,
}

impl DifferenceSums {
    #[inline]
    pub(crate) fn add(&mut self, x: f64, y: f64) {
        self.n += 1;
        self.squares += (x - y) * (x - y);
    }

    pub(crate) fn overlap(&self) -> u32 {
        self.n
    }

    /// Σ(x − y)²/n, infinite on overflow; `None` for n = 0.
    pub(crate) fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.squares / f64::from(self.n))
    }
}
