//! Why generated people rate as they do.

use super::popularity::{Draws, Popularity};
use likemind::RatingScale;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// How many latent tastes there are.
const TASTES: usize = 8;

/// Percent of the ratings .5, 1, … 5 in ml-25m.
pub(super) const SHARES: [f64; 10] = [1.6, 3.1, 1.6, 6.6, 5.0, 19.6, 12.7, 26.6, 8.8, 14.5];

/// About how many ratings at most the bounds between the levels are measured on.
const MEASURED: usize = 2_000_000;

/// What items and people are like, and where one rating ends and the next begins.
pub(super) struct Tastes {
    items: Vec<Item>,
    people: Vec<Person>,
    /// Opinions up to the first bound are half a star, and so on.
    bounds: [f64; 9],
}

struct Item {
    quality: f64,
    flavour: [f64; TASTES],
}

/// What a person likes.
struct Person {
    mood: f64,
    likes: [f64; TASTES],
}

impl Tastes {
    /// Tastes of a person for each count of ratings in `activity`.
    pub(super) fn new(
        activity: &[usize],
        popularity: &Popularity,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let item = |random: &mut ChaCha8Rng| {
            let mut flavour = [0.0; TASTES];
            // A leading flavour and a second one.
            flavour[random.random_range(0..TASTES)] += 1.0;
            flavour[random.random_range(0..TASTES)] += 0.6;
            Item { quality: 0.45 * normal(random), flavour }
        };
        let items = (0..popularity.items()).map(|_| item(random)).collect();
        let people = activity.iter().map(|_| person(random)).collect();
        let mut tastes = Self { items, people, bounds: [0.0; 9] };
        tastes.bounds = tastes.measure_bounds(activity, popularity, random);
        tastes
    }

    /// The quantiles of opinions that give the ratings their shares: those of people as often as
    /// they rate, about items as often as they are rated.
    fn measure_bounds(
        &self,
        activity: &[usize],
        popularity: &Popularity,
        random: &mut ChaCha8Rng,
    ) -> [f64; 9] {
        let total: usize = activity.iter().sum();
        let mut draws = Draws::new(popularity, total, random);
        let (mut items, mut opinions) = (Vec::new(), Vec::new());
        // Whole users, since nobody rates an item twice, however popular it is.
        for (user, &count) in activity.iter().enumerate().step_by(total.div_ceil(MEASURED)) {
            draws.draw(count, &mut items, random);
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

    /// What a person gives to an item, on half stars.
    pub(super) fn rating(&self, person: usize, item: usize, random: &mut ChaCha8Rng) -> f64 {
        let opinion = self.opinion(person, item, random);
        let level = 1 + self.bounds.iter().filter(|&&bound| bound < opinion).count();
        RatingScale::HALF_STARS.rating_of(level as u32)
    }
}

fn person(random: &mut ChaCha8Rng) -> Person {
    Person { mood: 0.4 * normal(random), likes: std::array::from_fn(|_| 0.5 * normal(random)) }
}

/// A draw of the standard normal distribution (Box and Muller, 1958).
pub(super) fn normal(random: &mut ChaCha8Rng) -> f64 {
    let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.random::<f64>()).cos()
}
