//! How many ratings each user gives.

use super::{Shape, tastes};
use rand_chacha::ChaCha8Rng;

/// The fewest ratings of a user, as in MovieLens.
const FEWEST: usize = 20;

/// The heaviest user's share of the items: 32,202 of 59,047 in ml-25m.
const HEAVIEST: f64 = 32_202.0 / 59_047.0;

/// All users but the heaviest have at most this many, so that one stands out as in ml-25m.
const MOST: usize = 9_300;

/// The standard deviation of the logarithm of the ratings beyond the fewest: that of a log-normal
/// distribution with the median 51 and the mean 133.8.
const SPREAD: f64 = 1.389;

/// How many ratings each user has: the fewest and a log-normal part, scaled so that the sum is the
/// one asked for (as far as there are items, and at least one rating a user).
pub(super) fn activity(shape: &Shape, random: &mut ChaCha8Rng) -> Vec<usize> {
    let drawn: Vec<f64> =
        (0..shape.users).map(|_| (SPREAD * tastes::normal(random)).exp()).collect();
    let bounds = Bounds::new(shape, &drawn);
    let wanted = shape.ratings as f64 - (bounds.fewest * shape.users) as f64;
    // Heavy users are cut, so that the factor is searched for.
    let mut factor = wanted.max(0.0) / drawn.iter().sum::<f64>();
    let mut counts = bounds.counts(factor, &drawn);
    for _ in 0..20 {
        let sum = counts.iter().sum::<usize>() - bounds.fewest * shape.users;
        factor *= wanted.max(1.0) / (sum as f64).max(1.0);
        counts = bounds.counts(factor, &drawn);
    }
    bounds.settle(&mut counts, shape.ratings);
    counts
}

/// Between which counts a user may be.
struct Bounds {
    fewest: usize,
    most: usize,
    /// The heaviest user, and the fewest ratings of that user.
    heaviest: (usize, usize),
    /// The most ratings of that user.
    limit: usize,
}

impl Bounds {
    fn new(shape: &Shape, drawn: &[f64]) -> Self {
        let fewest = FEWEST.min(shape.items).min(shape.ratings / shape.users).max(1);
        let limit = ((shape.items as f64 * HEAVIEST).round() as usize).max(fewest);
        let first = (0..drawn.len()).max_by(|&a, &b| drawn[a].total_cmp(&drawn[b])).unwrap_or(0);
        // In a small shape one user must not have all the ratings there are to share.
        let spare = shape.ratings.saturating_sub(fewest * shape.users);
        let heaviest = (first, limit.min(fewest + spare / 50));
        Self { fewest, most: limit.min(MOST).max(fewest), heaviest, limit }
    }

    /// The fewest and the most ratings of a user.
    fn of(&self, user: usize) -> (usize, usize) {
        let (first, fewest) = self.heaviest;
        if user == first {
            (fewest, self.limit.min(fewest.max(self.most)))
        } else {
            (self.fewest, self.most)
        }
    }

    fn counts(&self, factor: f64, drawn: &[f64]) -> Vec<usize> {
        let count = |(user, &drawn): (usize, &f64)| {
            let (fewest, most) = self.of(user);
            self.fewest.saturating_add((drawn * factor).round() as usize).clamp(fewest, most)
        };
        drawn.iter().enumerate().map(count).collect()
    }

    /// Moves counts by one, user by user, until the sum is the one wanted.
    fn settle(&self, counts: &mut [usize], wanted: usize) {
        let mut sum: usize = counts.iter().sum();
        for (user, count) in counts.iter_mut().enumerate() {
            let (fewest, most) = self.of(user);
            if sum < wanted && *count < most {
                (*count, sum) = (*count + 1, sum + 1);
            } else if sum > wanted && *count > fewest {
                (*count, sum) = (*count - 1, sum - 1);
            }
        }
    }
}
