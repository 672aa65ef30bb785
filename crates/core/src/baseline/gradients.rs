//! The users' parts of a baseline by the method of conjugate gradients.
//!
//! What alternating rounds converge to solves x = Mx + g, where x are the users' parts, g is what the
//! first round has, and M is what a further round would make of x if every rating were μ: the items'
//! parts −Σ_u x_u/(λ_i + n_i), and −Σ_i of these/(λ_u + n_u) for the users again. I − M is symmetric and
//! positive in the inner product Σ (λ_u + n_u)·x·y, so that conjugate gradients (Hestenes and Stiefel,
//! *J. Res. NBS* 49, 1952) get there in about the square root of the rounds, each at the same cost.

use super::{BaselineOptions, ratio};
use crate::ids::RowIdx;
use crate::matrix::{RatingMatrix, Rows};
use crate::side::Side;
use rayon::prelude::*;

/// Begins with the parts `first` of a first round, and ends when a further round would move none by
/// more than the tolerance, or after so many rounds as the options allow.
pub(super) fn users(matrix: &RatingMatrix, first: Vec<f64>, options: &BaselineOptions) -> Vec<f64> {
    let by_user = matrix.rows(Side::Users);
    let weights: Vec<f64> =
        by_user.indices().map(|row| options.user_ridge + by_user.row_len(row) as f64).collect();
    let again = |parts: &[f64]| {
        let items = sums(matrix.rows(Side::Items), parts, options.item_ridge);
        sums(by_user, &items, options.user_ridge)
    };
    let inner = |a: &[f64], b: &[f64]| -> f64 {
        weights.iter().zip(a).zip(b).map(|((weight, a), b)| weight * a * b).sum()
    };
    let mut residual = again(&first);
    let mut parts = first;
    let mut direction = residual.clone();
    let mut length = inner(&residual, &residual);
    for _ in 1..options.rounds {
        if residual.iter().all(|part| part.abs() <= options.tolerance) {
            break;
        }
        let mut image = again(&direction);
        for (image, direction) in image.iter_mut().zip(&direction) {
            *image = direction - *image;
        }
        let curvature = inner(&direction, &image);
        // Without ridges nothing holds the level of users against that of items: no way down is left.
        if curvature <= 0.0 {
            break;
        }
        let step = length / curvature;
        add(&mut parts, step, &direction);
        add(&mut residual, -step, &image);
        let next = inner(&residual, &residual);
        let keep = next / length;
        for (direction, residual) in direction.iter_mut().zip(&residual) {
            *direction = residual + keep * *direction;
        }
        length = next;
    }
    parts
}

fn add(to: &mut [f64], factor: f64, other: &[f64]) {
    to.iter_mut().zip(other).for_each(|(to, other)| *to += factor * other);
}

/// How many sums of a row are under way at once.
const LANES: usize = 4;

/// −Σ of the columns' parts/(ridge + n) of each row, in an order of summing that is always the same.
fn sums(rows: &Rows, parts: &[f64], ridge: f64) -> Vec<f64> {
    let sum = |row: u32| {
        let columns = rows.row(RowIdx(row)).columns();
        let (fours, rest) = columns.as_chunks::<LANES>();
        let mut lanes = [0.0; LANES];
        for four in fours {
            for (lane, &column) in lanes.iter_mut().zip(four) {
                *lane += parts[column as usize];
            }
        }
        let rest: f64 = rest.iter().map(|&column| parts[column as usize]).sum();
        ratio(-(lanes.iter().sum::<f64>() + rest), ridge + columns.len() as f64)
    };
    (0..rows.len() as u32).into_par_iter().with_min_len(64).map(sum).collect()
}
