//! Weights for all pairs of the head's items.

use super::gram::Gram;
use crate::all_pairs::Cancelled;
use crate::head::Symmetric;
use crate::linear::Cholesky;
use crate::span::Span;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Number of columns of the inverse that are computed at once.
const BLOCK: usize = 64;

/// P = (G + λI)⁻¹ of the head's items, as partial correlations: C_ij = −P_ij/√(P_ii·P_jj).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PartialCorrelations {
    /// C, with zeros on the diagonal.
    correlations: Symmetric,
    /// √P_ii.
    deviations: Vec<f64>,
}

impl PartialCorrelations {
    pub(super) fn of(gram: &Gram<'_>, ridge: f64, span: Span<'_>) -> Result<Self, Cancelled> {
        let order = gram.head().len();
        let places: Vec<usize> = (0..order).collect();
        let [factorising, inverting] = span.split([1.0, 4.0]);
        factorising.begin()?;
        let inverse = inverse(&gram.factorise(&places, ridge), inverting)?;
        let deviations: Vec<f64> =
            places.iter().map(|&i| f64::from(inverse[i * order + i]).sqrt()).collect();
        let correlations = Symmetric::of(order, |i, j| {
            let product = f64::from(inverse[j * order + i]);
            (-product / (deviations[i] * deviations[j])) as f32
        });
        Ok(Self { correlations, deviations })
    }

    /// The partial correlations of an item with all others, in units of [`unit`](Self::unit).
    pub(super) fn row(&self, place: usize) -> &[i16] {
        self.correlations.row(place)
    }

    /// The unit of [`row`](Self::row)s.
    pub(super) fn unit(&self) -> f64 {
        self.correlations.unit()
    }

    /// √P_ii: the weight of item j for item i is C_ij·√P_jj/√P_ii.
    pub(super) fn deviation(&self, place: usize) -> f64 {
        self.deviations[place]
    }

    /// Whether all parts are of `places` items.
    pub(super) fn are_of(&self, places: usize) -> bool {
        let are_positive =
            self.deviations.iter().all(|&deviation| deviation > 0.0 && deviation.is_finite());
        (self.correlations.order(), self.deviations.len()) == (places, places) && are_positive
    }
}

/// Computes the inverse, column by column.
fn inverse(factor: &Cholesky, span: Span<'_>) -> Result<Vec<f32>, Cancelled> {
    let order = factor.order();
    let mut inverse = vec![0.0; order * order];
    let counted = span.counted(order.div_ceil(BLOCK));
    let fill = |(block, inverse): (usize, &mut [f32])| {
        let mut columns = vec![0.0; inverse.len()];
        for (position, column) in columns.chunks_mut(order).enumerate() {
            column[block * BLOCK + position] = 1.0;
        }
        factor.solve(&mut columns);
        for (single, double) in inverse.iter_mut().zip(columns) {
            *single = double as f32;
        }
    };
    let blocks = inverse.par_chunks_mut((order * BLOCK).max(1)).enumerate();
    let filled = blocks.map(|block| counted.run(|| fill(block)));
    filled.collect::<Option<()>>().map(|()| inverse).ok_or(Cancelled)
}
