//! Correlation and cosine of values of any magnitude, computed in several passes.

use super::real::quotient;

/// Magnitudes above this, or below its inverse, are rescaled towards 1, so that no square overflows
/// or underflows.
const MAX_MAGNITUDE: f64 = f64::from_bits((1023 + 300) << 52);

/// The Pearson correlation of pairs of finite values, within ±1; `None` for fewer than two pairs,
/// or if all values of one side are equal.
pub(crate) fn correlation_of(pairs: &[(f64, f64)]) -> Option<f64> {
    let (x, y) = split(pairs);
    (!are_equal(&x) && !are_equal(&y)).then(|| cosine(&centred(x), &centred(y))).flatten()
}

/// The cosine of pairs of finite values, within ±1; `None` if all values of one side are 0.
pub(crate) fn cosine_of(pairs: &[(f64, f64)]) -> Option<f64> {
    let (x, y) = split(pairs);
    cosine(&rescaled(x), &rescaled(y))
}

/// The deviations of finite values from their mean, to double precision; all 0 if the values are
/// equal. Very large and very small values are multiplied by a power of two.
pub(crate) fn deviations(values: Vec<f64>) -> Vec<f64> {
    if are_equal(&values) { vec![0.0; values.len()] } else { centred(values) }
}

fn split(pairs: &[(f64, f64)]) -> (Vec<f64>, Vec<f64>) {
    pairs.iter().copied().unzip()
}

fn are_equal(values: &[f64]) -> bool {
    values.windows(2).all(|two| two[0] == two[1])
}

/// The mean is subtracted twice: the first mean is inaccurate by the rounding of large values, the
/// second only by the rounding of their deviations.
fn centred(values: Vec<f64>) -> Vec<f64> {
    let mut values = rescaled(values);
    for _ in 0..2 {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter_mut().for_each(|value| *value -= mean);
    }
    values
}

/// Multiplies values by a power of two such that the largest magnitude is within a factor of
/// [`MAX_MAGNITUDE`] of 1.
fn rescaled(mut values: Vec<f64>) -> Vec<f64> {
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let (mut scaled, mut factors) = (largest, Vec::new());
    while scaled > MAX_MAGNITUDE || (scaled > 0.0 && scaled < 1.0 / MAX_MAGNITUDE) {
        let factor = if scaled > MAX_MAGNITUDE { 1.0 / MAX_MAGNITUDE } else { MAX_MAGNITUDE };
        scaled *= factor;
        factors.push(factor);
    }
    for factor in factors {
        values.iter_mut().for_each(|value| *value *= factor);
    }
    values
}

fn cosine(x: &[f64], y: &[f64]) -> Option<f64> {
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let (xx, yy) = (product(x, x), product(y, y));
    (xx > 0.0 && yy > 0.0).then(|| quotient(product(x, y), xx.sqrt(), yy.sqrt()))
}
