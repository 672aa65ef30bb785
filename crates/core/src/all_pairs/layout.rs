//! The ratings laid out for the tiles, and which way each tile is computed.

use super::columns::OrderedColumns;
use super::dense::{DenseRows, Shared, Workspace};
use super::kernel::{Avx2, Avx512, BlockKernel, HIGHEST_LEVEL, Kernel, Kind, Portable};
use super::lists::PartialNeighbours;
use super::order::RowOrder;
use super::sparse;
use super::tile::Tile;
use crate::similarity::{Plane, Similarities, View};
use std::sync::{Mutex, PoisonError};

/// What tiles are computed from.
pub(super) enum Layout {
    Avx512(Blocks<Avx512>),
    Avx2(Blocks<Avx2>),
    Portable(Blocks<Portable>),
    Levels(OrderedColumns<u8>),
    WideLevels(OrderedColumns<u32>),
    Reals(OrderedColumns<f64>),
}

/// Few levels, for a block kernel.
pub(super) struct Blocks<K: BlockKernel> {
    kernel: K,
    columns: OrderedColumns<u8>,
    rows: DenseRows,
    idle: Mutex<Vec<Workspace<K::Line>>>,
}

impl Layout {
    pub(super) fn new(
        similarities: &Similarities<'_>,
        order: &RowOrder,
        kernel: Option<Kernel>,
    ) -> Self {
        let everything = |_| true;
        match similarities.plane() {
            Plane::Levels(view) => {
                let columns = OrderedColumns::new(view, order, everything);
                let levels = similarities.matrix().scale().levels();
                let kernel = kernel.unwrap_or_else(Kernel::best);
                if levels.is_none_or(|levels| levels > HIGHEST_LEVEL) {
                    return Self::Levels(columns);
                }
                Self::with_blocks(similarities, view, order, columns, kernel)
            }
            Plane::WideLevels(view) => {
                Self::WideLevels(OrderedColumns::new(view, order, everything))
            }
            Plane::Reals(reals) => {
                Self::Reals(OrderedColumns::new(&reals.view(), order, everything))
            }
        }
    }

    fn with_blocks(
        similarities: &Similarities<'_>,
        view: &View<'_, u8>,
        order: &RowOrder,
        columns: OrderedColumns<u8>,
        kernel: Kernel,
    ) -> Self {
        let finisher = similarities.finisher();
        let rows = || DenseRows::new(view, &columns, order, finisher);
        let detected = (kernel.kind(), Avx512::detect(), Avx2::detect());
        match detected {
            (Kind::Sparse, _, _) => Self::Levels(columns),
            (Kind::Avx512, Some(kernel), _) => {
                let rows = rows();
                Self::Avx512(Blocks::new(kernel, columns, rows))
            }
            (Kind::Avx2, _, Some(kernel)) => {
                let rows = rows();
                Self::Avx2(Blocks::new(kernel, columns, rows))
            }
            _ => {
                let rows = rows();
                Self::Portable(Blocks::new(Portable, columns, rows))
            }
        }
    }

    pub(super) fn kernel(&self) -> Kernel {
        Kernel::of(match self {
            Self::Avx512(_) => Kind::Avx512,
            Self::Avx2(_) => Kind::Avx2,
            Self::Portable(_) => Kind::Portable,
            Self::Levels(_) | Self::WideLevels(_) | Self::Reals(_) => Kind::Sparse,
        })
    }

    /// Offers all pairs of a tile.
    pub(super) fn offer_pairs(
        &self,
        similarities: &Similarities<'_>,
        order: &RowOrder,
        tile: &Tile,
        partial: &mut PartialNeighbours,
    ) {
        let finisher = similarities.finisher();
        match (self, similarities.plane()) {
            (Self::Avx512(blocks), _) => blocks.offer_pairs(similarities, order, tile, partial),
            (Self::Avx2(blocks), _) => blocks.offer_pairs(similarities, order, tile, partial),
            (Self::Portable(blocks), _) => blocks.offer_pairs(similarities, order, tile, partial),
            (Self::Levels(columns), Plane::Levels(view)) => {
                sparse::offer_pairs(view, columns, order, finisher, tile, partial);
            }
            (Self::WideLevels(columns), Plane::WideLevels(view)) => {
                sparse::offer_pairs(view, columns, order, finisher, tile, partial);
            }
            (Self::Reals(columns), Plane::Reals(reals)) => {
                sparse::offer_pairs(&reals.view(), columns, order, finisher, tile, partial);
            }
            _ => unreachable!("a layout is made of its similarities' plane"),
        }
    }
}

impl<K: BlockKernel> Blocks<K> {
    fn new(kernel: K, columns: OrderedColumns<u8>, rows: DenseRows) -> Self {
        Self { kernel, columns, rows, idle: Mutex::default() }
    }

    fn offer_pairs(
        &self,
        similarities: &Similarities<'_>,
        order: &RowOrder,
        tile: &Tile,
        partial: &mut PartialNeighbours,
    ) {
        let finisher = similarities.finisher();
        let shared = Shared { rows: &self.rows, columns: &self.columns, order, finisher };
        let mut work = self.idle().pop().unwrap_or_else(|| Workspace::new(&self.rows));
        shared.offer_pairs(self.kernel, tile, &mut work, partial);
        self.idle().push(work);
    }

    /// Workspaces that no thread is using. One that a panic left half filled is not given back.
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Workspace<K::Line>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
