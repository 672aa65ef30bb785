//! Synthetic ratings of a named shape.

mod tastes;
mod write;

pub use write::write_generated;

use crate::error::DataError;
use likemind::RatingScale;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustc_hash::FxHashSet;
use tastes::Tastes;

/// How large a synthetic data set is, and its seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// How many users.
    pub users: usize,
    /// How many items there are to rate; the least popular may stay unrated.
    pub items: usize,
    /// About how many ratings.
    pub ratings: usize,
    /// The same seed makes the same ratings.
    pub seed: u64,
}

/// Users, items and ratings of the data sets whose shape can be asked for.
const NAMED: [(&str, usize, usize, usize); 5] = [
    ("ml-100k", 943, 1_682, 100_000),
    ("ml-1m", 6_040, 3_706, 1_000_209),
    ("ml-10m", 69_878, 10_677, 10_000_054),
    ("ml-25m", 162_541, 59_047, 25_000_095),
    ("ml-32m", 200_948, 84_432, 32_000_204),
];

/// The fewest ratings of a user, as in MovieLens.
const FEWEST: usize = 20;

impl Shape {
    /// The shape of a known data set, with a fraction of its users, items and ratings.
    ///
    /// # Errors
    /// [`DataError::Options`] for an unknown name or a fraction that is not above 0 and at most 1.
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
        // A corner of the matrix keeps its density: √ of the fraction of users and of items.
        let part = |count: usize| ((count as f64 * fraction.sqrt()).round() as usize).max(2);
        let ratings = ((ratings as f64 * fraction).round() as usize).max(1);
        Ok(Self { users: part(users), items: part(items), ratings, seed })
    }

    /// The scale of generated ratings: half stars.
    pub fn scale(&self) -> RatingScale {
        RatingScale::HALF_STARS
    }
}

/// One generated rating: ids count from 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeneratedRating {
    /// The user's id.
    pub user: u32,
    /// The item's id.
    pub item: u32,
    /// The rating, on half stars.
    pub rating: f64,
    /// Seconds since 1970.
    pub timestamp: i64,
}

/// Generates the ratings of a shape, user by user, and hands each to `emit`; stops at its first error.
///
/// Activity is log-normal with at least 20 ratings a user (as far as there are items), popularity
/// falls off by rank (Zipf–Mandelbrot), and ratings follow a few latent tastes, the user's mood,
/// the item's quality, and noise; their shares are those of ml-25m. A shape without users, items or
/// ratings has no rows.
///
/// # Errors
/// The first error of `emit`.
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
    let tastes = Tastes::new(shape.items, &mut random);
    let mut items = Vec::new();
    for (user, count) in (1..).zip(activity) {
        popularity.draw(count, &mut items, &mut random);
        let person = tastes.person(&mut random);
        let mut timestamp: i64 = 1_000_000_000 + random.random_range(0..500_000_000);
        for &item in &items {
            timestamp += random.random_range(5..120);
            let rating = tastes.rating(&person, item as usize, &mut random);
            emit(GeneratedRating { user, item: item + 1, rating, timestamp })?;
        }
    }
    Ok(())
}

/// How many ratings each user has: 20 and a log-normal part, scaled to the sum asked for.
fn activity(shape: &Shape, random: &mut ChaCha8Rng) -> Vec<usize> {
    let drawn: Vec<f64> =
        (0..shape.users).map(|_| (3.93 + 1.39 * tastes::normal(random)).exp()).collect();
    let fewest = FEWEST.min(shape.items).min(shape.ratings / shape.users.max(1)).max(1);
    let most = (shape.items * 6 / 10).max(fewest);
    let wanted = shape.ratings.saturating_sub(fewest * shape.users) as f64;
    let count = |factor: f64, drawn: f64| {
        fewest.saturating_add((drawn * factor).round() as usize).min(most)
    };
    // Heavy users are cut at `most`, so that the factor is searched for.
    let mut factor = wanted / drawn.iter().sum::<f64>();
    for _ in 0..20 {
        let sum: usize = drawn.iter().map(|&drawn| count(factor, drawn) - fewest).sum();
        factor *= wanted.max(1.0) / (sum as f64).max(1.0);
    }
    drawn.into_iter().map(|drawn| count(factor, drawn)).collect()
}

/// Draws items by popularity.
struct Popularity {
    /// Σ of the weights up to and with each item.
    cumulative: Vec<f64>,
}

impl Popularity {
    fn new(items: usize) -> Self {
        let offset = 220.0 * (items as f64 / 59_047.0).max(0.05);
        let mut sum = 0.0;
        let weights = (0..items).map(|rank| {
            sum += (rank as f64 + 1.0 + offset).powf(-1.6);
            sum
        });
        Self { cumulative: weights.collect() }
    }

    /// Draws `count` different items, in the order drawn.
    fn draw(&self, count: usize, items: &mut Vec<u32>, random: &mut ChaCha8Rng) {
        items.clear();
        let mut drawn = FxHashSet::default();
        let total = self.cumulative.last().copied().unwrap_or(0.0);
        while items.len() < count.min(self.cumulative.len()) {
            let point = random.random::<f64>() * total;
            let item = self.cumulative.partition_point(|&sum| sum <= point) as u32;
            let item = item.min(self.cumulative.len() as u32 - 1);
            if drawn.insert(item) {
                items.push(item);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn the_shape_is_met_and_no_pair_comes_twice() {
        let shape = Shape::named("ml-100k", 1.0, 1).unwrap();
        let rows = all(&shape);
        assert!((95_000..105_000).contains(&rows.len()), "{}", rows.len());
        let pairs: FxHashSet<_> = rows.iter().map(|row| (row.user, row.item)).collect();
        assert_eq!(pairs.len(), rows.len());
        assert_eq!(rows.iter().map(|row| row.user).max(), Some(943));
        assert!(rows.iter().all(|row| shape.scale().contains(row.rating)));
    }

    #[test]
    fn the_shares_of_the_ratings_are_those_of_ml_25m() {
        let rows = all(&Shape::named("ml-100k", 1.0, 2).unwrap());
        for (level, share) in (1..).zip(tastes::SHARES) {
            let rating = RatingScale::HALF_STARS.rating_of(level);
            let count = rows.iter().filter(|row| row.rating == rating).count();
            let found = 100.0 * count as f64 / rows.len() as f64;
            assert!((found - share).abs() < 3.0, "{rating}: {found} % for {share} %");
        }
    }

    #[test]
    fn small_and_empty_shapes_are_met() {
        let rows = |users, items, ratings| all(&Shape { users, items, ratings, seed: 1 }).len();
        assert_eq!((rows(0, 5, 5), rows(5, 0, 5), rows(5, 5, 0)), (0, 0, 0));
        assert_eq!(rows(3, 1, 3), 3);
        assert_eq!(rows(1, 1, 1_000), 1);
    }

    #[test]
    fn the_seed_decides() {
        let of = |seed| all(&Shape::named("ml-100k", 0.05, seed).unwrap());
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
        assert!(Shape::named("ml-2b", 1.0, 0).is_err() && Shape::named("ml-1m", 0.0, 0).is_err());
    }
}
