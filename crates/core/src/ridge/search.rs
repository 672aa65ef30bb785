//! The choice of λ on held-out training ratings.

use super::gram::Gram;
use super::options::RidgeOptions;
use super::{ItemRidge, RidgeView};
use crate::all_pairs::Cancelled;
use crate::baseline::Baseline;
use crate::evaluate::{Evaluation, RankingQuality, TestRating};
use crate::held_out::{ENOUGH, hold_out};
use crate::matrix::RatingMatrix;
use crate::span::Span;

/// The candidate in the middle, at first.
const MIDDLE: f64 = 200.0;
/// The quotient of two successive candidates.
const STEP: f64 = 2.5;
/// The candidates for λ, in steps from the middle.
const STEPS: [f64; 5] = [-2.0, -1.0, 0.0, 1.0, 2.0];

/// Number of ranges of candidates that are tried, at most.
const ROUNDS: usize = 3;

/// Number of items, at most, with which candidates are compared.
const MAX_ITEMS: usize = 2_048;

/// Length of the lists by which λ is chosen. Shorter ones leave more to chance: chosen by the first
/// 10, λ lies between 318 and 815 for parts of the same ratings (ml-100k), by the first 50 between
/// 362 and 498.
const LENGTH: usize = 50;
/// Length of the lists whose quality is returned.
const SHOWN_LENGTH: usize = 10;

/// Chooses the λ whose lists rank held-out ratings best, liked or not. Returns their quality too;
/// `None` if nothing is to be chosen, or there is too little to choose by.
pub(super) fn choose(
    matrix: &RatingMatrix,
    options: RidgeOptions,
    span: Span<'_>,
) -> Result<(RidgeOptions, Option<RankingQuality>), Cancelled> {
    if !options.search {
        return Ok((options, None));
    }
    span.begin()?;
    let (train, held_out) = hold_out(matrix);
    let test: Vec<TestRating> = held_out.iter().flat_map(|user| user.test_ratings()).collect();
    if test.len() < ENOUGH {
        return Ok((options, None));
    }
    let trial = options.with_max_items(options.max_items.min(MAX_ITEMS)).with_nearest(0);
    let [comparing, trying] = span.split([1.0, 6.0]);
    let gram = Gram::of(&train, &trial, comparing)?;
    let quality = |ridge: f64, length: usize, span: Span<'_>| {
        let trial = trial.with_ridge(ridge);
        let fitted = ItemRidge::of(&gram, &[], Baseline::default(), trial, span)?;
        let model = RidgeView::new(&train, &fitted);
        let quality = Evaluation::on(&train, &test).ranking_quality(&model, length);
        Ok(quality.unwrap_or_else(|error| unreachable!("stored users: {error}")))
    };
    let mut ridge = MIDDLE;
    // Most searches end after the first round, so each is expected to take half of what is left.
    let mut left = trying;
    for _ in 0..ROUNDS {
        let [round, rest] = left.split([1.0, 1.0]);
        left = rest;
        let ridge_at = |step: f64| ridge * STEP.powf(step);
        let mut heights = [0.0; STEPS.len()];
        for ((height, step), span) in
            heights.iter_mut().zip(STEPS).zip(round.split_evenly(STEPS.len()))
        {
            *height = quality(ridge_at(step), LENGTH, span)?.ndcg;
        }
        let best = vertex(heights);
        ridge = ridge_at(best);
        // At an end of the range, better candidates may lie beyond.
        if best.abs() < STEPS[STEPS.len() - 1] {
            break;
        }
    }
    Ok((options.with_ridge(ridge), Some(quality(ridge, SHOWN_LENGTH, left)?)))
}

/// Returns where the parabola of least squares through these heights at [`STEPS`] is highest within
/// the range of the steps.
fn vertex(heights: [f64; 5]) -> f64 {
    // Both polynomials are orthogonal on the steps, so the coefficients are independent.
    let coefficient = |polynomial: fn(f64) -> f64| {
        let products = STEPS.iter().zip(heights).map(|(&step, height)| polynomial(step) * height);
        let squares = STEPS.iter().map(|&step| polynomial(step).powi(2));
        products.sum::<f64>() / squares.sum::<f64>()
    };
    let (slope, curvature) = (coefficient(|step| step), coefficient(|step| step * step - 2.0));
    let [first, .., last] = STEPS;
    if curvature < 0.0 {
        (slope / (-2.0 * curvature)).clamp(first, last)
    } else if slope < 0.0 {
        first
    } else {
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vertex_is_where_a_parabola_is_highest() {
        let at = |highest: f64| vertex(STEPS.map(|step| 7.0 - (step - highest).powi(2)));
        for (highest, expected) in [(0.3, 0.3), (-1.7, -1.7), (5.0, 2.0), (-9.0, -2.0)] {
            assert!((at(highest) - expected).abs() < 1e-12);
        }
        assert_eq!(vertex([1.0, 2.0, 3.0, 4.0, 5.0]), 2.0);
        assert_eq!(vertex([9.0, 4.0, 1.0, 0.0, 1.0]), -2.0);
    }
}
