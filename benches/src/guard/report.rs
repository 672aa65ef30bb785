//! The results of all comparisons, as a table.

use super::measure::Measured;
use std::fmt;

/// Fraction of the recorded ratio that a comparison must reach.
const TOLERANCE: f64 = 0.75;

/// The minimum ratio of a comparison.
pub(super) fn floor_of(recorded: f64) -> f64 {
    recorded * TOLERANCE
}

/// A comparison with its result.
pub(super) struct Line {
    pub(super) name: String,
    /// `None` if this machine cannot run it.
    pub(super) measured: Option<Measured>,
    /// `None` if the record does not include it.
    pub(super) recorded: Option<f64>,
}

/// The verdict on a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Holds,
    TooSlow,
    Unrecorded,
    Unsupported,
}

impl Verdict {
    fn is_good(self) -> bool {
        matches!(self, Self::Holds | Self::Unsupported)
    }

    fn text(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::TooSlow => "TOO SLOW",
            Self::Unrecorded => "NOT IN THE RECORD",
            Self::Unsupported => "not supported on this machine",
        }
    }
}

impl Line {
    fn verdict(&self) -> Verdict {
        match (self.measured, self.recorded) {
            (_, None) => Verdict::Unrecorded,
            (None, Some(_)) => Verdict::Unsupported,
            (Some(measured), Some(recorded)) if measured.ratio >= floor_of(recorded) => {
                Verdict::Holds
            }
            (Some(_), Some(_)) => Verdict::TooSlow,
        }
    }
}

/// All comparisons of a run; displays as a table.
pub struct Report {
    pub(super) lines: Vec<Line>,
    /// Names in the record without a comparison.
    pub(super) unmeasured: Vec<String>,
}

impl Report {
    /// Whether every hot path that this machine supports reaches its floor, and the record has exactly
    /// the names of the comparisons.
    pub fn is_good(&self) -> bool {
        self.unmeasured.is_empty() && self.lines.iter().all(|line| line.verdict().is_good())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.lines.iter().map(|line| line.name.len());
        let width = names.max().unwrap_or(0).max("hot path vs counterpart".len());
        let cells = ["hot, ms", "counterpart", "ratio", "recorded", "floor", "verdict"];
        write_row(out, width, "hot path vs counterpart", cells.map(str::to_owned))?;
        for line in &self.lines {
            write_row(out, width, &line.name, line.cells())?;
        }
        for name in &self.unmeasured {
            writeln!(out, "in the record, but not a comparison: {name}")?;
        }
        Ok(())
    }
}

fn write_row(
    out: &mut fmt::Formatter<'_>,
    width: usize,
    name: &str,
    [hot, counterpart, ratio, recorded, floor, verdict]: [String; 6],
) -> fmt::Result {
    writeln!(
        out,
        "{name:width$} {hot:>9} {counterpart:>11} {ratio:>8} {recorded:>8} {floor:>8}  {verdict}"
    )
}

impl Line {
    fn cells(&self) -> [String; 6] {
        let number = |number: Option<f64>| number.map_or("–".into(), |n| format!("{n:.2}"));
        let milliseconds = |seconds: Option<f64>| {
            seconds.map_or("–".into(), |seconds| format!("{:.3}", seconds * 1000.0))
        };
        [
            milliseconds(self.measured.map(|measured| measured.hot)),
            milliseconds(self.measured.map(|measured| measured.counterpart)),
            number(self.measured.map(|measured| measured.ratio)),
            number(self.recorded),
            number(self.recorded.map(floor_of)),
            self.verdict().text().into(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(ratio: Option<f64>, recorded: Option<f64>) -> Line {
        let measured =
            ratio.map(|ratio| Measured { hot: 0.002, counterpart: 0.002 * ratio, ratio });
        Line { name: "fast-vs-slow".into(), measured, recorded }
    }

    #[test]
    fn a_ratio_must_reach_three_quarters_of_the_recorded_one() {
        for (ratio, recorded, verdict) in [
            (Some(8.0), Some(4.0), Verdict::Holds),
            (Some(3.0), Some(4.0), Verdict::Holds),
            (Some(2.99), Some(4.0), Verdict::TooSlow),
            (Some(f64::NAN), Some(4.0), Verdict::TooSlow),
            (Some(8.0), None, Verdict::Unrecorded),
            (None, Some(4.0), Verdict::Unsupported),
            (None, None, Verdict::Unrecorded),
        ] {
            assert_eq!(line(ratio, recorded).verdict(), verdict, "{ratio:?} of {recorded:?}");
        }
    }

    #[test]
    fn a_report_is_good_if_all_lines_are() {
        let report = |lines, unmeasured: &[&str]| Report {
            lines,
            unmeasured: unmeasured.iter().copied().map(str::to_owned).collect(),
        };
        let good = || vec![line(Some(4.0), Some(4.0)), line(None, Some(4.0))];
        assert!(report(good(), &[]).is_good());
        assert!(!report(good(), &["gone"]).is_good());
        for bad in [line(Some(1.0), Some(4.0)), line(Some(4.0), None), line(None, None)] {
            let lines = good().into_iter().chain([bad]).collect();
            assert!(!report(lines, &[]).is_good());
        }
    }

    #[test]
    fn the_table_lists_measured_unsupported_and_unmeasured_names() {
        let lines = vec![line(Some(2.0), Some(4.0)), line(None, Some(4.0))];
        let table = Report { lines, unmeasured: vec!["gone".into()] }.to_string();
        let lines: Vec<Vec<&str>> =
            table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            lines[1],
            ["fast-vs-slow", "2.000", "4.000", "2.00", "4.00", "3.00", "TOO", "SLOW"]
        );
        assert_eq!(lines[2][1..4], ["–"; 3]);
        assert!(table.ends_with("not a comparison: gone\n"), "{table}");
    }
}
