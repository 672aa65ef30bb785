//! What a tile adds to the lists of its rows and columns.

use super::bytes::{self, Damage, Reader};
use super::fingerprint::Fingerprint;
use super::tile::Tile;
use super::top_k::{RankKey, TopK};
use crate::csr::Csr;
use crate::neighbours::Neighbour;
use std::ops::Range;

/// What the pairs of one tile give to the lists of its rows and of its columns: the result of
/// [`AllPairs::compute`](crate::AllPairs::compute), on the way to
/// [`AllPairs::merge`](crate::AllPairs::merge), there or in another process.
#[derive(Default)]
pub struct PartialNeighbours {
    computation: Fingerprint,
    rows: Part,
    columns: Part,
}

/// Why the neighbours of a tile cannot be read or merged.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum MergeError {
    /// The bytes are not what was written.
    #[error("expected the bytes of a tile's neighbours, found {found}")]
    Damaged {
        /// What is wrong with them.
        found: &'static str,
    },
    /// They were computed by a version that computes in another order, from other ratings, or with
    /// other parameters.
    #[error("expected the neighbours of a tile of this computation, found those of another")]
    OtherComputation,
    /// The tile is merged already, or another thread is merging it.
    #[error("expected every tile once, found the one of {tile} again")]
    Repeated {
        /// The tile.
        tile: Tile,
    },
}

impl From<Damage> for MergeError {
    fn from(Damage(found): Damage) -> Self {
        Self::Damaged { found }
    }
}

/// Tells the bytes of partial neighbours from those of checkpoints, which begin with 3.
const FORMAT: u32 = 0x0100_0001;

impl PartialNeighbours {
    /// The tile whose pairs they are.
    pub fn tile(&self) -> Tile {
        Tile::new(self.rows.range(), self.columns.range())
    }

    /// The neighbours as bytes, with a version and a checksum, for a worker to send to where they are
    /// merged. [`AllPairs::partial_from_bytes`](crate::AllPairs::partial_from_bytes) reads them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut lists = Csr::default();
        for list in self.rows.lists.iter().chain(&self.columns.lists) {
            lists.push(list.neighbours());
        }
        let mut bytes = Vec::with_capacity(100 + bytes::size_of_lists(&lists));
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(self.computation.0);
        for first in [self.rows.start, self.columns.start] {
            bytes.extend(first.to_le_bytes());
        }
        for count in [lists.len(), lists.entries().len()] {
            bytes.extend((count as u64).to_le_bytes());
        }
        bytes::write_lists(&lists, &mut bytes);
        bytes::seal(bytes)
    }

    /// The computation that they belong to.
    pub(super) fn computation(&self) -> Fingerprint {
        self.computation
    }

    /// Makes them the empty lists of a tile. Each list is then to be [opened](Part::open).
    pub(super) fn restart(&mut self, computation: Fingerprint, k: usize, tile: &Tile) {
        self.computation = computation;
        self.rows.restart(k, tile.rows());
        self.columns.restart(k, tile.columns());
    }

    pub(super) fn rows(&mut self) -> &mut Part {
        &mut self.rows
    }

    pub(super) fn columns(&mut self) -> &mut Part {
        &mut self.columns
    }

    pub(super) fn parts(&mut self) -> [&mut Part; 2] {
        [&mut self.rows, &mut self.columns]
    }
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
    fn restart(&mut self, k: usize, range: Range<u32>) {
        self.k = k;
        self.start = range.start;
        self.lists.resize_with(range.len(), || TopK::before(RankKey::LAST));
        self.least.clear();
    }

    /// Opens the next list, for neighbours that rank before `bar`; those of a tile one after the other.
    pub(super) fn open(&mut self, bar: RankKey) {
        if let Some(list) = self.lists.get_mut(self.least.len()) {
            list.restart(bar);
            self.least.push(least_before(bar));
        }
    }

    /// Closes all lists: they turn every neighbour away.
    pub(super) fn close(&mut self) {
        let above_all = RankKey::before_all_of(f64::INFINITY);
        self.lists.iter_mut().for_each(|list| list.restart(above_all));
        self.least.fill(f32::INFINITY);
    }

    /// The positions whose lists they are.
    pub(super) fn range(&self) -> Range<u32> {
        self.start..self.start + self.lists.len() as u32
    }

    pub(super) fn lists(&mut self) -> &mut [TopK] {
        &mut self.lists
    }

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

/// The neighbours of a tile as they were read: not yet held against a computation.
pub(super) struct ReadNeighbours {
    pub(super) computation: Fingerprint,
    /// The first of the tile.
    pub(super) first_row: u32,
    pub(super) first_column: u32,
    lists: Csr<Neighbour>,
}

impl ReadNeighbours {
    /// # Errors
    /// [`MergeError::Damaged`] for bytes that [`PartialNeighbours::to_bytes`] does not write.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, MergeError> {
        let mut reader = Reader::of_sealed(bytes)?;
        if u32::from_le_bytes(reader.take()?) != FORMAT {
            return Err(Damage("another format").into());
        }
        let computation = Fingerprint(reader.take()?);
        let first_row = u32::from_le_bytes(reader.take()?);
        let first_column = u32::from_le_bytes(reader.take()?);
        let (lists, neighbours) = (reader.count()?, reader.count()?);
        let lists = reader.lists(lists, neighbours)?;
        reader.end()?;
        Ok(Self { computation, first_row, first_column, lists })
    }

    /// Offers them to the lists of their tile.
    ///
    /// # Errors
    /// [`MergeError::Damaged`] for lists that the tile does not give, of what `positions` says are the
    /// positions of the rows.
    pub(super) fn offer_to(
        &self,
        partial: &mut PartialNeighbours,
        positions: &[u32],
    ) -> Result<(), MergeError> {
        let (rows, columns) = (partial.rows.range(), partial.columns.range());
        if self.lists.len() != rows.len() + columns.len() {
            return Err(Damage("lists of another tile").into());
        }
        let mut lists = self.lists.iter();
        for (row, list) in rows.clone().zip(&mut lists) {
            let belongs = |column| columns.contains(&column) && column > row;
            bytes::check_list(row, list, positions, belongs)?;
            list.iter().for_each(|&neighbour| _ = partial.rows.offer(row, neighbour));
        }
        for (column, list) in columns.clone().zip(&mut lists) {
            let belongs = |row| rows.contains(&row) && row < column;
            bytes::check_list(column, list, positions, belongs)?;
            list.iter().for_each(|&neighbour| _ = partial.columns.offer(column, neighbour));
        }
        Ok(())
    }
}
