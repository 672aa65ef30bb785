//! Generates synthetic ratings of a given shape.

mod activity;
mod popularity;
mod tastes;
mod write;

pub use write::write_generated;

use crate::error::DataError;
use activity::activity;
use likemind::RatingScale;
use popularity::{ItemSampler, Popularity};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tastes::Tastes;

/// The size of a synthetic data set, and its seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Number of users.
    pub users: usize,
    /// Number of items; each is rated at least once if there are enough ratings.
    pub items: usize,
    /// Approximate number of ratings.
    pub ratings: usize,
    /// Seed of the random number generator; the same seed generates the same ratings.
    pub seed: u64,
}

/// Name and numbers of users, items and ratings of the known shapes.
const NAMED: [(&str, usize, usize, usize); 5] = [
    ("ml-100k", 943, 1_682, 100_000),
    ("ml-1m", 6_040, 3_706, 1_000_209),
    ("ml-10m", 69_878, 10_677, 10_000_054),
    ("ml-25m", 162_541, 59_047, 25_000_095),
    ("ml-32m", 200_948, 84_432, 32_000_204),
];

impl Shape {
    /// Returns the shape of a known data set, reduced to a fraction of its ratings. The numbers of
    /// users and of items are multiplied by the square root of the fraction.
    ///
    /// # Errors
    /// Returns [`DataError::Options`] if the name is unknown or the fraction is not in (0, 1].
    pub fn named(name: &str, fraction: f64, seed: u64) -> Result<Self, DataError> {
        let Some(&(_, users, items, ratings)) = NAMED.iter().find(|shape| shape.0 == name) else {
            let known: Vec<_> = NAMED.iter().map(|shape| shape.0).collect();
            let (expected, found) =
                (format!("a shape ({})", known.join(", ")), format!("{name:?}"));
            return Err(DataError::Options { expected, found });
        };
        if !(fraction > 0.0 && fraction <= 1.0) {
            let (expected, found) = ("a fraction above 0, at most 1".into(), fraction.to_string());
            return Err(DataError::Options { expected, found });
        }
        // √ of the fraction of users and of items keeps the density of the matrix.
        let part = |count: usize| ((count as f64 * fraction.sqrt()).round() as usize).max(2);
        let ratings = ((ratings as f64 * fraction).round() as usize).max(1);
        Ok(Self { users: part(users), items: part(items), ratings, seed })
    }

    /// Returns the scale of generated ratings, half stars.
    pub fn scale(&self) -> RatingScale {
        RatingScale::HALF_STARS
    }
}

/// A generated rating. Ids start at 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeneratedRating {
    /// The user's id.
    pub user: u32,
    /// The item's id.
    pub item: u32,
    /// The rating, in half stars.
    pub rating: f64,
    /// Seconds since 1970.
    pub timestamp: i64,
}

/// Generates the ratings of a shape, user by user, and passes each to `emit`. Stops at the first
/// error.
///
/// The number of ratings per user is log-normally distributed, with at least 20 ratings (if there
/// are enough items) and one user far ahead of all others. Popularity falls off by rank as in
/// ml-25m. Ratings are determined by a few latent tastes, the user's mood, the item's quality and
/// noise, and the frequency of each rating is that of ml-25m. Every item is rated if there are
/// enough ratings. A shape without users, items or ratings generates nothing.
///
/// # Errors
/// Returns the first error of `emit`.
pub fn generate<E>(
    shape: &Shape,
    mut emit: impl FnMut(GeneratedRating) -> Result<(), E>,
) -> Result<(), E> {
    if [shape.users, shape.items, shape.ratings].contains(&0) {
        return Ok(());
    }
    let mut random = ChaCha8Rng::seed_from_u64(shape.seed);
    let popularity = Popularity::new(shape.items);
    let activity = activity(shape, &mut random);
    let tastes = Tastes::new(&activity, &popularity, &mut random);
    let mut sampler = ItemSampler::new(&popularity, activity.iter().sum(), &mut random);
    let mut items = Vec::new();
    for (user, count) in activity.into_iter().enumerate() {
        sampler.draw(count, &mut items, &mut random);
        let mut timestamp: i64 = 1_000_000_000 + random.random_range(0..500_000_000);
        for &item in &items {
            timestamp += random.random_range(5..120);
            let rating = tastes.rating(user, item as usize, &mut random);
            emit(GeneratedRating { user: user as u32 + 1, item: item + 1, rating, timestamp })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustc_hash::FxHashSet;
    use std::convert::Infallible;

    fn all(shape: &Shape) -> Vec<GeneratedRating> {
        let mut rows = Vec::new();
        let pushed: Result<(), Infallible> = generate(shape, |row| {
            rows.push(row);
            Ok(())
        });
        let Ok(()) = pushed;
        rows
    }

    #[test]
    fn generates_the_shape_without_duplicate_pairs() {
        let shape = Shape::named("ml-100k", 1.0, 1).unwrap();
        let rows = all(&shape);
        assert!((95_000..105_000).contains(&rows.len()), "{}", rows.len());
        let pairs: FxHashSet<_> = rows.iter().map(|row| (row.user, row.item)).collect();
        assert_eq!(pairs.len(), rows.len());
        assert_eq!(rows.iter().map(|row| row.user).max(), Some(943));
        assert!(rows.iter().all(|row| shape.scale().contains(row.rating)));
    }

    #[test]
    fn rating_frequencies_match_ml_25m() {
        let rows = all(&Shape::named("ml-100k", 1.0, 2).unwrap());
        for (level, share) in (1..).zip(tastes::SHARES) {
            let rating = RatingScale::HALF_STARS.rating_of(level);
            let count = rows.iter().filter(|row| row.rating == rating).count();
            let found = 100.0 * count as f64 / rows.len() as f64;
            assert!((found - share).abs() < 3.0, "{rating}: {found} % for {share} %");
        }
    }

    #[test]
    fn generates_small_and_empty_shapes() {
        let rows = |users, items, ratings| all(&Shape { users, items, ratings, seed: 1 }).len();
        assert_eq!((rows(0, 5, 5), rows(5, 0, 5), rows(5, 5, 0)), (0, 0, 0));
        assert_eq!(rows(3, 1, 3), 3);
        assert_eq!(rows(1, 1, 1_000), 1);
    }

    #[test]
    fn equal_seeds_generate_equal_ratings() {
        let ratings = |seed| all(&Shape::named("ml-100k", 0.05, seed).unwrap());
        assert_eq!(ratings(7), ratings(7));
        assert_ne!(ratings(7), ratings(8));
        assert!(Shape::named("ml-2b", 1.0, 0).is_err() && Shape::named("ml-1m", 0.0, 0).is_err());
    }

    /// Statistics of a data set.
    #[derive(Debug)]
    struct Statistics {
        users: usize,
        rated: usize,
        ratings: usize,
        fewest: u32,
        median: u32,
        heaviest: [u32; 2],
        most_rated: u32,
        in_a_thousand: usize,
        shares: [f64; 10],
    }

    fn statistics(shape: &Shape) -> Statistics {
        let (mut users, mut items) = (vec![0; shape.users], vec![0; shape.items]);
        let mut levels = [0_u32; 10];
        let Ok(()) = generate(shape, |row| -> Result<(), Infallible> {
            users[row.user as usize - 1] += 1;
            items[row.item as usize - 1] += 1;
            levels[(row.rating * 2.0) as usize - 1] += 1;
            Ok(())
        });
        let ratings = users.iter().sum::<u32>();
        users.sort_unstable_by(|a, b| b.cmp(a));
        Statistics {
            users: users.iter().filter(|&&count| count > 0).count(),
            rated: items.iter().filter(|&&count| count > 0).count(),
            ratings: ratings as usize,
            fewest: users[users.len() - 1],
            median: users[users.len() / 2],
            heaviest: [users[0], users[1]],
            most_rated: items.iter().copied().max().unwrap_or(0),
            in_a_thousand: items.iter().filter(|&&count| count >= 1_000).count(),
            shares: levels.map(|count| 100.0 * f64::from(count) / f64::from(ratings)),
        }
    }

    /// Asserts that a value differs from the real one by at most the given percentage.
    fn assert_near(found: impl Into<f64>, real: f64, percent: f64) {
        let found = found.into();
        assert!((found / real - 1.0).abs() <= percent / 100.0, "{found} for {real}");
    }

    fn assert_shares_near(found: &[f64; 10], points: f64) {
        for (found, share) in found.iter().zip(tastes::SHARES) {
            assert!((found - share).abs() < points, "{found} % for {share} %");
        }
    }

    /// The numbers of users, items and ratings of a fraction are exact. So is the smallest number
    /// of ratings of a user; the largest is within one percent. The most rated item is rated by
    /// half to three quarters of the users (half in the full data set).
    #[test]
    fn fraction_of_ml_25m_keeps_its_statistics() {
        let shape = Shape::named("ml-25m", 0.04, 3).unwrap();
        let found = statistics(&shape);
        assert_eq!((found.users, found.rated, found.ratings), (32_508, 11_809, 1_000_004));
        assert_eq!(found.fewest, 20);
        assert_near(found.heaviest[0], 32_202.0 / 5.0, 1.0);
        // Users have a fifth of the ratings, but still at least 20, so the ratings are spread more
        // evenly over the users.
        let share = f64::from(found.most_rated) / 32_508.0;
        assert!((0.5..0.75).contains(&share), "{share}");
        assert_shares_near(&found.shares, 1.0);
    }

    /// Compares with the statistics of the real data set, within tolerances.
    #[test]
    #[ignore = "generates 25 million ratings"]
    fn full_shape_matches_ml_25m() {
        for seed in [0, 1] {
            let start = std::time::Instant::now();
            let found = statistics(&Shape::named("ml-25m", 1.0, seed).unwrap());
            println!("seed {seed}, {:?}: {found:#?}", start.elapsed());
            assert_eq!((found.users, found.rated, found.ratings), (162_541, 59_047, 25_000_095));
            assert_eq!(found.fewest, 20);
            assert_near(found.median, 71.0, 3.0);
            assert_near(found.heaviest[0], 32_202.0, 1.0);
            assert_near(found.most_rated, 81_491.0, 3.0);
            assert_near(found.in_a_thousand as f64, 3_790.0, 3.0);
            assert_shares_near(&found.shares, 0.7);
        }
    }
}
