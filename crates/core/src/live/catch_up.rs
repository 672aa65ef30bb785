//! Updating an index that is older than the ratings.

use super::error::LiveError;
use super::index::{LiveIndex, MIN_LISTS_PER_THREAD};
use super::list::{BestNeighbours, OwnedList};
use super::pairs::Pairs;
use crate::ids::{DenseIdx, RowIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::Neighbour;
use crate::similarity::Accumulators;
use rayon::prelude::*;

/// A row, and a neighbour offered to its list.
type Offer = (RowIdx, Neighbour);

impl LiveIndex {
    /// Updates the lists for changed ratings of the rows `touched`, and of the rows from `known`
    /// on, which are missing from the index.
    pub(super) fn catch_up(
        &mut self,
        matrix: &RatingMatrix,
        known: usize,
        touched: &[RowIdx],
    ) -> Result<(), LiveError> {
        let rows = self.rows();
        let mut is_touched = vec![false; rows];
        is_touched[known..].fill(true);
        for &row in touched {
            let unknown = LiveError::UnknownRow { rows, found: row };
            *is_touched.get_mut(row.at()).ok_or(unknown)? = true;
        }
        let pairs = Pairs::new(matrix, *self.parameters());
        let (lists, offers) = self.recompute_touched(&pairs, &is_touched);
        let mut short = Vec::new();
        for (row, list) in lists {
            self.put(row, list, &mut short);
        }
        self.replace_touched(&is_touched, &offers, &mut short);
        self.refill(&pairs, &short);
        Ok(())
    }

    /// Computes the lists of the touched rows, and the neighbours they offer to the other lists,
    /// sorted by row.
    fn recompute_touched(
        &self,
        pairs: &Pairs<'_>,
        is_touched: &[bool],
    ) -> (Vec<(RowIdx, OwnedList)>, Vec<Offer>) {
        let rows = RowIdx::first(self.rows()).filter(|&row| is_touched[row.at()]);
        let touched: Vec<RowIdx> = rows.collect();
        let recompute = |memory: &mut Accumulators, &row: &RowIdx| {
            let mut best = BestNeighbours::new(self.lists().capacity());
            let mut offers: Vec<Offer> = Vec::new();
            pairs.each_neighbour_of(row, memory, |n| {
                best.offer(n);
                let offer = Neighbour { index: row, ..n };
                if !is_touched[n.index.at()] && self.lists().kept(n.index).takes(&offer) {
                    offers.push((n.index, offer));
                }
            });
            ((row, best.into_list()), offers)
        };
        let touched_rows = touched.par_iter().with_min_len(MIN_LISTS_PER_THREAD);
        let (lists, offers): (Vec<_>, Vec<_>) =
            touched_rows.map_init(Accumulators::default, recompute).unzip();
        let mut offers = offers.concat();
        offers.sort_unstable_by_key(|&(row, offer)| (row, offer.index));
        (lists, offers)
    }

    /// Removes the touched rows from all other lists, and inserts the offers.
    fn replace_touched(
        &mut self,
        is_touched: &[bool],
        mut offers: &[Offer],
        short: &mut Vec<RowIdx>,
    ) {
        let leaves = |n: &Neighbour| is_touched[n.index.at()];
        for row in RowIdx::first(self.rows()).filter(|&row| !is_touched[row.at()]) {
            let count = offers.iter().take_while(|offer| offer.0 == row).count();
            let (entering, rest) = offers.split_at(count);
            offers = rest;
            let list = self.lists().kept(row);
            if !entering.is_empty() || list.neighbours.iter().any(leaves) {
                let entering = entering.iter().map(|offer| offer.1);
                let after = list.after(leaves, entering, self.lists().capacity());
                self.put(row, after, short);
            }
        }
    }
}
