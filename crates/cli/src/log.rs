//! The log of a service, on standard error.

use crate::messages;
use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;
use std::io::{self, IsTerminal};
use tracing_subscriber::filter::LevelFilter;

/// The variable with the lowest level that is written.
const LEVEL: &str = "LIKEMIND_LOG";

/// How the log is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// A line of text an event
    Text,
    /// A JSON object a line
    Json,
}

/// Writes events from now on.
pub(crate) fn begin(format: LogFormat) -> Result<()> {
    let level = match std::env::var(LEVEL) {
        Ok(level) if !level.is_empty() => level.parse::<LevelFilter>().with_context(|| {
            format!("expected error, warn, info, debug or trace in {LEVEL}, found {level:?}")
        })?,
        _ => LevelFilter::INFO,
    };
    let log = tracing_subscriber::fmt()
        .with_writer(messages::writer())
        // Which would be said on standard error.
        .log_internal_errors(false)
        .with_max_level(level);
    let begun = match format {
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    begun.map_err(|error| anyhow!("the log cannot be written: {error}"))
}
