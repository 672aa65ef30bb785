//! The lists of all rows while they grow, and what a tile adds to them.

use super::order::RowOrder;
use super::tile::Tile;
use super::top_k::{RankKey, TopK};
use crate::neighbours::{Neighbour, NeighbourIndex};
use crate::parameters::ModelParameters;
use rayon::prelude::*;
use std::mem;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many rows share a lock: those that tiles compute together.
const BAND: usize = super::tile::ROWS as usize;

/// The growing lists by position, in bands that are locked together.
pub(super) struct NeighbourLists {
    k: usize,
    bands: Vec<Mutex<Vec<TopK>>>,
    /// Partial neighbours that were merged: their memory serves again.
    idle: Mutex<Vec<PartialNeighbours>>,
}

/// What the pairs of one tile give to the lists of its rows and of its columns.
#[derive(Default)]
pub struct PartialNeighbours {
    rows: Part,
    columns: Part,
}

/// Lists of a range of positions.
#[derive(Default)]
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
    #[inline(always)]
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
    /// The first row and the first column of the tile.
    pub(super) fn first(&self) -> (u32, u32) {
        (self.rows.start, self.columns.start)
    }

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
        let open = parameters.floor().map_or(RankKey::LAST, RankKey::before_all_of);
        let band = |first: usize| Mutex::new(vec![TopK::before(open); BAND.min(rows - first)]);
        let bands = (0..rows).step_by(BAND).map(band).collect();
        Self { k, bands, idle: Mutex::default() }
    }

    /// Empty lists for a tile, which know the bars that offers have to pass.
    pub(super) fn start(&self, tile: &Tile) -> PartialNeighbours {
        let mut partial = lock(&self.idle).pop().unwrap_or_default();
        self.restart(&mut partial.rows, tile.rows());
        self.restart(&mut partial.columns, tile.columns());
        partial
    }

    fn restart(&self, part: &mut Part, range: Range<u32>) {
        part.k = self.k;
        part.start = range.start;
        part.lists.resize_with(range.len(), || TopK::before(RankKey::LAST));
        part.least.clear();
        let mut lists = part.lists.iter_mut();
        self.each_band(range, |list| {
            if let Some(partial) = lists.next() {
                partial.restart(list.bar());
                part.least.push(least_before(list.bar()));
            }
        });
    }

    /// Empty lists for a tile that turn every neighbour away.
    pub(super) fn closed(&self, tile: &Tile) -> PartialNeighbours {
        let mut partial = self.start(tile);
        for part in [&mut partial.rows, &mut partial.columns] {
            let above_all = RankKey::before_all_of(f64::INFINITY);
            part.lists.iter_mut().for_each(|list| list.restart(above_all));
            part.least.fill(f32::INFINITY);
        }
        partial
    }

    /// Gives the memory of partial lists back.
    pub(super) fn discard(&self, partial: PartialNeighbours) {
        lock(&self.idle).push(partial);
    }

    /// Bytes of the full lists.
    pub(super) fn bytes(&self) -> usize {
        let rows: usize = self.bands.iter().map(|band| lock(band).len()).sum();
        rows * (self.k + self.k / 4 + 1) * size_of::<RankKey>()
    }

    pub(super) fn merge(&self, mut partial: PartialNeighbours) {
        for part in [&mut partial.rows, &mut partial.columns] {
            let end = part.start + part.lists.len() as u32;
            let mut gathered = part.lists.iter_mut();
            self.each_band(part.start..end, |list| {
                if let Some(gathered) = gathered.next() {
                    list.take(self.k, gathered);
                }
            });
        }
        self.discard(partial);
    }

    /// Has the lists take in more neighbours, those of the list at position p at `starts[p]` and on.
    pub(super) fn take_in(&self, starts: &[usize], neighbours: &[Neighbour]) {
        self.bands.par_iter().enumerate().for_each(|(band, lists)| {
            for (list, position) in lock(lists).iter_mut().zip(band * BAND..) {
                for &neighbour in &neighbours[starts[position]..starts[position + 1]] {
                    list.offer(self.k, neighbour.into());
                }
            }
        });
    }

    /// How many neighbours all lists keep, about.
    pub(super) fn neighbours(&self) -> usize {
        self.bands.iter().map(|band| lock(band).iter().map(TopK::len).sum::<usize>()).sum()
    }

    /// Visits the lists by position, cut to the k best, a band at a time, with its first position.
    pub(super) fn each_band_cut(&self, mut visit: impl FnMut(u32, &[TopK])) {
        for (first, band) in (0..).step_by(BAND).zip(&self.bands) {
            let mut band = lock(band);
            band.iter_mut().for_each(|list| list.cut(self.k));
            visit(first, &band);
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
        drop(self.idle);
        let bands = self.bands.into_par_iter().map(|band| {
            let mut lists = band.into_inner().unwrap_or_else(PoisonError::into_inner);
            lists.iter_mut().for_each(|list| list.sort(self.k));
            lists
        });
        let mut bands: Vec<Vec<TopK>> = bands.collect();
        let entries = bands.iter().flatten().map(TopK::len).sum();
        let (mut offsets, mut neighbours) = (vec![0], Vec::with_capacity(entries));
        for position in order.positions() {
            let list = &mut bands[position as usize / BAND][position as usize % BAND];
            // Freed as it is copied, so that the lists are held about once.
            let list = mem::replace(list, TopK::before(RankKey::LAST));
            neighbours.extend(list.neighbours());
            offsets.push(neighbours.len());
        }
        NeighbourIndex::from_parts(parameters.side(), offsets, neighbours)
    }
}

/// What a lock guards stays whole if a thread died while it held it: it is changed by single pushes.
fn lock<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}
