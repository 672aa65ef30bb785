//! Weights that express how much a person liked an item, relative to their other ratings.

use crate::matrix::LevelSums;
use crate::scale::RatingScale;

/// Weight of one standard deviation above or below the person's mean.
///
/// Chosen from 0, .1, .15, .2, .25, .35 and .5, on the users' side. With 0 the nDCG@10 over held-out
/// ratings of 4 or more is .303 on ml-100k and .237 on ml-latest-small, with .25 .317 and .256; over
/// all held-out ratings .365 and .292, and .360 and .293 (means of three 80/20 splits, with the
/// weights s·c² in [`Scoring`](super::neighbourhood::Scoring)). Larger values gain little over liked
/// items, and lose over all.
const STRENGTH: f64 = 0.25;
/// Lower bound of the weight: even a disliked item shows shared interest.
const MIN_FACTOR: f64 = 0.05;
/// Upper bound of the weight.
const MAX_FACTOR: f64 = 2.0;

/// The mean and spread of a person's ratings, by which each of them is weighted.
///
/// Of counts the logarithm ln(1 + count) is used. On one 80/20 split of the plays of HetRec 2011
/// Last.fm, [`ItemRidge`](crate::ItemRidge) has an nDCG@10 of .252 by it, .251 by plain counts or the
/// quintiles of each listener, and .245 if all weigh 1; of the artists in the upper two fifths of
/// each listener's plays .289, .288, .286 and .274.
pub(crate) struct Liking {
    mean: f64,
    /// 1 / standard deviation; 0 if all ratings are equal.
    unit: f64,
    of_counts: bool,
}

/// Whether weights can be computed from levels alone, see [`Liking::from_sums`]: they are linear.
pub(crate) fn is_linear(scale: &RatingScale) -> bool {
    !scale.has_counts()
}

impl Liking {
    /// Computes the liking from the number of a person's ratings and the sums of their levels, in units of
    /// levels. Not for counts, see [`is_linear`].
    pub(crate) fn from_sums(count: usize, LevelSums { sum, squares }: LevelSums) -> Self {
        // n² times the variance.
        let spread = count as u64 * squares - sum * sum;
        let count = count.max(1) as f64;
        let unit = if spread == 0 { 0.0 } else { count / (spread as f64).sqrt() };
        Self { mean: sum as f64 / count, unit, of_counts: false }
    }

    /// Computes the liking from all ratings of a person, on this scale.
    pub(crate) fn from_ratings(
        scale: &RatingScale,
        ratings: impl Iterator<Item = f64> + Clone,
    ) -> Self {
        let of_counts = scale.has_counts();
        let ratings = ratings.map(|rating| strength(rating, of_counts));
        let (mut count, mut sum) = (0.0, 0.0);
        for rating in ratings.clone() {
            count += 1.0;
            sum += rating;
        }
        let mean = sum / f64::max(count, 1.0);
        // Compared directly, since the mean of equal ratings may be rounded.
        let all_equal = ratings.clone().zip(ratings.clone().skip(1)).all(|(a, b)| a == b);
        let squares: f64 = ratings.map(|rating| (rating - mean) * (rating - mean)).sum();
        let deviation = (squares / f64::max(count, 1.0)).sqrt();
        let unit = if all_equal || deviation == 0.0 { 0.0 } else { 1.0 / deviation };
        Self { mean, unit, of_counts }
    }

    /// Returns the weight y of a rating by this person: 1 for a rating equal to their mean.
    pub(crate) fn factor(&self, rating: f64) -> f64 {
        let strength = strength(rating, self.of_counts);
        let factor = 1.0 + STRENGTH * ((strength - self.mean) * self.unit);
        // NaN if ratings are so large that their squares overflow.
        if factor.is_nan() { 1.0 } else { factor.clamp(MIN_FACTOR, MAX_FACTOR) }
    }
}

/// How much somebody likes an item that they rated or used this often.
fn strength(rating: f64, is_count: bool) -> f64 {
    if is_count { rating.ln_1p() } else { rating }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn liking(ratings: &[f64]) -> Liking {
        Liking::from_ratings(&RatingScale::FIVE_STARS, ratings.iter().copied())
    }

    #[test]
    fn higher_ratings_weigh_more() {
        // Mean 3, deviation 2.
        let liking = liking(&[1.0, 5.0]);
        let factors = [1.0, 3.0, 5.0].map(|rating| liking.factor(rating));
        assert_eq!(factors, [0.75, 1.0, 1.25]);
        assert_eq!((liking.factor(-99.0), liking.factor(99.0)), (0.05, 2.0));
    }

    #[test]
    fn levels_weigh_the_same_as_their_ratings() {
        let levels: Vec<u8> = (0..70_000_u64).map(|k| (k * k % 11) as u8).collect();
        let ratings = levels.iter().map(|&level| 0.5 * f64::from(level) - 3.0);
        let by_ratings = Liking::from_ratings(&RatingScale::FIVE_STARS, ratings);
        let by_levels = Liking::from_sums(levels.len(), LevelSums::of(&levels));
        for level in 0..11_u8 {
            let (level, rating) = (f64::from(level), 0.5 * f64::from(level) - 3.0);
            assert!((by_levels.factor(level) - by_ratings.factor(rating)).abs() < 1e-9);
        }
        for equal in [&[][..], &[7], &[255; 3]] {
            let liking = Liking::from_sums(equal.len(), LevelSums::of(equal));
            assert_eq!(liking.factor(9.0), 1.0);
        }
    }

    #[test]
    fn counts_weigh_by_their_logarithm() {
        let scale = RatingScale::counts(1.0, 1000.0).unwrap();
        // Logarithms ln 10 and ln 1000 with mean ln 100.
        let liking = Liking::from_ratings(&scale, [9.0, 999.0].into_iter());
        for (count, factor) in [(9.0, 0.75), (99.0, 1.0), (999.0, 1.25)] {
            assert!((liking.factor(count) - factor).abs() < 1e-12, "{count}");
        }
        let constant = Liking::from_ratings(&scale, [7.0; 3].into_iter());
        assert_eq!([1.0, 7.0].map(|count| constant.factor(count)), [1.0; 2]);
    }

    #[test]
    fn equal_or_missing_ratings_weigh_one() {
        assert_eq!(liking(&[0.1, 0.1, 0.1]).factor(0.1), 1.0);
        assert_eq!(liking(&[]).factor(3.0), 1.0);
        assert_eq!(liking(&[1e308, -1e308, 1e308]).factor(1e308), 1.0);
    }
}
