//! A run of the guard.

use super::measure::{Measured, measure};
use super::record::{Record, cpu_name, recordable};
use super::report::{Line, Report, floor_of};
use anyhow::ensure;

/// Number of rounds of each attempt at a comparison. Failures are measured again, to tell a busy
/// machine from a slow path.
const ROUNDS: [usize; 3] = [15, 15, 25];

/// The purpose of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Compares ratios with the record.
    Check,
    /// Creates a new record: each ratio is measured as often as a failure would be, and the lowest
    /// one is recorded.
    Record,
}

/// Measures comparisons and collects their results.
pub struct Guard {
    record: Record,
    purpose: Purpose,
    lines: Vec<Line>,
}

impl Guard {
    /// Creates a guard without comparisons. `record` is the record to check against or to update.
    pub fn new(record: Record, purpose: Purpose) -> Self {
        Self { record, purpose, lines: Vec::new() }
    }

    /// Measures a hot path and its counterpart after checking that their results are equal. If they
    /// return nothing, the caller must check that they are equivalent.
    ///
    /// # Errors
    /// If the results differ.
    pub fn compare<T: PartialEq>(
        &mut self,
        name: &str,
        mut hot: impl FnMut() -> T,
        mut counterpart: impl FnMut() -> T,
    ) -> anyhow::Result<()> {
        ensure!(hot() == counterpart(), "{name}: hot path and counterpart differ in their results");
        let recorded = self.record.ratios.get(name).copied();
        let is_enough = |ratio| match self.purpose {
            Purpose::Check => recorded.is_none_or(|recorded| ratio >= floor_of(recorded)),
            Purpose::Record => false,
        };
        let measured = attempts(is_enough, |rounds| {
            eprintln!("{name}: {rounds} rounds");
            measure(&mut hot, &mut counterpart, rounds)
        });
        let measured = match self.purpose {
            Purpose::Check => measured.last().copied(),
            Purpose::Record => lowest(&measured),
        };
        self.lines.push(Line { name: name.to_owned(), measured, recorded });
        Ok(())
    }

    /// Adds a comparison that this machine cannot run.
    pub fn skip(&mut self, name: &str) {
        let recorded = self.record.ratios.get(name).copied();
        self.lines.push(Line { name: name.to_owned(), measured: None, recorded });
    }

    /// Returns the results of the comparisons against the record.
    pub fn report(self) -> Report {
        let is_measured = |name: &String| self.lines.iter().any(|line| line.name == *name);
        let unmeasured = self.record.ratios.keys().filter(|&name| !is_measured(name));
        Report { unmeasured: unmeasured.cloned().collect(), lines: self.lines }
    }

    /// Creates a record from the comparisons. Those that this machine cannot run keep their ratios.
    pub fn new_record(&self) -> Record {
        let ratio = |line: &Line| match line.measured {
            Some(measured) => Some(recordable(measured.ratio)),
            None => line.recorded,
        };
        let ratios = self.lines.iter().filter_map(|line| Some((line.name.clone(), ratio(line)?)));
        Record { cpu: cpu_name(), ratios: ratios.collect() }
    }
}

/// Repeats the measurement until a ratio is sufficient, or for all of [`ROUNDS`].
fn attempts(
    is_enough: impl Fn(f64) -> bool,
    mut measure: impl FnMut(usize) -> Measured,
) -> Vec<Measured> {
    let mut attempts = Vec::new();
    for rounds in ROUNDS {
        let measured = measure(rounds);
        attempts.push(measured);
        if is_enough(measured.ratio) {
            break;
        }
    }
    attempts
}

fn lowest(measured: &[Measured]) -> Option<Measured> {
    measured.iter().copied().min_by(|a, b| a.ratio.total_cmp(&b.ratio))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(ratio: f64) -> Measured {
        Measured { hot: 1.0, counterpart: ratio, ratio }
    }

    fn guard(ratios: &[(&str, f64)]) -> Guard {
        let ratios = ratios.iter().map(|&(name, ratio)| (name.to_owned(), ratio)).collect();
        Guard::new(Record { cpu: String::new(), ratios }, Purpose::Check)
    }

    /// The ratios of all attempts, if these ratios are measured in sequence.
    fn attempted(ratios: [f64; 3]) -> Vec<f64> {
        let mut ratios = ratios.into_iter();
        let attempts = attempts(|ratio| ratio >= 3.0, |_| measured(ratios.next().unwrap()));
        attempts.iter().map(|measured| measured.ratio).collect()
    }

    #[test]
    fn a_failure_is_measured_again() {
        assert_eq!(attempted([3.0, 1.0, 1.0]), [3.0]);
        assert_eq!(attempted([1.0, 4.0, 1.0]), [1.0, 4.0]);
        assert_eq!(attempted([1.0, 2.0, 2.5]), [1.0, 2.0, 2.5]);
        assert_eq!(lowest(&[2.0, 1.0, 3.0].map(measured)), Some(measured(1.0)));
    }

    #[test]
    fn different_results_are_an_error() {
        let error = guard(&[]).compare("a-vs-b", || 1, || 2).unwrap_err();
        assert!(error.to_string().starts_with("a-vs-b:"));
    }

    #[test]
    fn names_of_record_and_comparisons_must_match() {
        let mut both = guard(&[("a", 1.0)]);
        both.skip("a");
        assert!(both.report().is_good());
        assert!(!guard(&[("a", 1.0)]).report().is_good());
        let mut unrecorded = guard(&[]);
        unrecorded.skip("a");
        assert!(!unrecorded.report().is_good());
    }

    #[test]
    fn a_new_record_keeps_the_ratios_of_skipped_comparisons() {
        let mut guard = guard(&[("absent", 7.0), ("gone", 8.0), ("here", 9.0)]);
        guard.skip("absent");
        let recorded = Some(9.0);
        guard.lines.push(Line { name: "here".into(), measured: Some(measured(5.0)), recorded });
        let ratios = [("absent".to_owned(), 7.0), ("here".to_owned(), 5.0)];
        assert_eq!(guard.new_record().ratios, ratios.into());
    }
}
