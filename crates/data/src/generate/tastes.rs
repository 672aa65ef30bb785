//! Why generated people rate as they do.

use likemind::RatingScale;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// How many latent tastes there are.
const TASTES: usize = 8;

/// Percent of the ratings .5, 1, … 5 in ml-25m.
pub(super) const SHARES: [f64; 10] = [1.6, 3.1, 1.6, 6.6, 5.0, 19.6, 12.7, 26.6, 8.8, 14.5];

/// How many ratings the bounds between the levels are measured on.
const MEASURED: usize = 20_000;

/// What items are like, and where one rating ends and the next begins.
pub(super) struct Tastes {
    items: Vec<Item>,
    /// Opinions up to the first bound are half a star, and so on.
    bounds: [f64; 9],
}

struct Item {
    quality: f64,
    flavour: [f64; TASTES],
}

/// What a person likes.
pub(super) struct Person {
    mood: f64,
    likes: [f64; TASTES],
}

impl Tastes {
    pub(super) fn new(items: usize, random: &mut ChaCha8Rng) -> Self {
        let item = |random: &mut ChaCha8Rng| {
            let mut flavour = [0.0; TASTES];
            // A leading flavour and a second one.
            flavour[random.random_range(0..TASTES)] += 1.0;
            flavour[random.random_range(0..TASTES)] += 0.6;
            Item { quality: 0.45 * normal(random), flavour }
        };
        let items = (0..items).map(|_| item(random)).collect();
        let mut tastes = Self { items, bounds: [0.0; 9] };
        tastes.bounds = tastes.measure_bounds(random);
        tastes
    }

    /// The quantiles of opinions that give the ratings their shares.
    fn measure_bounds(&self, random: &mut ChaCha8Rng) -> [f64; 9] {
        let mut opinions: Vec<f64> = (0..MEASURED)
            .map(|_| {
                let person = self.person(random);
                let item = random.random_range(0..self.items.len());
                self.opinion(&person, item, random)
            })
            .collect();
        opinions.sort_by(f64::total_cmp);
        let mut percent = 0.0;
        std::array::from_fn(|level| {
            percent += SHARES[level];
            opinions[(MEASURED as f64 * percent / 100.0) as usize]
        })
    }

    pub(super) fn person(&self, random: &mut ChaCha8Rng) -> Person {
        Person { mood: 0.4 * normal(random), likes: std::array::from_fn(|_| 0.5 * normal(random)) }
    }

    fn opinion(&self, person: &Person, item: usize, random: &mut ChaCha8Rng) -> f64 {
        let item = &self.items[item];
        let liking: f64 = person.likes.iter().zip(item.flavour).map(|(a, b)| a * b).sum();
        person.mood + item.quality + liking + 0.6 * normal(random)
    }

    /// What a person gives to an item, on half stars.
    pub(super) fn rating(&self, person: &Person, item: usize, random: &mut ChaCha8Rng) -> f64 {
        let opinion = self.opinion(person, item, random);
        let level = 1 + self.bounds.iter().filter(|&&bound| bound < opinion).count();
        RatingScale::HALF_STARS.rating_of(level as u32)
    }
}

/// A draw of the standard normal distribution (Box and Muller, 1958).
pub(super) fn normal(random: &mut ChaCha8Rng) -> f64 {
    let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.random::<f64>()).cos()
}
