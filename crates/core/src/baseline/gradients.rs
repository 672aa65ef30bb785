//! The user biases of a baseline by the conjugate gradient method.
//!
//! The limit of the alternating rounds solves x = Mx + g, where x is the vector of user biases, g
//! the result of the first round, and M the linear part of a round, which is a round with every
//! rating equal to μ: first the item biases y_i = −Σ_u x_u/(λ_i + n_i), then the user biases
//! −Σ_i y_i/(λ_u + n_u). I − M is symmetric and positive in the inner product Σ (λ_u + n_u)·x·y, so
//! conjugate gradients (Hestenes and Stiefel, *J. Res. NBS* 49, 1952) converge in about the square
//! root of the number of alternating rounds, each at the same cost.

use super::{BaselineOptions, ratio};
use crate::ids::RowIdx;
use crate::matrix::{RatingMatrix, Rows};
use crate::side::Side;
use rayon::prelude::*;

/// Computes the user biases, starting from those of the first round (`first`). Stops when another
/// round would change no bias by more than the tolerance, or after the maximum number of rounds.
pub(super) fn users(matrix: &RatingMatrix, first: Vec<f64>, options: &BaselineOptions) -> Vec<f64> {
    let by_user = matrix.rows(Side::Users);
    let weights: Vec<f64> =
        by_user.indices().map(|row| options.user_ridge + by_user.row_len(row) as f64).collect();
    let again = |biases: &[f64]| {
        let items = sums(matrix.rows(Side::Items), biases, options.item_ridge);
        sums(by_user, &items, options.user_ridge)
    };
    let inner = |a: &[f64], b: &[f64]| -> f64 {
        weights.iter().zip(a).zip(b).map(|((weight, a), b)| weight * a * b).sum()
    };
    let mut residual = again(&first);
    let mut biases = first;
    let mut direction = residual.clone();
    let mut length = inner(&residual, &residual);
    for _ in 1..options.rounds {
        if residual.iter().all(|entry| entry.abs() <= options.tolerance) {
            break;
        }
        let mut image = again(&direction);
        for (image, direction) in image.iter_mut().zip(&direction) {
            *image = direction - *image;
        }
        let curvature = inner(&direction, &image);
        // Without ridges a constant can move between user and item biases: the system is singular,
        // and no descent direction is left.
        if curvature <= 0.0 {
            break;
        }
        let step = length / curvature;
        add(&mut biases, step, &direction);
        add(&mut residual, -step, &image);
        let next = inner(&residual, &residual);
        let keep = next / length;
        for (direction, residual) in direction.iter_mut().zip(&residual) {
            *direction = residual + keep * *direction;
        }
        length = next;
    }
    biases
}

fn add(to: &mut [f64], factor: f64, other: &[f64]) {
    to.iter_mut().zip(other).for_each(|(to, other)| *to += factor * other);
}

/// Number of independent partial sums per row.
const LANES: usize = 4;

/// Computes −Σ biases/(ridge + n) over the columns of each row, summed in a fixed order.
fn sums(rows: &Rows, biases: &[f64], ridge: f64) -> Vec<f64> {
    let sum = |row: u32| {
        let columns = rows.row(RowIdx(row)).columns();
        let (fours, rest) = columns.as_chunks::<LANES>();
        let mut lanes = [0.0; LANES];
        for four in fours {
            for (lane, &column) in lanes.iter_mut().zip(four) {
                *lane += biases[column as usize];
            }
        }
        let rest: f64 = rest.iter().map(|&column| biases[column as usize]).sum();
        ratio(-(lanes.iter().sum::<f64>() + rest), ridge + columns.len() as f64)
    };
    (0..rows.len() as u32).into_par_iter().with_min_len(64).map(sum).collect()
}
