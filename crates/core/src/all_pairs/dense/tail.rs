//! Co-ratings in columns outside the head: there are few of them, so they are added one by one.

use super::super::columns::OrderedColumns;
use super::super::kernel::BlockSums;
use super::head::Head;
use std::ops::Range;

/// The co-ratings of a block's rows with a range of other rows, sorted by the other row.
#[derive(Default)]
pub(super) struct CoRatings {
    /// The co-ratings in the order they were gathered, with the offset of the other row in the
    /// range.
    gathered: Vec<(u32, CoRating)>,
    /// The start of each other row's co-ratings in `sorted`.
    starts: Vec<u32>,
    sorted: Vec<CoRating>,
}

#[derive(Clone, Copy, Default)]
struct CoRating {
    lane: u8,
    x: u8,
    y: u8,
}

impl CoRatings {
    /// Gathers the co-ratings of each row of a block with the later rows in `others`.
    pub(super) fn gather(
        &mut self,
        block: Range<u32>,
        others: Range<u32>,
        head: &Head,
        columns: &OrderedColumns<u8>,
    ) {
        self.gathered.clear();
        self.starts.clear();
        self.starts.resize(others.len() + 1, 0);
        for (lane, position) in (0..).zip(block) {
            let first = others.start.max(position + 1);
            for &(column, x) in head.tail(position) {
                let (positions, levels) = columns.lists().of(column);
                let from = positions.partition_point(|&other| other < first);
                for (&other, &y) in positions[from..].iter().zip(&levels[from..]) {
                    if other >= others.end {
                        break;
                    }
                    let offset = other - others.start;
                    self.starts[offset as usize] += 1;
                    self.gathered.push((offset, CoRating { lane, x, y }));
                }
            }
        }
        self.sort();
    }

    /// A counting sort: `starts` first holds the end of each row's range, and reaches its start as
    /// the range is filled.
    fn sort(&mut self) {
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        self.sorted.resize(self.gathered.len(), CoRating::default());
        for &(offset, co_rating) in &self.gathered {
            let start = &mut self.starts[offset as usize];
            *start -= 1;
            self.sorted[*start as usize] = co_rating;
        }
    }

    /// Adds the co-ratings with the row at offset `offset` of the range.
    pub(super) fn add_to(&self, sums: &mut BlockSums, offset: usize) {
        let range = self.starts[offset] as usize..self.starts[offset + 1] as usize;
        for co_rating in &self.sorted[range] {
            sums.add(usize::from(co_rating.lane), co_rating.x, co_rating.y);
        }
    }
}
