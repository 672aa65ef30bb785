//! Each kernel that the machine can run, against the definition of the sums. Small enough for Miri:
//! `cargo +nightly miri test -p likemind --lib kernel`, for the AVX2 path with
//! `RUSTFLAGS="-C target-feature=+avx2"`.

use super::*;

const LINES: u32 = if cfg!(miri) { 8 } else { 60 };

/// How many steps rows have: around where the sums of the portable kernel fill a word.
const LENGTHS: &[usize] = if cfg!(miri) { &[0, 1, 129] } else { &[0, 1, 4, 126, 127, 128, 300] };

/// Numbers below `end`, the same at every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((u64::from((self.0 >> 32) as u32) * u64::from(end)) >> 32) as u32
    }
}

/// The levels of a block: by line, by lane; 0 where there is none.
fn block(random: &mut Random) -> Vec<[u8; LANES]> {
    let mut line = || std::array::from_fn(|_| random.below(HIGHEST_LEVEL * 2) as u8);
    let levels = (0..LINES).map(|_| line());
    let known = |level: u8| if u32::from(level) > HIGHEST_LEVEL { 0 } else { level };
    levels.map(|line| line.map(known)).collect()
}

/// Lines with levels, some lines several times so that sums outgrow a word of the portable kernel.
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
    // Kernels write all that they are asked for, whatever was there.
    let mut sums = BlockSums::ZERO;
    kernel.run(|| kernel.sums::<S>(&lines, packed, &mut sums));
    sums
}

fn hold<K: BlockKernel, S: SumSet>(kernel: K) {
    let mut random = Random(7);
    for &length in LENGTHS {
        let (block, row) = (block(&mut random), row(&mut random, length));
        let (wanted, found) = (expected::<S>(&block, &row), found::<K, S>(kernel, &block, &row));
        for lane in 0..LANES {
            assert_eq!(found.of(lane), wanted.of(lane), "lane {lane} of {length} steps");
        }
    }
}

fn hold_all<K: BlockKernel>(kernel: K) {
    hold::<K, AllSums>(kernel);
    hold::<K, Products>(kernel);
    hold::<K, Counts>(kernel);
}

#[test]
fn sums_are_those_of_the_definition() {
    hold_all(Portable);
    Avx2::detect().into_iter().for_each(hold_all);
    Avx512::detect().into_iter().for_each(hold_all);
}
