//! The file of recorded ratios.

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const HEADER: &str = "\
# Reference ratios of `cargo bench -p likemind-bench --bench guard`: the time of a simple counterpart divided
# by that of the hot path, measured alternately on one thread. Both give the same result. The guard fails if
# a ratio falls below .75 of the recorded one.
#
# To update this file, after a change that is meant to alter a ratio, run
#     cargo bench -p likemind-bench --bench guard -- --record
# which measures everything three times and writes the lowest ratios. Kernels that the machine does not
# support keep their ratios. Other processors may have other ratios.

";

/// The ratios of all comparisons, and the processor they were measured on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Model name of the processor.
    pub cpu: String,
    /// Ratios by name of the comparison; finite and above 0.
    pub ratios: BTreeMap<String, f64>,
}

impl Record {
    /// Reads a record from a file.
    ///
    /// # Errors
    /// If the file cannot be read or is not a valid record.
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

    /// Writes the record, with an explanatory header.
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

/// Truncates a ratio to three significant digits, as it is recorded.
pub(super) fn recordable(ratio: f64) -> f64 {
    let digits = (2.0 - ratio.log10().floor()).clamp(0.0, 9.0) as usize;
    let unit = 10_f64.powi(digits as i32);
    (ratio * unit).floor() / unit
}

/// The model name of the processor; `unknown` if the system does not provide it, as on systems other
/// than Linux.
pub fn cpu_name() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    model_name(&cpuinfo).unwrap_or("unknown").to_owned()
}

fn model_name(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"))?;
    Some(line.trim_start().strip_prefix(':')?.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_a_round_trip() {
        let ratios = [("fast-vs-slow".to_owned(), 12.5), ("a / b".to_owned(), 3.0)];
        let record = Record { cpu: "some model".into(), ratios: ratios.into() };
        let text = record.to_text().unwrap();
        assert!(text.starts_with("# Reference ratios"));
        assert_eq!(Record::parse(&text).unwrap(), record);
    }

    #[test]
    fn invalid_records_are_rejected() {
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
    fn the_committed_record_is_valid() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("guard.toml");
        assert!(!Record::read(&file).unwrap().ratios.is_empty());
    }

    #[test]
    fn ratios_are_truncated_to_three_digits() {
        for (ratio, truncated) in [(1.2399, 1.23), (56.78, 56.7), (999.9, 999.0), (1234.5, 1234.0)]
        {
            assert_eq!(recordable(ratio), truncated);
        }
        assert_eq!(recordable(0.98765), 0.987);
    }

    #[test]
    fn model_name_is_read_from_its_line() {
        let cpuinfo = "processor\t: 0\nmodel\t\t: 1\nmodel name\t: Some CPU @ 2 GHz\nflags\t: x\n";
        assert_eq!(model_name(cpuinfo), Some("Some CPU @ 2 GHz"));
        assert_eq!(model_name("processor : 0\n"), None);
    }
}
