//! The AVX-512 VNNI kernel: 64 rows at a time, with four columns of 16 rows per instruction.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

use super::BlockKernel;
use super::block::{BlockSums, LANES, Line, PackedRow, StepOrder, SumSet};

/// Proof that the machine supports AVX-512 with byte instructions and VNNI.
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

/// One byte per row, in the order given by [`slot`].
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(in super::super) struct Bytes([u8; LANES]);

/// Returns the index of a lane's byte in a line. The order is such that interleaving four lines by
/// 128-bit halves leaves the lanes in order: lane 16q + 4p + w is byte w of part q of the p-th 128
/// bits.
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
        // SAFETY: a value of this type exists only if `detect` found the instructions.
        unsafe { vnni::<S>(lines, row, sums) }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn sums<S: SumSet>(self, _: &[Bytes], _: PackedRow<'_>, _: &mut BlockSums) {
        unreachable!("no value of this type exists here")
    }

    #[cfg(target_arch = "x86_64")]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
        fn with_avx512<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        // SAFETY: as in `sums`.
        unsafe { with_avx512(work) }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        work()
    }
}

/// Computes the sums in two halves of the block: all sums at once would not fit into the registers.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
fn vnni<S: SumSet>(lines: &[Bytes], row: PackedRow<'_>, sums: &mut BlockSums) {
    half::<S, 0>(lines, row, sums);
    half::<S, 1>(lines, row, sums);
}

/// Interleaves four lines, so that each 32-bit group holds four columns of one row, and computes
/// dot products of these groups: n = Σ b·1 with b = min(x, 1), Σx = Σ x·1, Σy = Σ b·y, and so on.
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
        let groups = [_mm512_unpacklo_epi16(ab, cd), _mm512_unpackhi_epi16(ab, cd)];
        let (levels, squares) = (broadcast(levels), broadcast(squares));
        for (quarter, &group) in groups.iter().enumerate() {
            // Use the signed minimum, although levels are never negative: the compiler turns the
            // unsigned one into a comparison and a masked move, which take twice as long.
            let rated = _mm512_min_epi8(group, ones);
            n[quarter] = _mm512_dpbusd_epi32(n[quarter], rated, ones);
            if S::SUMS {
                x[quarter] = _mm512_dpbusd_epi32(x[quarter], group, ones);
                y[quarter] = _mm512_dpbusd_epi32(y[quarter], rated, levels);
            }
            if S::PRODUCTS {
                xx[quarter] = _mm512_dpbusd_epi32(xx[quarter], group, group);
                yy[quarter] = _mm512_dpbusd_epi32(yy[quarter], rated, squares);
                xy[quarter] = _mm512_dpbusd_epi32(xy[quarter], group, levels);
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

/// Broadcasts four bytes to every 32-bit group, directly from memory: going through a general
/// register would take an additional instruction on a busy port.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
fn broadcast(group: &[u8; 4]) -> __m512i {
    // SAFETY: exactly four bytes are read; no alignment is required.
    _mm512_broadcastd_epi32(unsafe { _mm_loadu_si32(group.as_ptr()) })
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
fn store<const HALF: usize>(target: &mut [i32; LANES], quarters: [__m512i; 2]) {
    let target = &mut target[HALF * LANES / 2..][..LANES / 2];
    for (target, quarter) in target.chunks_exact_mut(16).zip(quarters) {
        // SAFETY: a chunk is 16 numbers of 4 bytes; the store requires no alignment.
        unsafe { _mm512_storeu_si512(target.as_mut_ptr().cast(), quarter) };
    }
}
