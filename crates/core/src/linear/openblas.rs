//! Factorisation with the system's OpenBLAS, through ndarray-linalg.

use super::NotPositiveDefinite;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, ShapeBuilder};
use ndarray_linalg::{CholeskyInplace, Diag, SolveTriangular, UPLO};

pub(super) const NAME: &str = "openblas";

pub(super) fn factorise(order: usize, entries: &mut [f64]) -> Result<(), NotPositiveDefinite> {
    let mut matrix = view_mut(order, order, entries);
    matrix.cholesky_inplace(UPLO::Lower).map(|_| ()).map_err(|_| NotPositiveDefinite)
}

pub(super) fn solve(order: usize, factor: &[f64], columns: &mut [f64]) {
    solve_lower(order, factor, columns);
    let lower = view(order, factor);
    replace(order, columns, |columns| {
        lower.t().solve_triangular(UPLO::Upper, Diag::NonUnit, &columns)
    });
}

pub(super) fn solve_lower(order: usize, factor: &[f64], columns: &mut [f64]) {
    let lower = view(order, factor);
    replace(order, columns, |columns| lower.solve_triangular(UPLO::Lower, Diag::NonUnit, &columns));
}

/// Replaces columns by the result of `solve`.
fn replace(
    order: usize,
    columns: &mut [f64],
    solve: impl FnOnce(Array2<f64>) -> ndarray_linalg::error::Result<Array2<f64>>,
) {
    let count = columns.len() / order;
    let mut places = view_mut(order, count, columns);
    // The shapes fit, and a factor has no 0 on its diagonal.
    let solved = solve(places.to_owned()).unwrap_or_else(|error| unreachable!("{error}"));
    places.assign(&solved);
}

fn view(order: usize, entries: &[f64]) -> ArrayView2<'_, f64> {
    let shape = (order, order).f();
    ArrayView2::from_shape(shape, entries).unwrap_or_else(|error| unreachable!("{error}"))
}

fn view_mut(rows: usize, columns: usize, entries: &mut [f64]) -> ArrayViewMut2<'_, f64> {
    let shape = (rows, columns).f();
    ArrayViewMut2::from_shape(shape, entries).unwrap_or_else(|error| unreachable!("{error}"))
}
