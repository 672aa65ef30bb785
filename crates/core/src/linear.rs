//! Linear algebra: systems of equations with a symmetric positive definite matrix.

#[cfg(not(feature = "openblas"))]
mod faer;
#[cfg(feature = "openblas")]
mod openblas;

#[cfg(not(feature = "openblas"))]
use self::faer as backend;
#[cfg(feature = "openblas")]
use self::openblas as backend;

/// A square matrix of `order` columns, stored column by column.
#[derive(Clone, Debug, PartialEq)]
pub struct Square {
    order: usize,
    entries: Vec<f64>,
}

impl Square {
    /// Creates a matrix from its entries, column by column.
    ///
    /// # Panics
    /// Panics if there are not `order`² entries.
    pub fn from_columns(order: usize, entries: Vec<f64>) -> Self {
        let (expected, found) = (order * order, entries.len());
        assert!(found == expected, "expected {expected} entries, found {found}");
        Self { order, entries }
    }

    /// Returns the number of rows, which is that of columns.
    pub fn order(&self) -> usize {
        self.order
    }

    /// Returns all entries, column by column.
    pub fn entries(&self) -> &[f64] {
        &self.entries
    }
}

/// The error that occurs when a matrix is not positive definite, or has an entry that is not
/// finite.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected a positive definite matrix, found one that is not")]
pub struct NotPositiveDefinite;

/// The Cholesky factor L of a symmetric positive definite matrix A = L·Lᵀ, computed on the calling
/// thread alone: results do not depend on the number of threads. They may differ in the last digits
/// between processors and between backends.
///
/// ```
/// use likemind::linear::{Cholesky, Square};
/// let factor = Cholesky::of(Square::from_columns(2, vec![4.0, 2.0, 2.0, 5.0]))?;
/// let mut columns = [8.0, 8.0];
/// factor.solve(&mut columns);
/// assert!((columns[0] - 1.5).abs() < 1e-12 && (columns[1] - 1.0).abs() < 1e-12);
/// # Ok::<(), likemind::linear::NotPositiveDefinite>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cholesky(Square);

impl Cholesky {
    /// Name of the library that does the work: `"faer"`, or `"openblas"` with that feature.
    pub const BACKEND: &str = backend::NAME;

    /// Factorises a matrix, of which only the entries on and below the diagonal are read.
    ///
    /// # Errors
    /// [`NotPositiveDefinite`] if it is not positive definite.
    pub fn of(mut matrix: Square) -> Result<Self, NotPositiveDefinite> {
        let order = matrix.order;
        if order > 0 {
            backend::factorise(order, &mut matrix.entries)?;
        }
        // Not every library notices NaN, which reaches the diagonal from any entry.
        let mut diagonal = (0..order).map(|row| matrix.entries[row * order + row]);
        if diagonal.all(f64::is_finite) { Ok(Self(matrix)) } else { Err(NotPositiveDefinite) }
    }

    /// Returns the order of the matrix.
    pub fn order(&self) -> usize {
        self.0.order
    }

    /// Replaces right-hand sides B, stored column by column, by the solution X of A·X = B.
    ///
    /// # Panics
    /// Panics if `columns` does not consist of whole columns.
    pub fn solve(&self, columns: &mut [f64]) {
        self.check(columns);
        if !columns.is_empty() {
            backend::solve(self.0.order, &self.0.entries, columns);
        }
    }

    /// Replaces right-hand sides B, stored column by column, by the solution X of L·X = B. The
    /// squared length of a column x of X is bᵀA⁻¹b.
    ///
    /// # Panics
    /// Panics if `columns` does not consist of whole columns.
    pub fn solve_lower(&self, columns: &mut [f64]) {
        self.check(columns);
        if !columns.is_empty() {
            backend::solve_lower(self.0.order, &self.0.entries, columns);
        }
    }

    fn check(&self, columns: &[f64]) {
        let (order, found) = (self.0.order, columns.len());
        let is_whole = if order == 0 { found == 0 } else { found.is_multiple_of(order) };
        assert!(is_whole, "expected columns of {order} numbers, found {found} numbers");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A positive definite matrix.
    fn positive(order: usize) -> Square {
        let entry = |row: usize, column: usize| {
            let distance = row.abs_diff(column) as f64;
            (-distance / 9.0).exp() + if row == column { 0.5 } else { 0.0 }
        };
        let column = |column: usize| (0..order).map(move |row| entry(row, column));
        Square::from_columns(order, (0..order).flat_map(column).collect())
    }

    fn product(matrix: &Square, vector: &[f64]) -> Vec<f64> {
        let n = matrix.order;
        let row = |row: usize| (0..n).map(|k| matrix.entries[k * n + row] * vector[k]).sum();
        (0..n).map(row).collect()
    }

    #[test]
    fn solutions_satisfy_their_equations() {
        for order in [1, 2, 5, 64, 200] {
            let matrix = positive(order);
            let factor = Cholesky::of(matrix.clone()).unwrap();
            let mut columns: Vec<f64> = (0..3 * order).map(|k| (k % 7) as f64 - 3.0).collect();
            let expected = columns.clone();
            factor.solve(&mut columns);
            for (solution, expected) in columns.chunks(order).zip(expected.chunks(order)) {
                for (found, expected) in product(&matrix, solution).iter().zip(expected) {
                    assert!((found - expected).abs() < 1e-10, "{order}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn half_solutions_have_the_length_of_the_quadratic_form() {
        let order = 50;
        let factor = Cholesky::of(positive(order)).unwrap();
        let column: Vec<f64> = (0..order).map(|k| (k as f64).sin()).collect();
        let (mut half, mut whole) = (column.clone(), column.clone());
        factor.solve_lower(&mut half);
        factor.solve(&mut whole);
        let form: f64 = column.iter().zip(&whole).map(|(b, x)| b * x).sum();
        let length: f64 = half.iter().map(|x| x * x).sum();
        assert!((form - length).abs() < 1e-10, "{form} {length}");
    }

    #[test]
    fn the_upper_triangle_is_not_read() {
        let mut matrix = positive(10);
        for row in 0..10 {
            for column in row + 1..10 {
                matrix.entries[column * 10 + row] = f64::NAN;
            }
        }
        let solve = |matrix: Square| {
            let mut column = vec![1.0; 10];
            Cholesky::of(matrix).unwrap().solve(&mut column);
            column
        };
        assert_eq!(solve(matrix), solve(positive(10)));
    }

    #[test]
    fn a_column_alone_has_the_bits_that_it_has_among_others() {
        for order in [3, 130, 700] {
            let factor = Cholesky::of(positive(order)).unwrap();
            let columns: Vec<f64> = (0..order * 64).map(|k| ((k * k) % 97) as f64 - 48.0).collect();
            let mut together = columns.clone();
            factor.solve_lower(&mut together);
            for (column, expected) in columns.chunks(order).zip(together.chunks(order)) {
                let mut padded = vec![0.0; order * 64];
                padded[..order].copy_from_slice(column);
                factor.solve_lower(&mut padded);
                assert_eq!(&padded[..order], expected);
            }
        }
    }

    #[test]
    fn rejects_matrices_that_are_not_positive_definite() {
        for entries in [[1.0, 2.0, 2.0, 1.0], [0.0; 4], [f64::NAN; 4]] {
            let matrix = Square::from_columns(2, entries.to_vec());
            assert_eq!(Cholesky::of(matrix).unwrap_err(), NotPositiveDefinite);
        }
    }

    #[test]
    fn an_empty_system_has_an_empty_solution() {
        Cholesky::of(Square::from_columns(0, Vec::new())).unwrap().solve(&mut []);
    }
}
