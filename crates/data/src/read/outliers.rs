//! Detects a few ratings that lie far from all others.

use crate::dataset::Outliers;
use likemind::RatingTable;

/// Maximum number of outliers at either end.
const MAX_OUTLIERS: usize = 100;
/// At most one in this many ratings may be an outlier at either end.
const RATINGS_PER_OUTLIER: usize = 20;
/// Minimum gap between outliers and the other ratings, as a multiple of the range of the others.
const MIN_GAP: f64 = 10.0;

/// Returns the ratings that are separated by a wide gap from nearly all others; `None` if there are
/// none.
pub(super) fn find_outliers(table: &RatingTable) -> Option<Outliers> {
    let max = (table.len() / RATINGS_PER_OUTLIER).min(MAX_OUTLIERS);
    if max == 0 {
        return None;
    }
    let values = || table.iter().map(|rating| rating.rating);
    let (low, high) = (
        lowest(values(), max + 1),
        // The highest values are the lowest of the negated values.
        lowest(values().map(|value| -value), max + 1),
    );
    let (mut far_low, mut far_high) = (0, 0);
    // Repeated, because outliers at one end widen the range with which the other end is compared.
    for _ in 0..2 {
        far_low = outlier_count(&low, -high[far_high]);
        far_high = outlier_count(&high, -low[far_low]);
    }
    let others = (*low.get(far_low)?, -*high.get(far_high)?);
    let is_far = |value: f64| value < others.0 || value > others.1;
    let first = table.iter().find(|rating| is_far(rating.rating))?;
    Some(Outliers {
        count: far_low + far_high,
        value: first.rating,
        user: table.users().name(first.user).unwrap_or_default().to_owned(),
        item: table.items().name(first.item).unwrap_or_default().to_owned(),
        others,
    })
}

/// Returns the `count` lowest values, in ascending order.
fn lowest(values: impl Iterator<Item = f64>, count: usize) -> Vec<f64> {
    let mut lowest: Vec<f64> = Vec::with_capacity(2 * count);
    let mut threshold = f64::INFINITY;
    for value in values {
        if value > threshold {
            continue;
        }
        lowest.push(value);
        if lowest.len() == 2 * count {
            lowest.select_nth_unstable_by(count - 1, f64::total_cmp);
            lowest.truncate(count);
            threshold = lowest[count - 1];
        }
    }
    lowest.sort_unstable_by(f64::total_cmp);
    lowest.truncate(count);
    lowest
}

/// Returns how many of the `lowest` values are separated by a gap from the others, of which
/// `highest` is the last.
fn outlier_count(lowest: &[f64], highest: f64) -> usize {
    let is_gap = |&last: &usize| {
        let (low, next) = (lowest[last - 1], lowest[last]);
        let range = highest - next;
        range > 0.0 && next - low > MIN_GAP * range.max(next.abs())
    };
    (1..lowest.len()).rev().find(is_gap).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(values: &[f64]) -> RatingTable {
        let mut table = RatingTable::new();
        for (user, &value) in values.iter().enumerate() {
            table.push(&user.to_string(), "x", value, None).unwrap();
        }
        table
    }

    fn stars(count: usize) -> Vec<f64> {
        (0..count).map(|index| (index % 5 + 1) as f64).collect()
    }

    #[test]
    fn detects_times_among_ratings() {
        let mut values = stars(300);
        assert_eq!(find_outliers(&table(&values)), None);
        values[7] = 1_577_836_800.0;
        values[9] = 1_577_840_000.0;
        let far = find_outliers(&table(&values)).unwrap();
        assert_eq!((far.count, far.value, &far.user[..]), (2, 1_577_836_800.0, "7"));
        assert_eq!(far.others, (1.0, 5.0));
        values[8] = -99.0;
        let far = find_outliers(&table(&values)).unwrap();
        assert_eq!((far.count, far.others), (3, (1.0, 5.0)));
    }

    #[test]
    fn detects_a_negative_missing_marker() {
        let mut values = stars(40);
        values[39] = -999.0;
        assert_eq!(find_outliers(&table(&values)).unwrap().others, (1.0, 5.0));
    }

    #[test]
    fn ignores_long_tails_and_small_sets() {
        let tail: Vec<f64> = (0..400).map(|index| 1.07_f64.powi(index).floor()).collect();
        assert_eq!(find_outliers(&table(&tail)), None);
        assert_eq!(find_outliers(&table(&[1.0, 2.0, 3e9])), None);
        let mut counts = vec![1.0; 100];
        counts[3] = 2.0;
        assert_eq!(find_outliers(&table(&counts)), None);
        assert_eq!(find_outliers(&table(&[])), None);
    }
}
