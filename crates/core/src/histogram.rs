//! Histograms of ratings.

mod doubling;

pub use doubling::{CountRange, doubling_histogram};

use crate::scale::RatingScale;
use serde::Serialize;

/// Scales with at most this many levels have one bar per level.
const MAX_LEVELS: u32 = 100;

/// Number of bins for all other scales.
const BINS: u32 = 20;

/// One bar of a histogram: the count of a rating, or of the ratings in a bin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RatingCount {
    /// The rating, or the lower edge of the bin.
    pub rating: f64,
    /// Number of ratings.
    pub count: u64,
}

/// Counts how often each rating was given.
///
/// Returns one count per level, ascending, including levels that were never given. If the ratings
/// are [counts](RatingScale::has_counts), the bins double in width, as in [`doubling_histogram`]. Any
/// other scale that is real or has more than 100 levels is divided into 20 bins of equal width; the
/// last bin includes its upper edge. Ratings outside the scale count at its nearer end; NaN is
/// ignored.
///
/// ```
/// use likemind::RatingScale;
/// use likemind::facts::histogram;
/// let counts = histogram(&RatingScale::FIVE_STARS, [4.0, 5.0, 4.0]);
/// assert_eq!(counts.iter().map(|level| level.count).collect::<Vec<_>>(), [0, 0, 0, 2, 1]);
/// assert_eq!(counts[3].rating, 4.0);
/// ```
pub fn histogram(scale: &RatingScale, ratings: impl IntoIterator<Item = f64>) -> Vec<RatingCount> {
    let ratings = ratings.into_iter().filter(|rating| !rating.is_nan());
    if scale.has_counts() {
        return histogram_of_counts(ratings.map(|rating| scale.clip(rating) as u64));
    }
    let one_value = (scale.min() == scale.max()).then_some(1);
    let levels = one_value.or(scale.levels().filter(|&levels| levels <= MAX_LEVELS));
    let (bars, gaps) = levels.map_or((BINS, BINS), |levels| (levels, (levels - 1).max(1)));
    let width = (scale.max() - scale.min()) / f64::from(gaps);
    let edge = |bar: u32| match levels {
        Some(_) => scale.rating_of(bar + 1),
        None => scale.min() + width * f64::from(bar),
    };
    let mut counts: Vec<RatingCount> =
        (0..bars).map(|bar| RatingCount { rating: edge(bar), count: 0 }).collect();
    for rating in ratings {
        let position = (scale.clip(rating) - scale.min()) / width;
        // Decimal steps have no exact binary form, so round to the nearest level.
        let position = if levels.is_some() { position.round() } else { position.floor() };
        counts[(position as usize).min(bars as usize - 1)].count += 1;
    }
    counts
}

fn histogram_of_counts(counts: impl Iterator<Item = u64>) -> Vec<RatingCount> {
    let bar = |range: CountRange| RatingCount { rating: range.from as f64, count: range.count };
    doubling_histogram(counts).into_iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(scale: &str, ratings: &[f64]) -> Vec<RatingCount> {
        histogram(&scale.parse().unwrap(), ratings.iter().copied())
    }

    #[test]
    fn counts_each_level() {
        for scale in ["0.5:5:0.5", "0:1:0.1", "-10:10:0.25"] {
            let scale: RatingScale = scale.parse().unwrap();
            let levels = scale.levels().unwrap();
            // Each level occurs as many times as its number.
            let ratings = (1..=levels)
                .flat_map(|level| std::iter::repeat_n(scale.rating_of(level), level as usize));
            let counts = histogram(&scale, ratings);
            for (level, bar) in (1..=levels).zip(&counts) {
                assert_eq!((bar.rating, bar.count), (scale.rating_of(level), level.into()));
            }
            assert_eq!(counts.len(), levels as usize);
        }
    }

    #[test]
    fn bins_real_and_fine_scales() {
        for scale in ["-10:10", "-1:1000000:1"] {
            let scale: RatingScale = scale.parse().unwrap();
            let (min, width) = (scale.min(), (scale.max() - scale.min()) / 20.0);
            let counts = histogram(&scale, [min, min + width, min + 1.5 * width, scale.max()]);
            let found: Vec<_> = counts.iter().map(|bin| bin.count).collect();
            assert_eq!(found[..3], [1, 2, 0]);
            assert_eq!((found[19], found.len(), counts[1].rating), (1, 20, min + width));
        }
    }

    #[test]
    fn bins_of_counts_double_in_width() {
        let counts = counts("1:1000:1", &[1.0, 2.0, 3.0, 9.0, 2000.0, f64::NAN]);
        let bins: Vec<_> = counts.iter().map(|bin| (bin.rating, bin.count)).collect();
        let expected = [
            (1.0, 1),
            (2.0, 2),
            (4.0, 0),
            (8.0, 1),
            (16.0, 0),
            (32.0, 0),
            (64.0, 0),
            (128.0, 0),
            (256.0, 0),
            (512.0, 1),
        ];
        assert_eq!(bins, expected);
    }

    #[test]
    fn single_value_scale_has_one_bar() {
        for scale in ["3:3:1", "0.7:0.7"] {
            let scale: RatingScale = scale.parse().unwrap();
            let bar = RatingCount { rating: scale.min(), count: 2 };
            assert_eq!(histogram(&scale, [scale.min(), 9.0]), [bar]);
        }
    }

    #[test]
    fn outliers_count_at_the_ends_and_nan_is_ignored() {
        let counts = counts("1:3:1", &[-4.0, 9.0, f64::INFINITY, f64::NAN]);
        assert_eq!(counts.iter().map(|level| level.count).collect::<Vec<_>>(), [1, 0, 2]);
    }
}
