//! The number of ratings of each user.

use super::{Shape, tastes};
use rand_chacha::ChaCha8Rng;

/// Minimum number of ratings per user, as in MovieLens.
const MIN_RATINGS: usize = 20;

/// The share of the items that the most active user rates: 32,202 of 59,047 in ml-25m.
const TOP_SHARE: f64 = 32_202.0 / 59_047.0;

/// Maximum number of ratings of all users but the most active one, who stands out as in ml-25m.
const MAX_RATINGS: usize = 9_300;

/// The standard deviation of the logarithm of the number of ratings beyond the minimum: that of a
/// log-normal distribution with median 51 and mean 133.8.
const SPREAD: f64 = 1.389;

/// Draws the number of ratings of each user: the minimum plus a log-normal part, scaled so that the
/// sum is that of the shape (as far as there are items, and with at least one rating per user).
pub(super) fn activity(shape: &Shape, random: &mut ChaCha8Rng) -> Vec<usize> {
    let drawn: Vec<f64> =
        (0..shape.users).map(|_| (SPREAD * tastes::normal(random)).exp()).collect();
    let limits = ActivityLimits::new(shape, &drawn);
    let target = shape.ratings as f64 - (limits.min * shape.users) as f64;
    // The counts of active users are capped, so the factor has to be found by iteration.
    let mut factor = target.max(0.0) / drawn.iter().sum::<f64>();
    let mut counts = limits.counts(factor, &drawn);
    for _ in 0..20 {
        let sum = counts.iter().sum::<usize>() - limits.min * shape.users;
        factor *= target.max(1.0) / (sum as f64).max(1.0);
        counts = limits.counts(factor, &drawn);
    }
    limits.adjust(&mut counts, shape.ratings);
    counts
}

/// The range of the number of ratings of a user.
struct ActivityLimits {
    min: usize,
    max: usize,
    /// The most active user, and that user's minimum number of ratings.
    top: (usize, usize),
    /// The maximum number of ratings of that user.
    top_max: usize,
}

impl ActivityLimits {
    fn new(shape: &Shape, drawn: &[f64]) -> Self {
        let min = MIN_RATINGS.min(shape.items).min(shape.ratings / shape.users).max(1);
        let top_max = ((shape.items as f64 * TOP_SHARE).round() as usize).max(min);
        let first = (0..drawn.len()).max_by(|&a, &b| drawn[a].total_cmp(&drawn[b])).unwrap_or(0);
        // In a small shape a single user must not take all spare ratings.
        let spare = shape.ratings.saturating_sub(min * shape.users);
        let top = (first, top_max.min(min + spare / 50));
        Self { min, max: top_max.min(MAX_RATINGS).max(min), top, top_max }
    }

    /// Returns the minimum and maximum number of ratings of a user.
    fn of(&self, user: usize) -> (usize, usize) {
        let (first, min) = self.top;
        if user == first {
            (min, self.top_max.min(min.max(self.max)))
        } else {
            (self.min, self.max)
        }
    }

    fn counts(&self, factor: f64, drawn: &[f64]) -> Vec<usize> {
        let count = |(user, &drawn): (usize, &f64)| {
            let (min, max) = self.of(user);
            self.min.saturating_add((drawn * factor).round() as usize).clamp(min, max)
        };
        drawn.iter().enumerate().map(count).collect()
    }

    /// Changes counts by one, user by user, until the sum reaches the target.
    fn adjust(&self, counts: &mut [usize], target: usize) {
        let mut sum: usize = counts.iter().sum();
        for (user, count) in counts.iter_mut().enumerate() {
            let (min, max) = self.of(user);
            if sum < target && *count < max {
                (*count, sum) = (*count + 1, sum + 1);
            } else if sum > target && *count > min {
                (*count, sum) = (*count - 1, sum - 1);
            }
        }
    }
}
