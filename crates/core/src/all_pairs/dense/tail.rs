//! The co-ratings of columns that blocks do not hold: few, so they are added one by one.

use super::super::columns::OrderedColumns;
use super::super::kernel::BlockSums;
use super::head::Head;
use std::ops::Range;

/// The co-ratings of a block's rows with a range of other rows, sorted by the other row.
#[derive(Default)]
pub(super) struct Events {
    /// As gathered, with the other row's place in the range.
    gathered: Vec<(u32, Event)>,
    /// Where the events of each other row begin.
    starts: Vec<u32>,
    sorted: Vec<Event>,
}

#[derive(Clone, Copy, Default)]
struct Event {
    lane: u8,
    x: u8,
    y: u8,
}

impl Events {
    /// Gathers the co-ratings of a block with `others`, those of later rows alone.
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
                    let place = other - others.start;
                    self.starts[place as usize] += 1;
                    self.gathered.push((place, Event { lane, x, y }));
                }
            }
        }
        self.sort();
    }

    /// A counting sort: the starts come to hold each place's end, then, as it fills, its start.
    fn sort(&mut self) {
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        self.sorted.resize(self.gathered.len(), Event::default());
        for &(place, event) in &self.gathered {
            let start = &mut self.starts[place as usize];
            *start -= 1;
            self.sorted[*start as usize] = event;
        }
    }

    /// Adds the co-ratings with the other row at `place` of the range.
    pub(super) fn add_to(&self, sums: &mut BlockSums, place: usize) {
        let events = self.starts[place] as usize..self.starts[place + 1] as usize;
        for event in &self.sorted[events] {
            sums.add(usize::from(event.lane), event.x, event.y);
        }
    }
}
