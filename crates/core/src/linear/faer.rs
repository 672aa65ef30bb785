//! Factorisation with faer, in Rust.

use super::NotPositiveDefinite;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{cholesky_in_place, cholesky_in_place_scratch};
use faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_upper_triangular_in_place,
};
use faer::{MatMut, MatRef, Par};

pub(super) const NAME: &str = "faer";

pub(super) fn factorise(order: usize, entries: &mut [f64]) -> Result<(), NotPositiveDefinite> {
    let scratch = cholesky_in_place_scratch::<f64>(order, Par::Seq, Default::default());
    let mut memory = MemBuffer::new(scratch);
    let (matrix, stack) = (square_mut(order, entries), MemStack::new(&mut memory));
    let done = cholesky_in_place(matrix, Default::default(), Par::Seq, stack, Default::default());
    done.map(|_| ()).map_err(|_| NotPositiveDefinite)
}

pub(super) fn solve(order: usize, factor: &[f64], columns: &mut [f64]) {
    solve_lower(order, factor, columns);
    let lower = MatRef::from_column_major_slice(factor, order, order);
    solve_upper_triangular_in_place(lower.transpose(), columns_mut(order, columns), Par::Seq);
}

pub(super) fn solve_lower(order: usize, factor: &[f64], columns: &mut [f64]) {
    let lower = MatRef::from_column_major_slice(factor, order, order);
    solve_lower_triangular_in_place(lower, columns_mut(order, columns), Par::Seq);
}

fn square_mut(order: usize, entries: &mut [f64]) -> MatMut<'_, f64> {
    MatMut::from_column_major_slice_mut(entries, order, order)
}

fn columns_mut(order: usize, columns: &mut [f64]) -> MatMut<'_, f64> {
    let count = columns.len() / order;
    MatMut::from_column_major_slice_mut(columns, order, count)
}
