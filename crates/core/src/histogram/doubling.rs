//! Histograms of counts, whose bins double in width.

use serde::Serialize;

/// One bar of a histogram of counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CountRange {
    /// The smallest count of the range: 0, 1, 2, 4, 8 and so on.
    pub from: u64,
    /// The largest count of the range: 0, 1, 3, 7, 15 and so on.
    pub to: u64,
    /// How often a count in this range occurs.
    pub count: u64,
}

/// Counts how often counts occur in ranges that double in width: 0, 1, 2–3, 4–7, 8–15 and so on.
///
/// The ranges are ascending, from the first to the last that is not empty. Returns an empty vector
/// for no counts.
///
/// ```
/// use likemind::facts::{CountRange, doubling_histogram};
/// let ratings_per_user = [20, 1, 31, 2];
/// let ranges = doubling_histogram(ratings_per_user);
/// assert_eq!(ranges.len(), 5);
/// assert_eq!(ranges[4], CountRange { from: 16, to: 31, count: 2 });
/// ```
pub fn doubling_histogram(counts: impl IntoIterator<Item = u64>) -> Vec<CountRange> {
    let mut bars = [0_u64; u64::BITS as usize + 1];
    for count in counts {
        bars[bar_of(count)] += 1;
    }
    let first = bars.iter().position(|&bar| bar > 0).unwrap_or(0);
    let end = bars.iter().rposition(|&bar| bar > 0).map_or(first, |last| last + 1);
    let range = |bar: usize| CountRange { from: start_of(bar), to: end_of(bar), count: bars[bar] };
    (first..end).map(range).collect()
}

fn bar_of(count: u64) -> usize {
    count.checked_ilog2().map_or(0, |log| log as usize + 1)
}

fn start_of(bar: usize) -> u64 {
    if bar == 0 { 0 } else { 1 << (bar - 1) }
}

fn end_of(bar: usize) -> u64 {
    if bar == 0 { 0 } else { u64::MAX >> (u64::BITS as usize - bar) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_join_without_gaps() {
        for bar in 0..64 {
            assert_eq!(start_of(bar + 1), end_of(bar) + 1);
            assert_eq!((bar_of(start_of(bar)), bar_of(end_of(bar))), (bar, bar));
        }
        assert_eq!((end_of(64), bar_of(u64::MAX)), (u64::MAX, 64));
    }

    #[test]
    fn ranges_reach_from_the_first_to_the_last_count() {
        let found = doubling_histogram([4, 7, 40, 0]);
        let bars: Vec<_> = found.iter().map(|range| (range.from, range.to, range.count)).collect();
        let expected =
            [(0, 0, 1), (1, 1, 0), (2, 3, 0), (4, 7, 2), (8, 15, 0), (16, 31, 0), (32, 63, 1)];
        assert_eq!(bars, expected);
        assert_eq!(doubling_histogram([5]), [CountRange { from: 4, to: 7, count: 1 }]);
        assert_eq!(doubling_histogram([]), []);
    }
}
