//! The log of a service, on standard error.

use crate::messages;
use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;
use std::io::{self, IsTerminal};
use tracing_subscriber::filter::LevelFilter;

/// Environment variable with the minimum level.
const LEVEL: &str = "LIKEMIND_LOG";

/// The format of the log.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// One line of text per event
    Text,
    /// One JSON object per line
    Json,
}

/// Starts logging.
pub(crate) fn begin(format: LogFormat) -> Result<()> {
    let level = match std::env::var(LEVEL) {
        Ok(level) if !level.is_empty() => level.parse::<LevelFilter>().with_context(|| {
            format!("expected error, warn, info, debug or trace in {LEVEL}, found {level:?}")
        })?,
        _ => LevelFilter::INFO,
    };
    let log = tracing_subscriber::fmt()
        .with_writer(messages::writer())
        // They would be written to standard error.
        .log_internal_errors(false)
        .with_max_level(level);
    let begun = match format {
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    begun.map_err(|error| anyhow!("cannot start the log: {error}"))
}
