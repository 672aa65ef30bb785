//! Correlation and cosine of values of any magnitude, by several passes over them.

use super::real::quotient;

/// Magnitudes beyond this, or below its inverse, are brought nearer to 1, so that no square
/// overflows or vanishes.
const FAR: f64 = f64::from_bits((1023 + 300) << 52);

/// The Pearson correlation of pairs of finite values, within ±1; `None` for fewer than two pairs, or
/// where all of one side are equal.
pub(crate) fn correlation_of(pairs: &[(f64, f64)]) -> Option<f64> {
    let (x, y) = split(pairs);
    (!are_equal(&x) && !are_equal(&y)).then(|| cosine(&centred(x), &centred(y))).flatten()
}

/// The cosine of pairs of finite values, within ±1; `None` where all of one side are 0.
pub(crate) fn cosine_of(pairs: &[(f64, f64)]) -> Option<f64> {
    let (x, y) = split(pairs);
    cosine(&near_one(x), &near_one(y))
}

/// The distances of finite values from their mean, to the precision of a double; all 0 where the
/// values are equal. Very large and very small ones are multiplied by a power of two.
pub(crate) fn deviations(values: Vec<f64>) -> Vec<f64> {
    if are_equal(&values) { vec![0.0; values.len()] } else { centred(values) }
}

fn split(pairs: &[(f64, f64)]) -> (Vec<f64>, Vec<f64>) {
    pairs.iter().copied().unzip()
}

fn are_equal(values: &[f64]) -> bool {
    values.windows(2).all(|two| two[0] == two[1])
}

/// The mean is subtracted twice: the first time it is off by the rounding of large values, the
/// second time by that of their distances alone.
fn centred(values: Vec<f64>) -> Vec<f64> {
    let mut values = near_one(values);
    for _ in 0..2 {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter_mut().for_each(|value| *value -= mean);
    }
    values
}

/// Multiplied by a power of two that brings the largest magnitude within [`FAR`] of 1.
fn near_one(mut values: Vec<f64>) -> Vec<f64> {
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let (mut scaled, mut factors) = (largest, Vec::new());
    while scaled > FAR || (scaled > 0.0 && scaled < 1.0 / FAR) {
        let factor = if scaled > FAR { 1.0 / FAR } else { FAR };
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
