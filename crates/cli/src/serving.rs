//! Serving a database.

use crate::fitting;
use crate::interrupt;
use crate::log::{self, LogFormat};
use crate::service::{ADDRESS, FoundToken, TOKEN, find_token};
use crate::values;
use anyhow::{Context, Result};
use clap::Args;
use likemind_engine::FitOptions;
use likemind_server::{Service, ServiceOptions, Token};
use likemind_store::Store;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The variable that holds the token that may only ask.
const READ_TOKEN: &str = "LIKEMIND_READ_TOKEN";

/// Files that are open besides connections: the database's, and what a library may want.
const OTHER_FILES: usize = 128;

/// Where a service listens, who may come in, and how it logs.
#[derive(Args)]
pub(crate) struct Doors {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = ADDRESS)]
    listen: SocketAddr,
    /// A file with the token that may do everything
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// A file with the token that may only ask
    #[arg(long, value_name = "FILE")]
    read_token_file: Option<PathBuf>,
    /// A name under which the service is reached, besides localhost and its address; may be repeated
    #[arg(long = "allow-host", value_name = "NAME")]
    allow_hosts: Vec<String>,
    /// How many threads a job takes; without it one a core
    #[arg(long, value_name = "N", value_parser = values::threads())]
    job_threads: Option<usize>,
    /// How long each thread of a job rests after every tile, which leaves the processor to answers
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = values::rest)]
    job_rest: f64,
    /// How many models of a side its jobs keep: the new one, the former, and then the newest
    #[arg(long, value_name = "N", default_value_t = FitOptions::KEEP_MODELS as u16, value_parser = clap::value_parser!(u16).range(1..))]
    keep_models: u16,
    /// How the log is written to standard error; LIKEMIND_LOG has its level (info)
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

/// Serves a database until a signal comes.
pub(crate) async fn serve(store: Store, doors: Doors, assets: Option<PathBuf>) -> Result<()> {
    log::begin(doors.log_format)?;
    let defaults = ServiceOptions::default();
    let most_connections = defaults.connections;
    let options = defaults
        .with_listen(doors.listen)
        .with_write_token(token(doors.token_file.as_deref(), TOKEN)?)
        .with_read_token(token(doors.read_token_file.as_deref(), READ_TOKEN)?)
        .with_allowed_hosts(doors.allow_hosts)
        .with_assets(assets)
        .with_holder(format!("the service, {}", fitting::holder()))
        .with_kernel(fitting::forced_kernel()?)
        .with_threads(doors.job_threads)
        .with_rest(Duration::from_secs_f64(doors.job_rest))
        .with_keep_models(doors.keep_models.into())
        .with_connections(most_connections.min(room_for_connections()));
    let shutdown = interrupt::first_signal()?;
    let service = Service::bind(store, options).await?;
    tracing::info!(url = %format_args!("http://{}", service.address()), "listening");
    service.run(shutdown).await;
    Ok(())
}

/// How many connections there may be, each of which is an open file: asks the system for as many as it
/// gives, since often no more than 1,024 are allowed at first.
fn room_for_connections() -> usize {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) => {
            usize::try_from(files).unwrap_or(usize::MAX).saturating_sub(OTHER_FILES).max(1)
        }
        Err(error) => {
            tracing::warn!(%error, "expected to be told how many files may be open");
            usize::MAX
        }
    }
}

/// The token of a file, else of a variable.
fn token(file: Option<&Path>, variable: &str) -> Result<Option<Token>> {
    Ok(match find_token(file, variable)? {
        Some(FoundToken { text, place }) => Some(Token::new(&text).with_context(|| place)?),
        None => None,
    })
}
