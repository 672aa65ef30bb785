//! The layout of the ratings for the kernel that computes the tiles.

use super::columns::OrderedColumns;
use super::dense::{Dense, DenseRows, Head, Workspace};
use super::kernel::{Avx2, Avx512, BlockKernel, HIGHEST_LEVEL, Kernel, Kind, Portable, StepOrder};
use super::order::RowOrder;
use super::partial::PartialNeighbours;
use super::sparse::Sparse;
use super::tile::Tile;
use crate::similarity::{Plane, Similarities, View, with_real_sums};
use crate::sums::CoRatedSums;
use std::sync::{Mutex, PoisonError};

/// The ratings in the layout of a kernel.
pub(super) enum Layout {
    Avx512(Blocks<Avx512>),
    Avx2(Blocks<Avx2>),
    Portable(Blocks<Portable>),
    Levels(OrderedColumns<u8>),
    WideLevels(OrderedColumns<u32>),
    Reals(OrderedColumns<f64>),
}

/// Ratings on at most [`HIGHEST_LEVEL`] levels, for a block kernel.
pub(super) struct Blocks<K: BlockKernel> {
    kernel: K,
    rows: DenseRows,
    idle: Mutex<Vec<Workspace<K::Line>>>,
}

impl Layout {
    pub(super) fn new(
        similarities: &Similarities<'_>,
        order: &RowOrder,
        kernel: Option<Kernel>,
    ) -> Self {
        match similarities.plane() {
            Plane::FewLevels { view, .. } => {
                let levels = similarities.matrix().scale().levels();
                if levels.is_none_or(|levels| levels > HIGHEST_LEVEL) {
                    return Self::Levels(OrderedColumns::from_view(view, order));
                }
                let kernel = kernel.unwrap_or_else(Kernel::best);
                Self::from_few_levels(similarities, view, order, kernel)
            }
            Plane::Levels(view) => Self::Levels(OrderedColumns::from_view(view, order)),
            Plane::WideLevels(view) => Self::WideLevels(OrderedColumns::from_view(view, order)),
            Plane::Reals(reals) => Self::Reals(OrderedColumns::from_view(&reals.view(), order)),
        }
    }

    fn from_few_levels(
        similarities: &Similarities<'_>,
        view: &View<'_, u8>,
        order: &RowOrder,
        kernel: Kernel,
    ) -> Self {
        let rows = |steps| DenseRows::new(view, order, similarities.finisher(), steps);
        match (kernel.kind(), Avx512::detect(), Avx2::detect()) {
            (Kind::Sparse, _, _) => Self::Levels(OrderedColumns::from_view(view, order)),
            (Kind::Avx512, Some(kernel), _) => Self::Avx512(Blocks::new(kernel, rows)),
            (Kind::Avx2, _, Some(kernel)) => Self::Avx2(Blocks::new(kernel, rows)),
            _ => Self::Portable(Blocks::new(Portable, rows)),
        }
    }

    pub(super) fn kernel(&self) -> Kernel {
        Kernel::from_kind(match self {
            Self::Avx512(_) => Kind::Avx512,
            Self::Avx2(_) => Kind::Avx2,
            Self::Portable(_) => Kind::Portable,
            Self::Levels(_) | Self::WideLevels(_) | Self::Reals(_) => Kind::Sparse,
        })
    }

    /// The dense columns; `None` if the kernel does not use blocks.
    pub(super) fn head(&self) -> Option<&Head> {
        match self {
            Self::Avx512(blocks) => Some(blocks.rows.head()),
            Self::Avx2(blocks) => Some(blocks.rows.head()),
            Self::Portable(blocks) => Some(blocks.rows.head()),
            Self::Levels(_) | Self::WideLevels(_) | Self::Reals(_) => None,
        }
    }

    /// Memory use in bytes of the layout, and of the workspace of one thread.
    pub(super) fn bytes(&self) -> (usize, usize) {
        match self {
            Self::Avx512(blocks) => blocks.bytes(),
            Self::Avx2(blocks) => blocks.bytes(),
            Self::Portable(blocks) => blocks.bytes(),
            Self::Levels(columns) => (columns.bytes(), 0),
            Self::WideLevels(columns) => (columns.bytes(), 0),
            Self::Reals(columns) => (columns.bytes(), 0),
        }
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
            (Self::Levels(columns), Plane::FewLevels { view, packed_length }) => {
                let sparse = Sparse { view, columns, order, finisher };
                sparse.offer_pairs_of_few_levels(tile, *packed_length, partial);
            }
            (Self::Levels(columns), Plane::Levels(view)) => {
                let sparse = Sparse { view, columns, order, finisher };
                sparse.offer_pairs::<CoRatedSums>(tile, partial);
            }
            (Self::WideLevels(columns), Plane::WideLevels(view)) => {
                let sparse = Sparse { view, columns, order, finisher };
                sparse.offer_pairs::<CoRatedSums>(tile, partial);
            }
            (Self::Reals(columns), Plane::Reals(reals)) => {
                let view = &reals.view();
                with_real_sums!(reals.sums(), Sums => {
                    Sparse { view, columns, order, finisher }.offer_pairs::<Sums>(tile, partial);
                });
            }
            _ => unreachable!("a layout is made of its similarities' plane"),
        }
    }
}

impl<K: BlockKernel> Blocks<K> {
    fn new(kernel: K, rows: impl FnOnce(StepOrder) -> DenseRows) -> Self {
        Self { kernel, rows: rows(K::STEPS), idle: Mutex::default() }
    }

    fn offer_pairs(
        &self,
        similarities: &Similarities<'_>,
        order: &RowOrder,
        tile: &Tile,
        partial: &mut PartialNeighbours,
    ) {
        let finisher = similarities.finisher();
        let dense = Dense { rows: &self.rows, order, finisher };
        let mut work = self.idle().pop().unwrap_or_else(|| Workspace::new(&self.rows));
        dense.offer_pairs(self.kernel, tile, &mut work, partial);
        self.idle().push(work);
    }

    fn bytes(&self) -> (usize, usize) {
        (self.rows.head().bytes(), self.rows.head().lines() * size_of::<K::Line>())
    }

    /// Workspaces that no thread is using. A workspace left in an inconsistent state by a panic is
    /// not returned.
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Workspace<K::Line>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
