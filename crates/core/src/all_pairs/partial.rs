//! The neighbours that a tile contributes to the lists of its rows and columns.

use super::bytes::{self, Damage, Reader};
use super::fingerprint::Fingerprint;
use super::tile::Tile;
use crate::csr::Csr;
use crate::neighbours::Neighbour;
use crate::top_k::{RankKey, TopK};
use std::ops::Range;

/// The neighbours that the pairs of one tile contribute to the lists of its rows and columns: the
/// result of [`AllPairs::compute`](crate::AllPairs::compute) and the input of
/// [`AllPairs::merge`](crate::AllPairs::merge), possibly in another process.
#[derive(Default)]
pub struct PartialNeighbours {
    computation: Fingerprint,
    rows: Part,
    columns: Part,
}

/// Errors when reading or merging [`PartialNeighbours`].
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum MergeError {
    /// The bytes are not valid.
    #[error("expected the bytes of a tile's neighbours, found {found}")]
    Damaged {
        /// Description of the problem.
        found: &'static str,
    },
    /// The neighbours were computed with another row order (by another version), other ratings or
    /// other parameters.
    #[error("expected the neighbours of a tile of this computation, found those of another")]
    OtherComputation,
    /// The tile has already been merged, or another thread is merging it.
    #[error("expected each tile once, found the tile of {tile} again")]
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

/// Format number. Distinguishes partial neighbours from checkpoints, which start with 3.
const FORMAT: u32 = 0x0100_0001;

impl PartialNeighbours {
    /// The tile that was computed.
    pub fn tile(&self) -> Tile {
        Tile::new(self.rows.range(), self.columns.range())
    }

    /// Encodes the neighbours, with a format number and a checksum, so that a worker can send them
    /// to the process that merges.
    /// [`AllPairs::partial_from_bytes`](crate::AllPairs::partial_from_bytes) reads them back.
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

    /// The computation to which the neighbours belong.
    pub(super) fn computation(&self) -> Fingerprint {
        self.computation
    }

    /// Resets to the empty lists of a tile. Each list must then be [opened](Part::open).
    pub(super) fn reset(&mut self, computation: Fingerprint, k: usize, tile: &Tile) {
        self.computation = computation;
        self.rows.reset(k, tile.rows());
        self.columns.reset(k, tile.columns());
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

/// The lists of a range of positions.
#[derive(Default)]
pub(super) struct Part {
    k: usize,
    start: u32,
    /// [`lower_bound`](Self::lower_bound) of every list, contiguous for bulk reads.
    lower_bounds: Vec<f32>,
    lists: Vec<TopK>,
}

impl Part {
    fn reset(&mut self, k: usize, range: Range<u32>) {
        self.k = k;
        self.start = range.start;
        self.lists.resize_with(range.len(), || TopK::before(RankKey::LAST));
        self.lower_bounds.clear();
    }

    /// Opens the next list, for neighbours that rank before `threshold`. Lists are opened in order
    /// of position.
    pub(super) fn open(&mut self, threshold: RankKey) {
        if let Some(list) = self.lists.get_mut(self.lower_bounds.len()) {
            list.reset(threshold);
            self.lower_bounds.push(lower_bound_of(threshold));
        }
    }

    /// Closes all lists: they then reject every neighbour.
    pub(super) fn close(&mut self) {
        let unreachable = RankKey::before_all_with(f64::INFINITY);
        self.lists.iter_mut().for_each(|list| list.reset(unreachable));
        self.lower_bounds.fill(f32::INFINITY);
    }

    /// The range of positions.
    pub(super) fn range(&self) -> Range<u32> {
        self.start..self.start + self.lists.len() as u32
    }

    pub(super) fn lists(&mut self) -> &mut [TopK] {
        &mut self.lists
    }

    /// A lower bound on the similarities that may enter the list at a position. If the bound is 0,
    /// the similarity must exceed it; if it is negative, similarities of 0 and below may enter.
    pub(super) fn lower_bound(&self, position: u32) -> f32 {
        self.lower_bounds[(position - self.start) as usize]
    }

    /// Offers a neighbour to the list at a position. Returns whether
    /// [`lower_bound`](Self::lower_bound) may have risen.
    #[inline(always)]
    pub(super) fn offer(&mut self, position: u32, neighbour: Neighbour) -> bool {
        let at = (position - self.start) as usize;
        let may_have_risen = self.lists[at].offer(self.k, neighbour.into());
        if may_have_risen {
            self.lower_bounds[at] = lower_bound_of(self.lists[at].threshold());
        }
        may_have_risen
    }
}

fn lower_bound_of(threshold: RankKey) -> f32 {
    if threshold == RankKey::LAST {
        return f32::NEG_INFINITY;
    }
    let similarity = threshold.similarity();
    if threshold == RankKey::before_all_with(similarity) {
        return round_down(similarity);
    }
    // A pair of equal similarity may rank before the threshold by its overlap.
    if similarity > 0.0 { round_down(similarity) } else { f32::NEG_INFINITY }
}

fn round_down(number: f64) -> f32 {
    let nearest = number as f32;
    if f64::from(nearest) > number { nearest.next_down() } else { nearest }
}

/// The decoded neighbours of a tile, not yet checked against a computation.
pub(super) struct ReadNeighbours {
    pub(super) computation: Fingerprint,
    /// The first row of the tile.
    pub(super) first_row: u32,
    pub(super) first_column: u32,
    lists: Csr<Neighbour>,
}

impl ReadNeighbours {
    /// # Errors
    /// Returns [`MergeError::Damaged`] for bytes that [`PartialNeighbours::to_bytes`] does not
    /// produce.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, MergeError> {
        let mut reader = Reader::from_sealed(bytes)?;
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

    /// Offers the neighbours to the lists of their tile; `positions` maps every row to its
    /// position.
    ///
    /// # Errors
    /// Returns [`MergeError::Damaged`] for lists that the tile cannot produce.
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
