//! The lists of all rows while they grow, and what a tile adds to them.

use super::order::RowOrder;
use super::tile::Tile;
use super::top_k::TopK;
use crate::neighbours::{Neighbour, NeighbourIndex};
use crate::parameters::ModelParameters;
use std::cmp::Ordering;
use std::mem;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many rows share a lock.
const BAND: usize = 256;

/// The growing lists by position, in bands that are locked together.
pub(super) struct NeighbourLists {
    k: usize,
    floor: Bar,
    bands: Vec<Mutex<Vec<TopK>>>,
}

/// What a neighbour has to pass to enter a list.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bar {
    /// The list has room: it takes every neighbour that the model keeps.
    Open {
        /// Similarities that are not above this are not kept; `None` if all are.
        above: Option<f64>,
    },
    /// Those that rank before the k-th.
    Kth(Neighbour),
}

impl Bar {
    /// Whether a list with this bar takes a neighbour.
    fn admits(&self, neighbour: &Neighbour) -> bool {
        match self {
            Self::Open { above } => above.is_none_or(|above| neighbour.similarity > above),
            Self::Kth(kth) => neighbour.rank_order(kth) == Ordering::Less,
        }
    }
}

/// What the pairs of one tile give to the lists of its rows and of its columns.
pub struct PartialNeighbours {
    rows: Part,
    columns: Part,
}

/// Lists of a range of positions.
pub(super) struct Part {
    k: usize,
    start: u32,
    bars: Vec<Bar>,
    lists: Vec<TopK>,
}

impl Part {
    /// The bar of a position's list: the merged tiles' or, once higher, this tile's.
    pub(super) fn bar(&self, position: u32) -> Bar {
        self.bars[(position - self.start) as usize]
    }

    /// Offers a neighbour to a position's list; true if the bar rose.
    pub(super) fn offer(&mut self, position: u32, neighbour: Neighbour) -> bool {
        let at = (position - self.start) as usize;
        if !self.bars[at].admits(&neighbour) || !self.lists[at].offer(self.k, neighbour) {
            return false;
        }
        // The k-th of this tile's own cannot rank after a bar that all of them passed.
        let Some(kth) = self.lists[at].bar(self.k) else { return false };
        self.bars[at] = Bar::Kth(kth);
        true
    }
}

impl PartialNeighbours {
    pub(super) fn rows(&mut self) -> &mut Part {
        &mut self.rows
    }

    pub(super) fn columns(&mut self) -> &mut Part {
        &mut self.columns
    }
}

impl NeighbourLists {
    pub(super) fn new(rows: usize, parameters: &ModelParameters) -> Self {
        // No list can be longer than the other rows are many.
        let k = parameters.k().min(rows.max(1));
        let band = |first: usize| Mutex::new(vec![TopK::default(); BAND.min(rows - first)]);
        let floor = Bar::Open { above: parameters.floor() };
        Self { k, floor, bands: (0..rows).step_by(BAND).map(band).collect() }
    }

    /// Empty lists for a tile, which know the bars that offers have to pass.
    pub(super) fn start(&self, tile: &Tile) -> PartialNeighbours {
        PartialNeighbours { rows: self.part(tile.rows()), columns: self.part(tile.columns()) }
    }

    fn part(&self, range: Range<u32>) -> Part {
        let mut bars = Vec::with_capacity(range.len());
        self.each_band(range.clone(), |list| {
            bars.push(list.bar(self.k).map_or(self.floor, Bar::Kth));
        });
        Part { k: self.k, start: range.start, bars, lists: vec![TopK::default(); range.len()] }
    }

    pub(super) fn merge(&self, partial: PartialNeighbours) {
        for part in [partial.rows, partial.columns] {
            let end = part.start + part.lists.len() as u32;
            let mut lists = part.lists.into_iter();
            self.each_band(part.start..end, |list| {
                for neighbour in lists.next().into_iter().flat_map(TopK::into_kept) {
                    list.offer(self.k, neighbour);
                }
            });
        }
    }

    /// Visits the lists of a range of positions in order, a band under one lock.
    fn each_band(&self, range: Range<u32>, mut visit: impl FnMut(&mut TopK)) {
        let range = range.start as usize..range.end as usize;
        let mut position = range.start;
        while position < range.end {
            let band_end = ((position / BAND + 1) * BAND).min(range.end);
            let mut band = lock(&self.bands[position / BAND]);
            let first = position / BAND * BAND;
            band[position - first..band_end - first].iter_mut().for_each(&mut visit);
            position = band_end;
        }
    }

    pub(super) fn finish(self, parameters: &ModelParameters, order: &RowOrder) -> NeighbourIndex {
        let mut bands: Vec<Vec<TopK>> = self
            .bands
            .into_iter()
            .map(|band| band.into_inner().unwrap_or_else(PoisonError::into_inner))
            .collect();
        let positions = order.positions();
        // Each list is freed as it is copied, so that the lists are held about once.
        let lists = positions.into_iter().map(|position| {
            let position = position as usize;
            let list = mem::take(&mut bands[position / BAND][position % BAND]);
            list.into_sorted().collect::<Vec<_>>()
        });
        NeighbourIndex::from_sorted(parameters.side(), lists)
    }
}

/// A band stays whole if a thread died while it held the lock: an offer is one change of a heap.
fn lock(band: &Mutex<Vec<TopK>>) -> MutexGuard<'_, Vec<TopK>> {
    band.lock().unwrap_or_else(PoisonError::into_inner)
}
