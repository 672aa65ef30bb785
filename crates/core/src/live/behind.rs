//! Taking up an index that is older than the ratings.

use super::error::LiveError;
use super::index::{ALONE, LiveIndex};
use super::list::OwnedList;
use super::pairs::Pairs;
use crate::ids::{DenseIdx, RowIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::Neighbour;
use crate::similarity::Accumulators;
use rayon::prelude::*;

/// A neighbour for the list of a row.
type Offer = (RowIdx, Neighbour);

impl LiveIndex {
    /// Takes in that the rows `touched`, and those that the job did not know, have other ratings.
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
        let (own, offers) = self.of_touched(&pairs, &is_touched);
        let mut short = Vec::new();
        for (row, list) in own {
            self.put(row, list, &mut short);
        }
        self.mend(&is_touched, &offers, &mut short);
        self.refill(&pairs, &short);
        Ok(())
    }

    /// The lists of the rows that were touched, and what they offer to those of the others, by row.
    fn of_touched(
        &self,
        pairs: &Pairs<'_>,
        is_touched: &[bool],
    ) -> (Vec<(RowIdx, OwnedList)>, Vec<Offer>) {
        let rows = RowIdx::first(self.rows()).filter(|&row| is_touched[row.at()]);
        let touched: Vec<RowIdx> = rows.collect();
        let each = |memory: &mut Accumulators, &row: &RowIdx| {
            let all = pairs.neighbours_of(row, memory);
            let others = all.iter().filter(|n| !is_touched[n.index.at()]);
            let offers = others.filter_map(|n| {
                let offer = Neighbour { index: row, ..*n };
                self.list(n.index).takes(&offer).then_some((n.index, offer))
            });
            let offers: Vec<Offer> = offers.collect();
            ((row, OwnedList::of_all(all, self.longest())), offers)
        };
        let each_thread = touched.par_iter().with_min_len(ALONE);
        let (own, offers): (Vec<_>, Vec<_>) =
            each_thread.map_init(Accumulators::default, each).unzip();
        let mut offers = offers.concat();
        offers.sort_unstable_by_key(|&(row, offer)| (row, offer.index));
        (own, offers)
    }

    /// Takes the touched rows out of the lists of all others, and what they offer in.
    fn mend(&mut self, is_touched: &[bool], mut offers: &[Offer], short: &mut Vec<RowIdx>) {
        let leaves = |n: &Neighbour| is_touched[n.index.at()];
        for row in RowIdx::first(self.rows()).filter(|&row| !is_touched[row.at()]) {
            let until = offers.iter().take_while(|offer| offer.0 == row).count();
            let (entering, rest) = offers.split_at(until);
            offers = rest;
            let list = self.list(row);
            if !entering.is_empty() || list.neighbours.iter().any(leaves) {
                let entering = entering.iter().map(|offer| offer.1);
                let after = list.after(leaves, entering, self.longest());
                self.put(row, after, short);
            }
        }
    }
}
