//! Reproducible damage to files: the same number gives the same mutant.

use crate::layouts::Layout;
use std::ops::Range;

/// Returns a mutant of one of the layouts. Any number is valid.
pub(crate) fn mutant(layouts: &[Layout], number: u64) -> (&Layout, Vec<u8>) {
    let mut random = Random(number);
    let layout = &layouts[random.below(layouts.len())];
    let mut bytes = layout.bytes.clone();
    for _ in 0..1 + random.below(3) {
        let target = random.target(layout, bytes.len());
        damage(&mut bytes, target, &mut random);
    }
    (layout, bytes)
}

/// Changes something within a range of the bytes.
fn damage(bytes: &mut Vec<u8>, target: Range<usize>, random: &mut Random) {
    if target.is_empty() {
        return;
    }
    let at = target.start + random.below(target.len());
    let other = target.start + random.below(target.len());
    let max = bytes.len() - at.max(other);
    match random.below(12) {
        0..=3 => bytes[at] ^= 1 << random.below(8),
        4 => bytes[at] = random.below(256) as u8,
        5..=7 => bytes[at] = [0x00, 0xff, 0x7f, 0x80][random.below(4)],
        8 => {
            // Several bytes at once, such as a long varint or a four-byte length.
            let length = (1 + random.below(8)).min(bytes.len() - at);
            bytes[at..at + length].fill([0x00, 0xff, 0x7f, 0x80][random.below(4)]);
        }
        9 => {
            let length = (1 + random.below(64)).min(max);
            bytes.copy_within(other..other + length, at);
        }
        10 => {
            let length = 1 + random.below(16);
            let inserted: Vec<u8> = bytes[other..].iter().take(length).copied().collect();
            bytes.splice(at..at, inserted);
        }
        _ if random.below(4) == 0 => bytes.truncate(at),
        _ => {
            let length = (1 + random.below(64)).min(max).min(at.abs_diff(other));
            for step in 0..length {
                bytes.swap(at + step, other + step);
            }
        }
    }
}

/// The random number generator SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// Chooses the range to damage: the metadata, a page header, the page after it, or the whole
    /// file.
    fn target(&mut self, layout: &Layout, length: usize) -> Range<usize> {
        let header = layout.headers[self.below(layout.headers.len())];
        let target = match self.below(8) {
            0..=2 => layout.footer.clone(),
            3 | 4 => header..header + 24,
            5 | 6 => header + 16..header + 80,
            _ => 0..length,
        };
        target.start.min(length)..target.end.min(length)
    }
}
