//! The choice of items that users rate.

use rand::{RngExt, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

/// Draws items by popularity. Items are numbered in order of decreasing popularity.
pub(super) struct Popularity {
    /// The sum of the weights up to and including each item, divided by the sum of all weights.
    cumulative: Vec<f64>,
    /// 0 to 1 divided into as many equal parts as there are items: the item at which each begins.
    guide: Vec<u32>,
}

impl Popularity {
    /// Computes the weights of `items` items. They fall off as a product of two Zipf–Mandelbrot
    /// laws, slowly at first and steeply later. The parameters were fitted so that, without
    /// repeated pairs, the first item has the 81,491 ratings of ml-25m and about 3,790 items have
    /// at least 1,000.
    pub(super) fn new(items: usize) -> Self {
        let part = items as f64 / 59_047.0;
        let (near, far) = (3.965 * part, 3_913.0 * part);
        let mut sum = 0.0;
        let add = |rank: usize| {
            let rank = rank as f64 + part.min(1.0);
            sum += (rank + near).powf(-0.5443) * (1.0 + rank / far).powf(-2.9257);
            sum
        };
        let mut cumulative: Vec<f64> = (0..items).map(add).collect();
        cumulative.iter_mut().for_each(|weight| *weight /= sum);
        let guide = guide(&cumulative);
        Self { cumulative, guide }
    }

    /// Number of items.
    pub(super) fn items(&self) -> usize {
        self.cumulative.len()
    }

    /// Draws an item.
    pub(super) fn item(&self, random: &mut ChaCha8Rng) -> u32 {
        let point = random.random::<f64>();
        let items = self.items();
        let mut item = self.guide[(point * items as f64) as usize] as usize;
        // Two steps on average, since there are as many parts as items.
        while item + 1 < items && self.cumulative[item] <= point {
            item += 1;
        }
        item as u32
    }
}

fn guide(cumulative: &[f64]) -> Vec<u32> {
    let mut item = 0;
    let begin = |part: usize| {
        let point = part as f64 / cumulative.len() as f64;
        while item + 1 < cumulative.len() && cumulative[item] <= point {
            item += 1;
        }
        item as u32
    };
    // One extra entry, in case the index is rounded up.
    (0..=cumulative.len()).map(begin).collect()
}

/// Draws the items of consecutive users.
pub(super) struct ItemSampler<'a> {
    popularity: &'a Popularity,
    /// For each item, the last user that drew it.
    drawn_by: Vec<u32>,
    user: u32,
    /// Total number of ratings, and the number drawn so far.
    total: usize,
    done: usize,
    /// The items in random order. One rating is reserved for each, so that every item is rated.
    reserved: Vec<u32>,
    /// Number of items whose reserved rating has passed, and the number of the next reserved
    /// rating.
    passed: usize,
    next: usize,
}

impl<'a> ItemSampler<'a> {
    pub(super) fn new(popularity: &'a Popularity, total: usize, random: &mut ChaCha8Rng) -> Self {
        let items = popularity.items();
        let mut reserved: Vec<u32> = (0..items as u32).collect();
        reserved.shuffle(random);
        let drawn_by = vec![0; items];
        let mut sampler =
            Self { popularity, drawn_by, user: 0, total, done: 0, reserved, passed: 0, next: 0 };
        sampler.reserve_next(random);
        sampler
    }

    /// Reserves a rating for the next item, drawn from its equal share of all ratings. With fewer
    /// ratings than items some shares are empty; their items are drawn only by popularity.
    fn reserve_next(&mut self, random: &mut ChaCha8Rng) {
        let items = self.reserved.len();
        let start = |part: usize| (part as u64 * self.total as u64 / items as u64) as usize;
        while self.passed < items && start(self.passed) == start(self.passed + 1) {
            self.passed += 1;
        }
        if self.passed < items {
            self.next = random.random_range(start(self.passed)..start(self.passed + 1));
        }
    }

    /// Draws `count` different items for the next user, in the order drawn.
    pub(super) fn draw(&mut self, count: usize, items: &mut Vec<u32>, random: &mut ChaCha8Rng) {
        items.clear();
        self.user += 1;
        while items.len() < count.min(self.reserved.len()) {
            let item = self.item(random);
            if self.drawn_by[item as usize] != self.user {
                self.drawn_by[item as usize] = self.user;
                items.push(item);
                self.done += 1;
            }
        }
    }

    /// Returns the item for which this rating is reserved, or else one drawn by popularity.
    fn item(&mut self, random: &mut ChaCha8Rng) -> u32 {
        if self.passed == self.reserved.len() || self.done != self.next {
            return self.popularity.item(random);
        }
        // If the user has already rated it, the caller draws another item.
        let item = self.reserved[self.passed];
        self.passed += 1;
        self.reserve_next(random);
        item
    }
}
