//! How often each rating was given.

use crate::scale::RatingScale;
use serde::Serialize;

/// A scale of at most this many levels has a count for each.
const MOST_LEVELS: u32 = 100;

/// How many bins other scales are cut into.
const BINS: u32 = 20;

/// How often a rating, or one in a bin, was given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RatingCount {
    /// The rating; of a bin its lower edge.
    pub rating: f64,
    /// How often.
    pub count: u64,
}

/// How often each rating was given: a count for each level, ascending, also those of 0. A real scale,
/// and one of more than 100 levels, is cut into 20 bins of equal width; the last has its upper edge.
///
/// Ratings off the scale count at its nearer end; NaN does not count.
///
/// ```
/// use likemind::RatingScale;
/// use likemind::facts::histogram;
/// let counts = histogram(&RatingScale::FIVE_STARS, [4.0, 5.0, 4.0]);
/// assert_eq!(counts.iter().map(|level| level.count).collect::<Vec<_>>(), [0, 0, 0, 2, 1]);
/// assert_eq!(counts[3].rating, 4.0);
/// ```
pub fn histogram(scale: &RatingScale, ratings: impl IntoIterator<Item = f64>) -> Vec<RatingCount> {
    let one_value = (scale.min() == scale.max()).then_some(1);
    let levels = one_value.or(scale.levels().filter(|&levels| levels <= MOST_LEVELS));
    let (bars, gaps) = levels.map_or((BINS, BINS), |levels| (levels, (levels - 1).max(1)));
    // Halves, so that no range is too large for a number.
    let width = (scale.max() / 2.0 - scale.min() / 2.0) / f64::from(gaps) * 2.0;
    let edge = |bar: u32| match levels {
        Some(_) => scale.rating_of(bar + 1),
        None => scale.min() + width * f64::from(bar),
    };
    let mut counts: Vec<RatingCount> =
        (0..bars).map(|bar| RatingCount { rating: edge(bar), count: 0 }).collect();
    for rating in ratings.into_iter().filter(|rating| !rating.is_nan()) {
        let place = (scale.clip(rating) / 2.0 - scale.min() / 2.0) / width * 2.0;
        // Decimal steps have no exact binary form: a level is the nearest.
        let place = if levels.is_some() { place.round() } else { place.floor() };
        counts[(place as usize).min(bars as usize - 1)].count += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(scale: &str, ratings: &[f64]) -> Vec<RatingCount> {
        histogram(&scale.parse().unwrap(), ratings.iter().copied())
    }

    #[test]
    fn each_level_has_its_count() {
        for scale in ["0.5:5:0.5", "0:1:0.1", "-10:10:0.25"] {
            let scale: RatingScale = scale.parse().unwrap();
            let levels = scale.levels().unwrap();
            let each_as_often_as_its_level = (1..=levels)
                .flat_map(|level| std::iter::repeat_n(scale.rating_of(level), level as usize));
            let counts = histogram(&scale, each_as_often_as_its_level);
            for (level, bar) in (1..=levels).zip(&counts) {
                assert_eq!((bar.rating, bar.count), (scale.rating_of(level), level.into()));
            }
            assert_eq!(counts.len(), levels as usize);
        }
    }

    #[test]
    fn other_scales_are_cut_into_bins() {
        for scale in ["-10:10", "1:1000001:1"] {
            let scale: RatingScale = scale.parse().unwrap();
            let (min, width) = (scale.min(), (scale.max() - scale.min()) / 20.0);
            let counts = histogram(&scale, [min, min + width, min + 1.5 * width, scale.max()]);
            let found: Vec<_> = counts.iter().map(|bin| bin.count).collect();
            assert_eq!(found[..3], [1, 2, 0]);
            assert_eq!((found[19], found.len(), counts[1].rating), (1, 20, min + width));
        }
    }

    #[test]
    fn one_value_is_one_bar() {
        for scale in ["3:3:1", "0.7:0.7"] {
            let scale: RatingScale = scale.parse().unwrap();
            let bar = RatingCount { rating: scale.min(), count: 2 };
            assert_eq!(histogram(&scale, [scale.min(), 9.0]), [bar]);
        }
    }

    #[test]
    fn strays_count_at_the_ends_and_nan_nowhere() {
        let counts = counts("1:3:1", &[-4.0, 9.0, f64::INFINITY, f64::NAN]);
        assert_eq!(counts.iter().map(|level| level.count).collect::<Vec<_>>(), [1, 0, 2]);
    }
}
