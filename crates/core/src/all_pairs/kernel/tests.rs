//! Tests of each kernel that the machine supports against the definition of the sums. Small enough
//! for Miri: `cargo +nightly miri test -p likemind --lib kernel`, with `RUSTFLAGS="-C
//! target-feature=+avx2"` for the AVX2 path.

use super::*;

const LINES: u32 = if cfg!(miri) { 8 } else { 60 };

/// Row lengths, including those at which the sums of the portable kernel fill a word.
const LENGTHS: &[usize] = if cfg!(miri) { &[0, 1, 129] } else { &[0, 1, 4, 126, 127, 128, 300] };

/// A deterministic random number generator.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((u64::from((self.0 >> 32) as u32) * u64::from(end)) >> 32) as u32
    }
}

/// The levels of a block, by line and lane; 0 for no rating.
fn block(random: &mut Random) -> Vec<[u8; LANES]> {
    let mut line = || std::array::from_fn(|_| random.below(HIGHEST_LEVEL * 2) as u8);
    let levels = (0..LINES).map(|_| line());
    let known = |level: u8| if u32::from(level) > HIGHEST_LEVEL { 0 } else { level };
    levels.map(|line| line.map(known)).collect()
}

/// A row of lines with levels. Lines repeat, so that sums exceed a word of the portable kernel.
fn row(random: &mut Random, length: usize) -> Vec<(u32, u8)> {
    let pair = |_| (random.below(LINES), 1 + random.below(HIGHEST_LEVEL) as u8);
    (0..length).map(pair).collect()
}

fn expected<S: SumSet>(block: &[[u8; LANES]], row: &[(u32, u8)]) -> BlockSums {
    let mut sums = BlockSums::ZERO;
    for &(line, y) in row {
        for (lane, &x) in block[line as usize].iter().enumerate().filter(|(_, x)| **x > 0) {
            sums.add(lane, x, y);
        }
    }
    let none = [0; LANES];
    if !S::SUMS {
        (sums.x, sums.y) = (none, none);
    }
    if !S::PRODUCTS {
        (sums.xx, sums.yy, sums.xy) = (none, none, none);
    }
    sums
}

fn found<K: BlockKernel, S: SumSet>(
    kernel: K,
    block: &[[u8; LANES]],
    row: &[(u32, u8)],
) -> BlockSums {
    let mut lines = vec![K::Line::EMPTY; LINES as usize + 1];
    for (line, levels) in lines.iter_mut().zip(block) {
        levels.iter().enumerate().for_each(|(lane, &level)| line.set(lane, level));
    }
    let mut row = row.to_vec();
    match K::STEPS {
        StepOrder::Lines => row.sort_unstable(),
        StepOrder::FallingLevels => {
            row.sort_unstable_by_key(|&(line, level)| (u8::MAX - level, line));
        }
    }
    row.resize(row.len().next_multiple_of(4), (LINES, 0));
    let fours = row.as_chunks::<4>().0;
    let columns: Vec<_> = fours.iter().map(|four| four.map(|(line, _)| line)).collect();
    let levels: Vec<_> = fours.iter().map(|four| four.map(|(_, level)| level)).collect();
    let squares: Vec<_> = levels.iter().map(|four| four.map(|level| level * level)).collect();
    let packed = PackedRow { columns: &columns, levels: &levels, squares: &squares };
    // Kernels overwrite all selected sums.
    let mut sums = BlockSums::ZERO;
    kernel.run(|| kernel.sums::<S>(&lines, packed, &mut sums));
    sums
}

fn check_sums<K: BlockKernel, S: SumSet>(kernel: K) {
    let mut random = Random(7);
    for &length in LENGTHS {
        let (block, row) = (block(&mut random), row(&mut random, length));
        let (expected_sums, found) =
            (expected::<S>(&block, &row), found::<K, S>(kernel, &block, &row));
        for lane in 0..LANES {
            assert_eq!(found.of(lane), expected_sums.of(lane), "lane {lane} of {length} steps");
        }
    }
}

fn check_all_sums<K: BlockKernel>(kernel: K) {
    check_sums::<K, AllSums>(kernel);
    check_sums::<K, Products>(kernel);
    check_sums::<K, Counts>(kernel);
}

#[test]
fn sums_match_the_definition() {
    check_all_sums(Portable);
    Avx2::detect().into_iter().for_each(check_all_sums);
    Avx512::detect().into_iter().for_each(check_all_sums);
}
