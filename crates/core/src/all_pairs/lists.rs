//! The lists of all rows while they grow, and what a tile adds to them.

use super::order::RowOrder;
use super::tile::Tile;
use super::top_k::{RankKey, TopK};
use crate::neighbours::{Neighbour, NeighbourIndex};
use crate::parameters::ModelParameters;
use std::mem;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many rows share a lock.
const BAND: usize = 256;

/// The growing lists by position, in bands that are locked together.
pub(super) struct NeighbourLists {
    k: usize,
    bands: Vec<Mutex<Vec<TopK>>>,
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
    /// [`least`](Self::least) of every list, side by side for those that read many.
    least: Vec<f32>,
    lists: Vec<TopK>,
}

impl Part {
    /// A number such that every similarity that may enter the position's list is at least it, and
    /// above it if it is 0; negative where similarities of 0 and below may enter.
    pub(super) fn least(&self, position: u32) -> f32 {
        self.least[(position - self.start) as usize]
    }

    /// Offers a neighbour to a position's list; true if [`least`](Self::least) may have risen.
    pub(super) fn offer(&mut self, position: u32, neighbour: Neighbour) -> bool {
        let at = (position - self.start) as usize;
        let rose = self.lists[at].offer(self.k, neighbour.into());
        if rose {
            self.least[at] = least_before(self.lists[at].bar());
        }
        rose
    }
}

fn least_before(bar: RankKey) -> f32 {
    if bar == RankKey::LAST {
        return f32::NEG_INFINITY;
    }
    let similarity = bar.similarity();
    if bar == RankKey::before_all_of(similarity) {
        return rounded_down(similarity);
    }
    // A pair of the same similarity may rank before the bar by its overlap.
    if similarity > 0.0 { rounded_down(similarity) } else { f32::NEG_INFINITY }
}

fn rounded_down(number: f64) -> f32 {
    let nearest = number as f32;
    if f64::from(nearest) > number { nearest.next_down() } else { nearest }
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
        let open = TopK::before(parameters.floor().map_or(RankKey::LAST, RankKey::before_all_of));
        let band = |first: usize| Mutex::new(vec![open.clone(); BAND.min(rows - first)]);
        Self { k, bands: (0..rows).step_by(BAND).map(band).collect() }
    }

    /// Empty lists for a tile, which know the bars that offers have to pass.
    pub(super) fn start(&self, tile: &Tile) -> PartialNeighbours {
        PartialNeighbours { rows: self.part(tile.rows()), columns: self.part(tile.columns()) }
    }

    fn part(&self, range: Range<u32>) -> Part {
        let mut lists = Vec::with_capacity(range.len());
        self.each_band(range.clone(), |list| lists.push(TopK::before(list.bar())));
        let least = lists.iter().map(|list| least_before(list.bar())).collect();
        Part { k: self.k, start: range.start, least, lists }
    }

    pub(super) fn merge(&self, partial: PartialNeighbours) {
        for part in [partial.rows, partial.columns] {
            let end = part.start + part.lists.len() as u32;
            let mut gathered = part.lists.iter().map(TopK::keys);
            self.each_band(part.start..end, |list| {
                for &key in gathered.next().unwrap_or_default() {
                    list.offer(self.k, key);
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
            let list = &mut bands[position / BAND][position % BAND];
            let list = mem::replace(list, TopK::before(RankKey::LAST));
            list.into_sorted(self.k).collect::<Vec<_>>()
        });
        NeighbourIndex::from_sorted(parameters.side(), lists)
    }
}

/// A band stays whole if a thread died while it held the lock: an offer is one change of a heap.
fn lock(band: &Mutex<Vec<TopK>>) -> MutexGuard<'_, Vec<TopK>> {
    band.lock().unwrap_or_else(PoisonError::into_inner)
}
