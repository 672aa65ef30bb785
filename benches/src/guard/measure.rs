//! Timing two ways in turn.
//!
//! By the time that processors spend on this process, not by the clock: on a busy machine a sample of
//! a few milliseconds lasts twice as long if another process gets a turn in it.

use cpu_time::ProcessTime;
use std::hint::black_box;
use std::time::Duration;

/// A sample repeats its way for at least this long, so that the clock's steps do not count.
const SHORTEST_SAMPLE: Duration = Duration::from_millis(5);

/// What two ways took, in processor time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Seconds a call of the hot path, the median of all rounds.
    pub hot: f64,
    /// Seconds a call of its counterpart, likewise.
    pub counterpart: f64,
    /// The counterpart's time over the hot path's: the median of each round's, which is not the
    /// quotient of the medians.
    pub ratio: f64,
}

impl Measured {
    /// The medians of rounds of (hot path, counterpart) in seconds; at least one round.
    fn of(rounds: &[(f64, f64)]) -> Self {
        let median_of =
            |number: fn(&(f64, f64)) -> f64| median(rounds.iter().map(number).collect());
        Self {
            hot: median_of(|round| round.0),
            counterpart: median_of(|round| round.1),
            ratio: median_of(|round| round.1 / round.0),
        }
    }
}

/// Samples both ways in turn, so that what slows the machine for a while slows both.
pub(super) fn measure<T>(
    hot: &mut impl FnMut() -> T,
    counterpart: &mut impl FnMut() -> T,
    rounds: usize,
) -> Measured {
    let (mut hot, mut counterpart) = (Sampler::new(hot), Sampler::new(counterpart));
    let rounds: Vec<_> = (0..rounds).map(|_| (hot.sample(), counterpart.sample())).collect();
    Measured::of(&rounds)
}

/// A way and how often it is called a sample.
struct Sampler<'w, W> {
    way: &'w mut W,
    calls: u32,
}

impl<'w, T, W: FnMut() -> T> Sampler<'w, W> {
    /// Doubles the calls until they take long enough, which warms the way up as well.
    fn new(way: &'w mut W) -> Self {
        let mut sampler = Self { way, calls: 1 };
        while sampler.time() < SHORTEST_SAMPLE {
            sampler.calls *= 2;
        }
        sampler
    }

    fn time(&mut self) -> Duration {
        let start = ProcessTime::now();
        for _ in 0..self.calls {
            black_box((self.way)());
        }
        start.elapsed()
    }

    /// Seconds a call.
    fn sample(&mut self) -> f64 {
        self.time().as_secs_f64() / f64::from(self.calls)
    }
}

/// The middle of at least one number, the upper of two middles.
fn median(mut numbers: Vec<f64>) -> f64 {
    let middle = numbers.len() / 2;
    *numbers.select_nth_unstable_by(middle, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_the_median_of_the_rounds() {
        let measured = Measured::of(&[(1.0, 4.0), (2.0, 10.0), (5.0, 15.0)]);
        assert_eq!(measured, Measured { hot: 2.0, counterpart: 10.0, ratio: 4.0 });
    }

    #[test]
    fn both_ways_are_called_in_turn() {
        let calls = std::cell::RefCell::new(Vec::new());
        let way = |name| {
            let calls = &calls;
            move || {
                calls.borrow_mut().push(name);
                // As long as a sample, so that there is one call in each.
                let start = ProcessTime::now();
                while start.elapsed() < SHORTEST_SAMPLE {
                    std::hint::spin_loop();
                }
            }
        };
        measure(&mut way('h'), &mut way('c'), 2);
        assert_eq!(calls.into_inner(), ['h', 'c', 'h', 'c', 'h', 'c']);
    }
}
