//! Alternating measurement of two functions.
//!
//! Measures the processor time of this process, not wall time: on a busy machine a sample of a few
//! milliseconds takes twice as long if another process is scheduled meanwhile.

use cpu_time::ProcessTime;
use std::hint::black_box;
use std::time::Duration;

/// Minimum duration of a sample, long compared with the resolution of the clock.
const MIN_SAMPLE: Duration = Duration::from_millis(5);

/// Processor times of a hot path and its counterpart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Seconds per call of the hot path, the median of all rounds.
    pub hot: f64,
    /// Seconds per call of the counterpart, the median of all rounds.
    pub counterpart: f64,
    /// Time of the counterpart divided by that of the hot path: the median of the ratios of all
    /// rounds, not the ratio of the medians.
    pub ratio: f64,
}

impl Measured {
    /// Computes the medians of rounds of (hot path, counterpart) in seconds; at least one round.
    fn from_rounds(rounds: &[(f64, f64)]) -> Self {
        let median_of =
            |number: fn(&(f64, f64)) -> f64| median(rounds.iter().map(number).collect());
        Self {
            hot: median_of(|round| round.0),
            counterpart: median_of(|round| round.1),
            ratio: median_of(|round| round.1 / round.0),
        }
    }
}

/// Samples both functions alternately, so a temporary slowdown of the machine affects both.
pub(super) fn measure<T>(
    hot: &mut impl FnMut() -> T,
    counterpart: &mut impl FnMut() -> T,
    rounds: usize,
) -> Measured {
    let (mut hot, mut counterpart) = (Sampler::new(hot), Sampler::new(counterpart));
    let rounds: Vec<_> = (0..rounds).map(|_| (hot.sample(), counterpart.sample())).collect();
    Measured::from_rounds(&rounds)
}

/// A function and its number of calls per sample.
struct Sampler<'f, F> {
    function: &'f mut F,
    calls: u32,
}

impl<'f, T, F: FnMut() -> T> Sampler<'f, F> {
    /// Doubles the number of calls until a sample is long enough, which also warms up the function.
    fn new(function: &'f mut F) -> Self {
        let mut sampler = Self { function, calls: 1 };
        while sampler.time() < MIN_SAMPLE {
            sampler.calls *= 2;
        }
        sampler
    }

    fn time(&mut self) -> Duration {
        let start = ProcessTime::now();
        for _ in 0..self.calls {
            black_box((self.function)());
        }
        start.elapsed()
    }

    /// Measures a sample and returns the seconds per call.
    fn sample(&mut self) -> f64 {
        self.time().as_secs_f64() / f64::from(self.calls)
    }
}

/// The median of at least one number; the upper one of two medians.
fn median(mut numbers: Vec<f64>) -> f64 {
    let middle = numbers.len() / 2;
    *numbers.select_nth_unstable_by(middle, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_the_median_of_the_rounds() {
        let measured = Measured::from_rounds(&[(1.0, 4.0), (2.0, 10.0), (5.0, 15.0)]);
        assert_eq!(measured, Measured { hot: 2.0, counterpart: 10.0, ratio: 4.0 });
    }

    #[test]
    fn both_functions_are_called_alternately() {
        let calls = std::cell::RefCell::new(Vec::new());
        let function = |name| {
            let calls = &calls;
            move || {
                calls.borrow_mut().push(name);
                // As long as a sample, for one call per sample.
                let start = ProcessTime::now();
                while start.elapsed() < MIN_SAMPLE {
                    std::hint::spin_loop();
                }
            }
        };
        measure(&mut function('h'), &mut function('c'), 2);
        assert_eq!(calls.into_inner(), ['h', 'c', 'h', 'c', 'h', 'c']);
    }
}
