//! The portable kernel: plain Rust that compilers vectorise for any machine.

use super::BlockKernel;
use super::block::{BlockSums, LANES, Line, PackedRow, StepOrder, SumSet};

/// The kernel for any machine.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Portable;

/// One word per row that packs 1, x and x², so that one addition accumulates all three.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(in super::super) struct Words([u32; LANES]);

/// Maximum number of words that can be added without a carry between their fields: 127 · 1 < 2⁷,
/// 127 · 11 < 2¹¹, 127 · 121 < 2¹⁴.
const MAX_WORDS: usize = 127;
const X_AT: u32 = 7;
const XX_AT: u32 = 18;

impl Line for Words {
    const EMPTY: Self = Self([0; LANES]);

    fn set(&mut self, lane: usize, level: u8) {
        let x = u32::from(level);
        self.0[lane] = u32::from(x > 0) | x << X_AT | (x * x) << XX_AT;
    }
}

impl BlockKernel for Portable {
    type Line = Words;
    const STEPS: StepOrder = StepOrder::FallingLevels;

    fn sums<S: SumSet>(self, lines: &[Words], row: PackedRow<'_>, sums: &mut BlockSums) {
        sums_by_falling_levels::<S>(lines, row, sums);
    }

    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        work()
    }
}

/// Adds the lines of the row's columns by descending level y. When the level falls from h to l,
/// every column so far has a level of at least h, so with N and X the sums of 1 and x so far, Σy
/// grows by N(h − l), Σy² by N(h² − l²) and Σxy by X(h − l). After the last column l is 0.
#[inline(always)]
pub(super) fn sums_by_falling_levels<S: SumSet>(
    lines: &[Words],
    row: PackedRow<'_>,
    sums: &mut BlockSums,
) {
    *sums = BlockSums::ZERO;
    let columns = row.columns.as_flattened().chunks(MAX_WORDS);
    for (columns, levels) in columns.zip(row.levels.as_flattened().chunks(MAX_WORDS)) {
        let mut so_far = [0u32; LANES];
        let mut level = levels[0];
        for (&column, &next) in columns.iter().zip(levels) {
            if next != level {
                add_level_drop::<S>(&so_far, level, next, sums);
                level = next;
            }
            let line = &lines[column as usize].0;
            for (so_far, word) in so_far.iter_mut().zip(line) {
                *so_far += word;
            }
        }
        add_level_drop::<S>(&so_far, level, 0, sums);
        for (lane, &word) in so_far.iter().enumerate() {
            sums.n[lane] += count(word);
            if S::SUMS {
                sums.x[lane] += sum(word);
            }
            if S::PRODUCTS {
                sums.xx[lane] += (word >> XX_AT) as i32;
            }
        }
    }
}

#[inline(always)]
fn add_level_drop<S: SumSet>(so_far: &[u32; LANES], from: u8, to: u8, sums: &mut BlockSums) {
    let (from, to) = (i32::from(from), i32::from(to));
    for (lane, &word) in so_far.iter().enumerate() {
        if S::SUMS {
            sums.y[lane] += count(word) * (from - to);
        }
        if S::PRODUCTS {
            sums.yy[lane] += count(word) * (from * from - to * to);
            sums.xy[lane] += sum(word) * (from - to);
        }
    }
}

#[inline(always)]
fn count(word: u32) -> i32 {
    (word & ((1 << X_AT) - 1)) as i32
}

#[inline(always)]
fn sum(word: u32) -> i32 {
    (word >> X_AT & ((1 << (XX_AT - X_AT)) - 1)) as i32
}
