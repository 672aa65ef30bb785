//! The prior covariance of the ratings of two items.

use super::options::KrigingOptions;
use crate::head::{Head, Pair, PairSums};
use crate::ids::ItemIdx;
use rayon::prelude::*;

/// The largest stored entry.
const LARGEST: f32 = i16::MAX as f32;

/// The kernel without its constant c, as integers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ItemKernel {
    head: Head,
    /// Covariances of the head's items in units of `unit`, row by row; 0 on the diagonal. The last
    /// row and the last column, of zeros, stand for all other items.
    entries: Vec<i16>,
    unit: f64,
    /// Variances of the head's items, then that of all others.
    variances: Vec<f64>,
}

impl ItemKernel {
    pub(super) fn of(pairs: &PairSums, head: &Head, options: &KrigingOptions) -> Self {
        let head = head.clone();
        let raters: Vec<f64> = (0..head.len()).map(|at| pairs.get(at, at).overlap.into()).collect();
        let entry = |a: usize, b: usize| {
            let Pair { product, overlap } = pairs.get(a, b);
            if overlap == 0 {
                return 0.0;
            }
            let overlap = f64::from(overlap);
            let cosine = overlap / (raters[a] * raters[b]).sqrt();
            let covariance = f64::from(product) / (overlap + options.shrinkage);
            (options.cosine * cosine + covariance) as f32
        };
        let places = (0..head.len()).into_par_iter();
        let largest_of_row = |a: usize| (0..a).map(|b| entry(a, b).abs()).fold(0.0, f32::max);
        let largest = places.clone().map(largest_of_row).reduce(|| 0.0, f32::max);
        let width = head.len() + 1;
        let mut entries = vec![0; width * width];
        let rows = entries.par_chunks_mut(width).take(head.len()).enumerate();
        rows.for_each(|(a, row)| {
            for (b, place) in row[..head.len()].iter_mut().enumerate().filter(|&(b, _)| b != a) {
                *place = (entry(a, b) * (LARGEST / largest)).round() as i16;
            }
        });
        let mut variances: Vec<f64> =
            places.map(|a| options.diagonal + f64::from(entry(a, a))).collect();
        variances.push(options.diagonal + options.cosine);
        Self { head, entries, unit: f64::from(largest / LARGEST), variances }
    }

    /// The row and column of an item.
    pub(super) fn place(&self, item: ItemIdx) -> usize {
        self.head.place(item).unwrap_or(self.head.len())
    }

    /// The covariances of an item with all others, by their places, in units of
    /// [`unit`](Self::unit).
    pub(super) fn row(&self, place: usize) -> &[i16] {
        let width = self.head.len() + 1;
        &self.entries[place * width..(place + 1) * width]
    }

    /// The unit of [`row`](Self::row)s.
    pub(super) fn unit(&self) -> f64 {
        self.unit
    }

    /// The variance of an item.
    pub(super) fn variance(&self, place: usize) -> f64 {
        self.variances[place]
    }
}
