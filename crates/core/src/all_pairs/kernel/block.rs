//! The input and output types of the kernels.

use crate::sums::CoRatedSums;

/// Number of rows in a block.
pub(in super::super) const LANES: usize = 64;

/// The highest level that kernels support: its square fits into a signed byte.
pub(in super::super) const HIGHEST_LEVEL: u32 = 11;

/// One column of a block: the levels of its rows, 0 where a row has no rating.
pub(in super::super) trait Line: Copy + Send {
    /// A line without ratings.
    const EMPTY: Self;
    /// Sets the level of the row in `lane`, at most [`HIGHEST_LEVEL`].
    fn set(&mut self, lane: usize, level: u8);
}

/// The order in which a kernel walks a sparse row.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum StepOrder {
    /// Ascending lines, so that memory is read sequentially.
    Lines,
    /// Descending levels, and ascending lines within a level.
    FallingLevels,
}

/// A sparse row in the layout of the kernels: four columns per step. The last step is padded with
/// columns that have level 0 and an empty line.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct PackedRow<'a> {
    /// Indices of lines.
    pub(in super::super) columns: &'a [[u32; 4]],
    /// The levels.
    pub(in super::super) levels: &'a [[u8; 4]],
    /// Their squares.
    pub(in super::super) squares: &'a [[u8; 4]],
}

/// The sums of one sparse row (y) with each row of a block (x), by lane. They do not overflow: a
/// row has fewer than 2²³ ratings, and 121 · 2²³ < 2³¹.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(in super::super) struct BlockSums {
    pub(in super::super) n: [i32; LANES],
    pub(in super::super) x: [i32; LANES],
    pub(in super::super) y: [i32; LANES],
    pub(in super::super) xx: [i32; LANES],
    pub(in super::super) yy: [i32; LANES],
    pub(in super::super) xy: [i32; LANES],
}

impl BlockSums {
    pub(in super::super) const ZERO: Self = Self {
        n: [0; LANES],
        x: [0; LANES],
        y: [0; LANES],
        xx: [0; LANES],
        yy: [0; LANES],
        xy: [0; LANES],
    };

    /// The sums of one lane.
    pub(in super::super) fn of(&self, lane: usize) -> CoRatedSums {
        CoRatedSums {
            n: self.n[lane] as u32,
            x: i64::from(self.x[lane]),
            y: i64::from(self.y[lane]),
            xx: i64::from(self.xx[lane]),
            yy: i64::from(self.yy[lane]),
            xy: i64::from(self.xy[lane]),
        }
    }

    /// Adds one co-rated column to a lane.
    pub(in super::super) fn add(&mut self, lane: usize, x: u8, y: u8) {
        let (x, y) = (i32::from(x), i32::from(y));
        self.n[lane] += 1;
        self.x[lane] += x;
        self.y[lane] += y;
        self.xx[lane] += x * x;
        self.yy[lane] += y * y;
        self.xy[lane] += x * y;
    }
}

/// The sums that a measure needs in addition to n.
pub(in super::super) trait SumSet {
    /// Whether Σx and Σy are needed.
    const SUMS: bool;
    /// Whether Σx², Σy² and Σxy are needed.
    const PRODUCTS: bool;
}

/// Only n.
pub(in super::super) struct Counts;
/// n and the products.
pub(in super::super) struct Products;
/// All six.
pub(in super::super) struct AllSums;

impl SumSet for Counts {
    const SUMS: bool = false;
    const PRODUCTS: bool = false;
}

impl SumSet for Products {
    const SUMS: bool = false;
    const PRODUCTS: bool = true;
}

impl SumSet for AllSums {
    const SUMS: bool = true;
    const PRODUCTS: bool = true;
}
