//! Parsers of option values.

use clap::builder::{PathBufValueParser, RangedU64ValueParser, TypedValueParser};
use std::path::{Path, PathBuf};

/// A count of at least 1.
pub(crate) fn count() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=u64::from(u32::MAX))
}

/// The name of a file to write.
pub(crate) fn new_file() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path == Path::new("-") {
        true => Err("expected the name of a file (/dev/stdout is standard output)"),
        false => Ok(path),
    })
}

/// A finite number.
pub(crate) fn finite(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err("expected a finite number".to_owned()),
    }
}

/// A number of threads from 1 to 1,024.
pub(crate) fn threads() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=1024)
}

/// An interval in seconds.
pub(crate) fn interval(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.01..=1e6).contains(&seconds) => Ok(seconds),
        _ => Err("expected seconds, at least .01".to_owned()),
    }
}

/// A pause in seconds; may be 0.
pub(crate) fn rest(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("expected seconds, 0 to 86400".to_owned()),
    }
}
