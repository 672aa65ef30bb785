//! What a block's rows ask of a pair, as the filter wants it.

use super::super::kernel::LANES;
use super::super::order::RowOrder;
use super::super::partial::Part;
use crate::similarity::Finisher;
use std::ops::Range;

/// By lane: [`Part::least`] of the row's list, and the row's length.
pub(super) struct Bars {
    pub(super) least: [f32; LANES],
    pub(super) lengths: [f32; LANES],
}

impl Bars {
    pub(super) fn new(
        block: Range<u32>,
        order: &RowOrder,
        finisher: &Finisher<'_>,
        lists: &Part,
    ) -> Self {
        // Lanes without a row ask for more than any pair has.
        let mut bars = Self { least: [f32::INFINITY; LANES], lengths: [1.0; LANES] };
        for (lane, position) in block.enumerate() {
            bars.lengths[lane] = finisher.length(order.row(position)) as f32;
            bars.least[lane] = lists.least(position);
        }
        bars
    }
}
