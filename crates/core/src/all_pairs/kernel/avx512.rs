//! AVX-512 VNNI: 64 rows at a time, four columns of 16 rows an instruction.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

use super::BlockKernel;
use super::block::{BlockSums, LANES, Line, PackedRow, StepOrder, SumSet};

/// The machine has AVX-512 with byte instructions and VNNI.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Avx512(());

impl Avx512 {
    pub(in super::super) fn detect() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        let found = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vnni");
        #[cfg(not(target_arch = "x86_64"))]
        let found = false;
        found.then_some(Self(()))
    }
}

/// A byte a row, in the order that [`slot`] says.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(in super::super) struct Bytes([u8; LANES]);

/// Where in a line the byte of a lane stands, so that interleaving four lines by halves of 128 bits
/// leaves the lanes in order: lane 16q + 4p + w is byte w of part q of the p-th 128 bits.
fn slot(lane: usize) -> usize {
    let (quarter, part, within) = (lane / 16, lane / 4 % 4, lane % 4);
    16 * part + 4 * quarter + within
}

impl Line for Bytes {
    const EMPTY: Self = Self([0; LANES]);

    fn set(&mut self, lane: usize, level: u8) {
        self.0[slot(lane)] = level;
    }
}

impl BlockKernel for Avx512 {
    type Line = Bytes;
    const STEPS: StepOrder = StepOrder::Lines;

    #[cfg(target_arch = "x86_64")]
    fn sums<S: SumSet>(self, lines: &[Bytes], row: PackedRow<'_>, sums: &mut BlockSums) {
        // SAFETY: a value of this type exists only where `detect` found the instructions.
        unsafe { vnni::<S>(lines, row, sums) }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn sums<S: SumSet>(self, _: &[Bytes], _: PackedRow<'_>, _: &mut BlockSums) {
        unreachable!("no value of this type exists here")
    }

    #[cfg(target_arch = "x86_64")]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
        fn compiled_so<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        // SAFETY: as in `sums`.
        unsafe { compiled_so(work) }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        work()
    }
}

/// The sums, in two halves of the block: all of them at once need more registers than there are.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
fn vnni<S: SumSet>(lines: &[Bytes], row: PackedRow<'_>, sums: &mut BlockSums) {
    half::<S, 0>(lines, row, sums);
    half::<S, 1>(lines, row, sums);
}

/// Interleaves four lines, so that each 32 bits hold four columns of one row, and multiplies and
/// adds those fours: n = Σ b·1 with b = min(x, 1), Σx = Σ x·1, Σy = Σ b·y, and so on.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
fn half<S: SumSet, const HALF: usize>(lines: &[Bytes], row: PackedRow<'_>, sums: &mut BlockSums) {
    let zero = _mm512_setzero_si512();
    let ones = _mm512_set1_epi8(1);
    let (mut n, mut x, mut y) = ([zero; 2], [zero; 2], [zero; 2]);
    let (mut xx, mut yy, mut xy) = ([zero; 2], [zero; 2], [zero; 2]);
    let steps = row.columns.iter().zip(row.levels).zip(row.squares);
    for ((columns, levels), squares) in steps {
        let [a, b, c, d] = columns.map(|column| {
            let line: &Bytes = &lines[column as usize];
            // SAFETY: a line is 64 bytes, aligned to 64.
            unsafe { _mm512_load_si512(line.0.as_ptr().cast()) }
        });
        let (ab, cd) = match HALF {
            0 => (_mm512_unpacklo_epi8(a, b), _mm512_unpacklo_epi8(c, d)),
            _ => (_mm512_unpackhi_epi8(a, b), _mm512_unpackhi_epi8(c, d)),
        };
        let fours = [_mm512_unpacklo_epi16(ab, cd), _mm512_unpackhi_epi16(ab, cd)];
        let (levels, squares) = (repeat(levels), repeat(squares));
        for (quarter, &four) in fours.iter().enumerate() {
            // The signed minimum, though no level is negative: of the unsigned one the compiler makes
            // a comparison and a masked move, which take twice as long.
            let rated = _mm512_min_epi8(four, ones);
            n[quarter] = _mm512_dpbusd_epi32(n[quarter], rated, ones);
            if S::SUMS {
                x[quarter] = _mm512_dpbusd_epi32(x[quarter], four, ones);
                y[quarter] = _mm512_dpbusd_epi32(y[quarter], rated, levels);
            }
            if S::PRODUCTS {
                xx[quarter] = _mm512_dpbusd_epi32(xx[quarter], four, four);
                yy[quarter] = _mm512_dpbusd_epi32(yy[quarter], rated, squares);
                xy[quarter] = _mm512_dpbusd_epi32(xy[quarter], four, levels);
            }
        }
    }
    store::<HALF>(&mut sums.n, n);
    if S::SUMS {
        store::<HALF>(&mut sums.x, x);
        store::<HALF>(&mut sums.y, y);
    }
    if S::PRODUCTS {
        store::<HALF>(&mut sums.xx, xx);
        store::<HALF>(&mut sums.yy, yy);
        store::<HALF>(&mut sums.xy, xy);
    }
}

/// Four bytes in every 32 bits, straight from memory: by way of a number it would cost one of the
/// instructions that are scarce here.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
fn repeat(four: &[u8; 4]) -> __m512i {
    // SAFETY: four bytes are read, and any address will do.
    _mm512_broadcastd_epi32(unsafe { _mm_loadu_si32(four.as_ptr()) })
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
fn store<const HALF: usize>(target: &mut [i32; LANES], quarters: [__m512i; 2]) {
    let target = &mut target[HALF * LANES / 2..][..LANES / 2];
    for (target, quarter) in target.chunks_exact_mut(16).zip(quarters) {
        // SAFETY: a chunk is 16 numbers of 4 bytes; the store needs no alignment.
        unsafe { _mm512_storeu_si512(target.as_mut_ptr().cast(), quarter) };
    }
}
