//! Weights for all pairs of the head's items.

use super::gram::Gram;
use crate::linear::Cholesky;
use rayon::prelude::*;

/// The largest stored entry.
const LARGEST: f32 = i16::MAX as f32;

/// Number of columns of the inverse that are computed at once.
const BLOCK: usize = 64;

/// P = (G + λI)⁻¹ of the head's items, as partial correlations: C_ij = −P_ij/√(P_ii·P_jj).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PartialCorrelations {
    /// C in units of `unit`, row by row; 0 on the diagonal.
    entries: Vec<i16>,
    unit: f64,
    /// √P_ii.
    deviations: Vec<f64>,
}

impl PartialCorrelations {
    pub(super) fn of(gram: &Gram<'_>, ridge: f64) -> Self {
        let order = gram.head().len();
        let places: Vec<usize> = (0..order).collect();
        let inverse = inverse(&gram.factorise(&places, ridge));
        let deviations: Vec<f64> =
            places.iter().map(|&i| f64::from(inverse[i * order + i]).sqrt()).collect();
        // Both halves of the inverse are the same but for rounding; the first one counts.
        let entry = |i: usize, j: usize| {
            let product = f64::from(inverse[i.min(j) * order + i.max(j)]);
            (-product / (deviations[i] * deviations[j])) as f32
        };
        let largest_of_row = |i: usize| (0..i).map(|j| entry(i, j).abs()).fold(0.0, f32::max);
        let largest = places.par_iter().map(|&i| largest_of_row(i)).reduce(|| 0.0, f32::max);
        let mut entries = vec![0; order * order];
        entries.par_chunks_mut(order.max(1)).enumerate().for_each(|(i, row)| {
            for (j, place) in row.iter_mut().enumerate().filter(|&(j, _)| j != i) {
                *place = (entry(i, j) * (LARGEST / largest)).round() as i16;
            }
        });
        Self { entries, unit: f64::from(largest / LARGEST), deviations }
    }

    /// The partial correlations of an item with all others, in units of [`unit`](Self::unit).
    pub(super) fn row(&self, place: usize) -> &[i16] {
        let order = self.deviations.len();
        &self.entries[place * order..(place + 1) * order]
    }

    /// The unit of [`row`](Self::row)s.
    pub(super) fn unit(&self) -> f64 {
        self.unit
    }

    /// √P_ii: the weight of item j for item i is C_ij·√P_jj/√P_ii.
    pub(super) fn deviation(&self, place: usize) -> f64 {
        self.deviations[place]
    }
}

/// Computes the inverse, column by column.
fn inverse(factor: &Cholesky) -> Vec<f32> {
    let order = factor.order();
    let mut inverse = vec![0.0; order * order];
    let blocks = inverse.par_chunks_mut((order * BLOCK).max(1)).enumerate();
    blocks.for_each(|(block, inverse)| {
        let mut columns = vec![0.0; inverse.len()];
        for (position, column) in columns.chunks_mut(order).enumerate() {
            column[block * BLOCK + position] = 1.0;
        }
        factor.solve(&mut columns);
        for (single, double) in inverse.iter_mut().zip(columns) {
            *single = double as f32;
        }
    });
    inverse
}
