//! Sums over the co-raters of all pairs of the head's items.

use super::HeadValues;
use crate::all_pairs::Cancelled;
use crate::ids::UserIdx;
use crate::matrix::RatingMatrix;
use crate::span::Span;
use rayon::prelude::*;

/// The sums of two items over the users who rated both.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pair {
    /// Σ of the products of their values.
    pub(crate) product: f32,
    /// Number of users.
    pub(crate) overlap: u32,
}

/// The sums of all pairs of the head's items.
pub(crate) struct PairSums(Vec<Box<[Pair]>>);

impl PairSums {
    /// Each pair is summed in the order of the users, so the result does not depend on the number
    /// of threads.
    pub(crate) fn of(
        matrix: &RatingMatrix,
        values: &HeadValues,
        span: Span<'_>,
    ) -> Result<Self, Cancelled> {
        let row = |place: usize| {
            let mut sums = vec![(0.0_f64, 0_u32); place + 1];
            for (user, _) in matrix.of_item(values.head.items()[place]) {
                add_user(&mut sums, values, user, place as u32);
            }
            let pair = |(product, overlap)| Pair { product: product as f32, overlap };
            sums.into_iter().map(pair).collect()
        };
        let places = values.head.len();
        let counted = span.counted(places);
        // The last rows are the longest.
        let all = (0..places).into_par_iter().with_max_len(16);
        let rows = all.map(|place| counted.run(|| row(place)));
        rows.collect::<Option<_>>().map(Self).ok_or(Cancelled)
    }

    /// The sums of two items by their places, or of an item with itself.
    pub(crate) fn get(&self, a: usize, b: usize) -> Pair {
        self.0[a.max(b)][a.min(b)]
    }
}

/// Adds the pairs of the item at `place` with itself and earlier items that the user rated.
fn add_user(sums: &mut [(f64, u32)], values: &HeadValues, user: UserIdx, place: u32) {
    let all = values.of_user(user);
    let until = all.partition_point(|value| value.place <= place);
    let Some(own) = until.checked_sub(1) else { return };
    let value = f64::from(all[own].value);
    for other in &all[..until] {
        let (product, overlap) = &mut sums[other.place as usize];
        *product += value * f64::from(other.value);
        *overlap += 1;
    }
}
