//! The preference model behind generated ratings.

use super::popularity::{ItemSampler, Popularity};
use likemind::RatingScale;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Number of latent tastes.
const TASTES: usize = 8;

/// Frequency of the ratings .5, 1, … 5 in ml-25m, in percent.
pub(super) const SHARES: [f64; 10] = [1.6, 3.1, 1.6, 6.6, 5.0, 19.6, 12.7, 26.6, 8.8, 14.5];

/// Approximate maximum number of opinions from which the thresholds are estimated.
const MAX_SAMPLE: usize = 2_000_000;

/// The properties of items and people, and the thresholds between ratings.
pub(super) struct Tastes {
    items: Vec<Item>,
    people: Vec<Person>,
    /// Opinions up to the first threshold become half a star, and so on.
    thresholds: [f64; 9],
}

struct Item {
    quality: f64,
    flavour: [f64; TASTES],
}

/// The preferences of a person.
struct Person {
    mood: f64,
    likes: [f64; TASTES],
}

impl Tastes {
    /// Draws random tastes for the items of `popularity` and one person per entry of `activity`.
    pub(super) fn new(
        activity: &[usize],
        popularity: &Popularity,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let item = |random: &mut ChaCha8Rng| {
            let mut flavour = [0.0; TASTES];
            // A primary and a secondary flavour.
            flavour[random.random_range(0..TASTES)] += 1.0;
            flavour[random.random_range(0..TASTES)] += 0.6;
            Item { quality: 0.45 * normal(random), flavour }
        };
        let items = (0..popularity.items()).map(|_| item(random)).collect();
        let people = activity.iter().map(|_| person(random)).collect();
        let mut tastes = Self { items, people, thresholds: [0.0; 9] };
        tastes.thresholds = tastes.estimate_thresholds(activity, popularity, random);
        tastes
    }

    /// Estimates the quantiles of opinions at which ratings have the frequencies [`SHARES`]. People
    /// are sampled as often as they rate, and items as often as they are rated.
    fn estimate_thresholds(
        &self,
        activity: &[usize],
        popularity: &Popularity,
        random: &mut ChaCha8Rng,
    ) -> [f64; 9] {
        let total: usize = activity.iter().sum();
        let mut sampler = ItemSampler::new(popularity, total, random);
        let (mut items, mut opinions) = (Vec::new(), Vec::new());
        // Samples whole users, because a user rates even a popular item only once.
        for (user, &count) in activity.iter().enumerate().step_by(total.div_ceil(MAX_SAMPLE)) {
            sampler.draw(count, &mut items, random);
            for &item in &items {
                opinions.push(self.opinion(user, item as usize, random));
            }
        }
        opinions.sort_by(f64::total_cmp);
        let mut percent = 0.0;
        std::array::from_fn(|level| {
            percent += SHARES[level];
            opinions[(opinions.len() as f64 * percent / 100.0) as usize]
        })
    }

    fn opinion(&self, person: usize, item: usize, random: &mut ChaCha8Rng) -> f64 {
        let (person, item) = (&self.people[person], &self.items[item]);
        let liking: f64 = person.likes.iter().zip(item.flavour).map(|(a, b)| a * b).sum();
        person.mood + item.quality + liking + 0.6 * normal(random)
    }

    /// Draws a person's rating of an item, in half stars.
    pub(super) fn rating(&self, person: usize, item: usize, random: &mut ChaCha8Rng) -> f64 {
        let opinion = self.opinion(person, item, random);
        let level = 1 + self.thresholds.iter().filter(|&&threshold| threshold < opinion).count();
        RatingScale::HALF_STARS.rating_of(level as u32)
    }
}

fn person(random: &mut ChaCha8Rng) -> Person {
    Person { mood: 0.4 * normal(random), likes: std::array::from_fn(|_| 0.5 * normal(random)) }
}

/// Draws from the standard normal distribution (Box and Muller, 1958).
pub(super) fn normal(random: &mut ChaCha8Rng) -> f64 {
    let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.random::<f64>()).cos()
}
