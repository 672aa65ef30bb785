//! Which items users rate.

use rand::{RngExt, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

/// Draws items by popularity: the lower an item's number, the more popular it is.
pub(super) struct Popularity {
    /// The sum of the weights up to and with each item, as a part of all.
    cumulative: Vec<f64>,
    /// For each of as many equal parts of 0 to 1 as there are items, the item it begins in.
    guide: Vec<u32>,
}

impl Popularity {
    /// Weights fall off as a product of two Zipf–Mandelbrot laws, slowly among the first and
    /// steeply behind. They are fitted so that, although nobody rates an item twice, the first item
    /// has the 81,491 ratings of ml-25m, and about 3,790 items have at least 1,000.
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

    /// How many items there are.
    pub(super) fn items(&self) -> usize {
        self.cumulative.len()
    }

    /// Draws an item.
    pub(super) fn item(&self, random: &mut ChaCha8Rng) -> u32 {
        let point = random.random::<f64>();
        let items = self.items();
        let mut item = self.guide[(point * items as f64) as usize] as usize;
        // Two steps on the average, since there are as many parts as items.
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
    // One more, lest rounding up leads past the end.
    (0..=cumulative.len()).map(begin).collect()
}

/// Draws the items of one user after the other.
pub(super) struct Draws<'a> {
    popularity: &'a Popularity,
    /// The user who drew an item last.
    drawn_by: Vec<u32>,
    user: u32,
    /// How many ratings there are, and how many of them are drawn.
    total: usize,
    done: usize,
    /// Each item has one rating of all allotted, so that it is rated at least once.
    allotted: Vec<u32>,
    /// How many are allotted, and which rating the next one is.
    passed: usize,
    next: usize,
}

impl<'a> Draws<'a> {
    pub(super) fn new(popularity: &'a Popularity, total: usize, random: &mut ChaCha8Rng) -> Self {
        let items = popularity.items();
        let mut allotted: Vec<u32> = (0..items as u32).collect();
        allotted.shuffle(random);
        let drawn_by = vec![0; items];
        let mut draws =
            Self { popularity, drawn_by, user: 0, total, done: 0, allotted, passed: 0, next: 0 };
        draws.allot(random);
        draws
    }

    /// Chooses the rating that the next item has for itself: one in its part of all ratings. With
    /// fewer ratings than items some parts are empty, and their items are left to chance.
    fn allot(&mut self, random: &mut ChaCha8Rng) {
        let items = self.allotted.len();
        let start = |part: usize| (part as u64 * self.total as u64 / items as u64) as usize;
        while self.passed < items && start(self.passed) == start(self.passed + 1) {
            self.passed += 1;
        }
        if self.passed < items {
            self.next = random.random_range(start(self.passed)..start(self.passed + 1));
        }
    }

    /// Draws the `count` different items of the next user, in the order drawn.
    pub(super) fn draw(&mut self, count: usize, items: &mut Vec<u32>, random: &mut ChaCha8Rng) {
        items.clear();
        self.user += 1;
        while items.len() < count.min(self.allotted.len()) {
            let item = self.item(random);
            if self.drawn_by[item as usize] != self.user {
                self.drawn_by[item as usize] = self.user;
                items.push(item);
                self.done += 1;
            }
        }
    }

    /// The item allotted to this rating, else one by popularity.
    fn item(&mut self, random: &mut ChaCha8Rng) -> u32 {
        if self.passed == self.allotted.len() || self.done != self.next {
            return self.popularity.item(random);
        }
        // Where the user has rated it before, it is rated, and another is drawn.
        let item = self.allotted[self.passed];
        self.passed += 1;
        self.allot(random);
        item
    }
}
