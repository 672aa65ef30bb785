//! What a block's rows ask of a pair, as the filter wants it.

use super::super::kernel::LANES;
use super::super::lists::{Bar, Part};
use super::super::order::RowOrder;
use crate::similarity::Finisher;
use std::ops::Range;

/// By lane: the least similarity that may enter the row's list, and the row's length.
pub(super) struct Bars {
    pub(super) least: [f32; LANES],
    pub(super) lengths: [f32; LANES],
}

impl Bars {
    pub(super) fn new(
        block: Range<u32>,
        order: &RowOrder,
        finisher: &Finisher,
        lists: &Part,
    ) -> Self {
        // Lanes without a row ask for more than any pair has.
        let mut bars = Self { least: [f32::INFINITY; LANES], lengths: [1.0; LANES] };
        for (lane, position) in block.enumerate() {
            bars.lengths[lane] = finisher.length(order.row(position)) as f32;
            bars.set(lane, lists.bar(position));
        }
        bars
    }

    pub(super) fn set(&mut self, lane: usize, bar: Bar) {
        self.least[lane] = rounded_down(bar);
    }
}

/// A number such that every similarity that passes the bar is at least it, and above it if it is 0;
/// negative where similarities of 0 and below may pass.
pub(super) fn rounded_down(bar: Bar) -> f32 {
    let least = match bar {
        Bar::Open { above } => above.unwrap_or(f64::NEG_INFINITY),
        // One of the same similarity passes too, by its overlap.
        Bar::Kth(kth) if kth.similarity <= 0.0 => f64::NEG_INFINITY,
        Bar::Kth(kth) => kth.similarity,
    };
    let nearest = least as f32;
    if f64::from(nearest) > least { nearest.next_down() } else { nearest }
}
