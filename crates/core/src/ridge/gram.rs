//! The products of the columns of Y.

use super::options::RidgeOptions;
use crate::all_pairs::Cancelled;
use crate::head::{Head, HeadValues, PairSums};
use crate::ids::{ItemIdx, RowIdx, UserIdx};
use crate::linear::{Cholesky, Square};
use crate::matrix::RatingMatrix;
use crate::rank::Liking;
use crate::side::Side;
use crate::span::Span;
use rayon::prelude::*;

/// Y and G = YᵀY.
pub(super) struct Gram<'a> {
    matrix: &'a RatingMatrix,
    /// By user.
    likings: Vec<Liking>,
    /// Y of the head's items.
    values: HeadValues,
    /// G of the head's items.
    pairs: PairSums,
}

impl<'a> Gram<'a> {
    pub(super) fn of(
        matrix: &'a RatingMatrix,
        options: &RidgeOptions,
        span: Span<'_>,
    ) -> Result<Self, Cancelled> {
        let (rows, scale) = (matrix.rows(Side::Users), matrix.scale());
        let users: Vec<RowIdx> = rows.indices().collect();
        let liking = |user: RowIdx| Liking::from_ratings(scale, rows.row(user).ratings(scale));
        let likings: Vec<Liking> = users.into_par_iter().with_min_len(64).map(liking).collect();
        let of_user = |user: UserIdx| {
            let liking = &likings[user.0 as usize];
            move |_, rating| liking.factor(rating)
        };
        let values = HeadValues::of(matrix, Head::of(matrix, options.max_items), of_user);
        let pairs = PairSums::of(matrix, &values, span)?;
        Ok(Self { matrix, likings, values, pairs })
    }

    /// The items whose products with each other are known.
    pub(super) fn head(&self) -> &Head {
        &self.values.head
    }

    /// Returns G_ij of two items of the head.
    pub(super) fn get(&self, i: usize, j: usize) -> f64 {
        f64::from(self.pairs.get(i, j).product)
    }

    /// Adds G_ij of any item i and the head's items j to `sums`, by their places.
    pub(super) fn add_products(&self, item: ItemIdx, sums: &mut [f64]) {
        for (user, rating) in self.matrix.of_item(item) {
            let factor = self.likings[user.0 as usize].factor(rating);
            for other in self.values.of_user(user) {
                sums[other.place as usize] += factor * f64::from(other.value);
            }
        }
    }

    /// Factorises G + λI of some of the head's items.
    pub(super) fn factorise(&self, places: &[usize], ridge: f64) -> Cholesky {
        let order = places.len();
        let mut ridge = ridge;
        loop {
            let mut entries = vec![0.0; order * order];
            let columns = entries.par_chunks_mut(order.max(1)).enumerate().with_min_len(64);
            columns.for_each(|(at, column)| {
                // The entries above the diagonal are not read.
                for (entry, &row) in column.iter_mut().zip(places).skip(at) {
                    *entry = self.get(row, places[at]);
                }
                column[at] += ridge;
            });
            if let Ok(factor) = Cholesky::of(Square::from_columns(order, entries)) {
                return factor;
            }
            // Products are rounded, and the ridge may be too small to make up for that.
            ridge *= 2.0;
        }
    }
}
