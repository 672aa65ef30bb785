//! Per-lane thresholds of a block's rows, in the layout of the filter.

use super::super::kernel::LANES;
use super::super::order::RowOrder;
use super::super::partial::Part;
use crate::similarity::Finisher;
use std::ops::Range;

/// By lane, [`Part::lower_bound`] of the row's list and the length of the row.
pub(super) struct Thresholds {
    pub(super) lower_bounds: [f32; LANES],
    pub(super) lengths: [f32; LANES],
}

impl Thresholds {
    pub(super) fn new(
        block: Range<u32>,
        order: &RowOrder,
        finisher: &Finisher<'_>,
        lists: &Part,
    ) -> Self {
        // Lanes without a row accept no pair.
        let mut thresholds = Self { lower_bounds: [f32::INFINITY; LANES], lengths: [1.0; LANES] };
        for (lane, position) in block.enumerate() {
            thresholds.lengths[lane] = finisher.length(order.row(position)) as f32;
            thresholds.lower_bounds[lane] = lists.lower_bound(position);
        }
        thresholds
    }
}
