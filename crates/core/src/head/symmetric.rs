//! A value for each pair of the head's items.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The largest stored entry.
const LARGEST: f32 = i16::MAX as f32;

/// A symmetric matrix with zeros on its diagonal, held as 16-bit integers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Triangle", into = "Triangle")]
pub(crate) struct Symmetric {
    order: usize,
    /// Row by row, in units of `unit`.
    entries: Vec<i16>,
    unit: f64,
}

impl Symmetric {
    /// Rounds the entries of a matrix. `entry` returns the one of a row and an earlier column.
    pub(crate) fn of(order: usize, entry: impl Fn(usize, usize) -> f32 + Sync) -> Self {
        let rows = (0..order).into_par_iter();
        let largest_of_row = |a: usize| (0..a).map(|b| entry(a, b).abs()).fold(0.0, f32::max);
        let largest = rows.map(largest_of_row).reduce(|| 0.0, f32::max);
        let mut entries = vec![0; order * order];
        entries.par_chunks_mut(order.max(1)).enumerate().for_each(|(a, row)| {
            for (b, place) in row.iter_mut().enumerate().filter(|&(b, _)| b != a) {
                *place = (entry(a.max(b), a.min(b)) * (LARGEST / largest)).round() as i16;
            }
        });
        Self { order, entries, unit: f64::from(largest / LARGEST) }
    }

    /// Number of rows.
    pub(crate) fn order(&self) -> usize {
        self.order
    }

    /// The entries of a row, in units of [`unit`](Self::unit).
    pub(crate) fn row(&self, row: usize) -> &[i16] {
        &self.entries[row * self.order..(row + 1) * self.order]
    }

    /// The unit of the entries.
    pub(crate) fn unit(&self) -> f64 {
        self.unit
    }
}

/// The stored form: only the entries below the diagonal, row by row.
#[derive(Serialize, Deserialize)]
struct Triangle {
    order: usize,
    unit: f64,
    entries: Vec<i16>,
}

impl From<Symmetric> for Triangle {
    fn from(matrix: Symmetric) -> Self {
        let Symmetric { order, unit, .. } = matrix;
        let entries = (0..order).flat_map(|row| &matrix.row(row)[..row]).copied().collect();
        Self { order, unit, entries }
    }
}

impl TryFrom<Triangle> for Symmetric {
    type Error = &'static str;

    fn try_from(triangle: Triangle) -> Result<Self, Self::Error> {
        let Triangle { order, unit, entries: below } = triangle;
        // Compared first, since a square of any other size could exceed the memory.
        let pairs = order.checked_mul(order.saturating_sub(1)).map(|twice| twice / 2);
        if pairs != Some(below.len()) || !(unit >= 0.0 && unit.is_finite()) {
            return Err("expected an entry for each pair, and a unit");
        }
        let mut entries = vec![0; order * order];
        let mut below = below.into_iter();
        for row in 0..order {
            for (column, entry) in (0..row).zip(&mut below) {
                entries[row * order + column] = entry;
                entries[column * order + row] = entry;
            }
        }
        Ok(Self { order, entries, unit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_rounded_to_the_largest_and_symmetric() {
        let matrix =
            Symmetric::of(3, |row, column| [[0.0; 2], [-2.0, 0.0], [1.0, 0.5]][row][column]);
        assert_eq!(
            [0, 1, 2].map(|row| matrix.row(row).to_vec()),
            [vec![0, -32_767, 16_384], vec![-32_767, 0, 8_192], vec![16_384, 8_192, 0]]
        );
        assert!((matrix.unit() - 2.0 / 32_767.0).abs() < 1e-9);
    }

    #[test]
    fn the_stored_form_is_read_back_and_others_are_refused() {
        let matrix = Symmetric::of(5, |row, column| row as f32 - 2.0 * column as f32);
        for matrix in [matrix, Symmetric::of(1, |_, _| 1.0), Symmetric::of(0, |_, _| 1.0)] {
            let text = serde_json::to_string(&matrix).unwrap();
            assert_eq!(serde_json::from_str::<Symmetric>(&text).unwrap(), matrix);
        }
        for bad in [
            r#"{"order":3,"unit":1.0,"entries":[1,2]}"#,
            r#"{"order":18446744073709551615,"unit":1.0,"entries":[1,2]}"#,
            r#"{"order":2,"unit":-1.0,"entries":[1]}"#,
        ] {
            assert!(serde_json::from_str::<Symmetric>(bad).is_err(), "{bad}");
        }
    }
}
