//! The prior covariance of the ratings of two items.

use super::options::KrigingOptions;
use crate::head::{Head, Pair, PairSums, Symmetric};
use crate::ids::ItemIdx;
use serde::{Deserialize, Serialize};

/// The kernel without its constant c, as integers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct ItemKernel {
    head: Head,
    /// Covariances of the head's items; 0 on the diagonal. The last row and the last column, of
    /// zeros, stand for all other items.
    covariances: Symmetric,
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
                return 0.0_f32;
            }
            let overlap = f64::from(overlap);
            let cosine = overlap / (raters[a] * raters[b]).sqrt();
            let covariance = f64::from(product) / (overlap + options.shrinkage);
            (options.cosine * cosine + covariance) as f32
        };
        let others = head.len();
        let covariances =
            Symmetric::of(others + 1, |a, b| if a == others { 0.0 } else { entry(a, b) });
        let mut variances: Vec<f64> =
            (0..others).map(|a| options.diagonal + f64::from(entry(a, a))).collect();
        variances.push(options.diagonal + options.cosine);
        Self { head, covariances, variances }
    }

    /// Number of items with entries of their own.
    pub(super) fn items(&self) -> usize {
        self.head.len()
    }

    /// The row and column of an item.
    pub(super) fn place(&self, item: ItemIdx) -> usize {
        self.head.place(item).unwrap_or(self.head.len())
    }

    /// The covariances of an item with all others, by their places, in units of
    /// [`unit`](Self::unit).
    pub(super) fn row(&self, place: usize) -> &[i16] {
        self.covariances.row(place)
    }

    /// The unit of [`row`](Self::row)s.
    pub(super) fn unit(&self) -> f64 {
        self.covariances.unit()
    }

    /// The variance of an item.
    pub(super) fn variance(&self, place: usize) -> f64 {
        self.variances[place]
    }

    /// Restores a kernel of `of_items` items from its stored form; `None` if it is inconsistent.
    pub(super) fn from_stored(stored: StoredKernel, of_items: usize) -> Option<Self> {
        let StoredKernel { head, covariances, variances } = stored;
        let head = Head::from_stored(head, of_items)?;
        let places = head.len() + 1;
        // Larger numbers could overflow when a system is solved.
        let are_moderate = |numbers: &[f64]| numbers.iter().all(|n| (0.0..1e60).contains(n));
        let are_positive = are_moderate(&variances) && are_moderate(&[covariances.unit()]);
        let are_complete = (covariances.order(), variances.len()) == (places, places);
        (are_positive && are_complete).then_some(Self { head, covariances, variances })
    }
}

/// The stored form, before it is checked.
#[derive(Deserialize)]
pub(super) struct StoredKernel {
    head: Vec<ItemIdx>,
    covariances: Symmetric,
    variances: Vec<f64>,
}
