//! The recorded ratios, as a file.

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const HEADER: &str = "\
# What `cargo bench -p likemind-bench --bench guard` holds the hot paths to: how many times as fast each
# is as a simple counterpart that gives the same result, measured in turn on one thread. The guard fails
# where a ratio falls below .75 of the one recorded here.
#
# Renewed, after a change that is meant to move a ratio, by
#     cargo bench -p likemind-bench --bench guard -- --record
# which measures everything three times and writes the lowest ratios. Names of kernels that the
# machine does not have keep their ratios. A processor of another kind may have others.

";

/// The ratio of every comparison, and where they were measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The kind of processor.
    pub cpu: String,
    /// By the comparison's name; finite and above 0.
    pub ratios: BTreeMap<String, f64>,
}

impl Record {
    /// The record in a file.
    ///
    /// # Errors
    /// If the file cannot be read, or is no record.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let named = || format!("the record {}", file.display());
        let text = fs::read_to_string(file).with_context(named)?;
        Self::parse(&text).with_context(named)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let record: Self = toml::from_str(text)?;
        for (name, ratio) in &record.ratios {
            ensure!(
                ratio.is_finite() && *ratio > 0.0,
                "expected a ratio above 0, found {ratio} for {name}"
            );
        }
        Ok(record)
    }

    /// Writes the record, with a header that says what it is.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        fs::write(file, self.to_text()?).with_context(|| format!("the record {}", file.display()))
    }

    fn to_text(&self) -> anyhow::Result<String> {
        Ok(format!("{HEADER}{}", toml::to_string(self)?))
    }
}

/// A ratio for the record: cut, not rounded, to three digits.
pub(super) fn recordable(ratio: f64) -> f64 {
    let digits = (2.0 - ratio.log10().floor()).clamp(0.0, 9.0) as usize;
    let unit = 10_f64.powi(digits as i32);
    (ratio * unit).floor() / unit
}

/// The kind of processor as the system names it; `unknown` where it does not (it does on Linux).
pub fn cpu_name() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    model_name(&told).unwrap_or("unknown").to_owned()
}

fn model_name(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"))?;
    Some(line.trim_start().strip_prefix(':')?.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back() {
        let ratios = [("fast-vs-slow".to_owned(), 12.5), ("a / b".to_owned(), 3.0)];
        let record = Record { cpu: "of some kind".into(), ratios: ratios.into() };
        let text = record.to_text().unwrap();
        assert!(text.starts_with("# What"));
        assert_eq!(Record::parse(&text).unwrap(), record);
    }

    #[test]
    fn what_is_no_record_is_refused() {
        for text in [
            "",
            "cpu = 'x'",
            "cpu = 'x'\nratio = 3\n[ratios]",
            "cpu = 'x'\n[ratios]\na = 'fast'",
            "cpu = 'x'\n[ratios]\na = 1.0\na = 2.0",
            "cpu = 'x'\n[ratios]\na = 0.0",
            "cpu = 'x'\n[ratios]\na = -1.0",
            "cpu = 'x'\n[ratios]\na = inf",
            "cpu = 'x'\n[ratios]\na = nan",
        ] {
            assert!(Record::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_committed_record_is_one() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("guard.toml");
        assert!(!Record::read(&file).unwrap().ratios.is_empty());
    }

    #[test]
    fn ratios_are_cut_to_three_digits() {
        for (ratio, cut) in [(1.2399, 1.23), (56.78, 56.7), (999.9, 999.0), (1234.5, 1234.0)] {
            assert_eq!(recordable(ratio), cut);
        }
        assert_eq!(recordable(0.98765), 0.987);
    }

    #[test]
    fn the_processor_is_read_from_its_line() {
        let cpuinfo = "processor\t: 0\nmodel\t\t: 1\nmodel name\t: Some CPU @ 2 GHz\nflags\t: x\n";
        assert_eq!(model_name(cpuinfo), Some("Some CPU @ 2 GHz"));
        assert_eq!(model_name("processor : 0\n"), None);
    }
}
