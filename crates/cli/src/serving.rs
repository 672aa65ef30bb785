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

/// Environment variable of the read token.
const READ_TOKEN: &str = "LIKEMIND_READ_TOKEN";

/// Number of open files reserved for the database and libraries.
const OTHER_FILES: usize = 128;

/// Options of a service.
#[derive(Args)]
pub(crate) struct ServiceArgs {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = ADDRESS)]
    listen: SocketAddr,
    /// File with the write token, which allows everything
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// File with the read token, which only allows reading
    #[arg(long, value_name = "FILE")]
    read_token_file: Option<PathBuf>,
    /// Host name of the service, in addition to localhost and its address; may be repeated
    #[arg(long = "allow-host", value_name = "NAME")]
    allow_hosts: Vec<String>,
    /// Number of threads of a job [default: one per core]
    #[arg(long, value_name = "N", value_parser = values::threads())]
    job_threads: Option<usize>,
    /// Pause of each thread of a job after every tile, to leave processor time to requests
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = values::rest)]
    job_rest: f64,
    /// Number of models of a side that jobs keep: the new one, the one it replaces, then the most recent
    #[arg(long, value_name = "N", default_value_t = FitOptions::KEEP_MODELS as u16, value_parser = clap::value_parser!(u16).range(1..))]
    keep_models: u16,
    /// Format of the log on standard error; LIKEMIND_LOG sets its level (default: info)
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

/// Serves a database until a signal arrives.
pub(crate) async fn serve(store: Store, args: ServiceArgs, assets: Option<PathBuf>) -> Result<()> {
    log::begin(args.log_format)?;
    let defaults = ServiceOptions::default();
    let most_connections = defaults.connections;
    let options = defaults
        .with_listen(args.listen)
        .with_write_token(token(args.token_file.as_deref(), TOKEN)?)
        .with_read_token(token(args.read_token_file.as_deref(), READ_TOKEN)?)
        .with_allowed_hosts(args.allow_hosts)
        .with_assets(assets)
        .with_holder(format!("the service, {}", fitting::holder()))
        .with_kernel(fitting::forced_kernel()?)
        .with_threads(args.job_threads)
        .with_rest(Duration::from_secs_f64(args.job_rest))
        .with_keep_models(args.keep_models.into())
        .with_connections(most_connections.min(connection_limit()));
    let shutdown = interrupt::first_signal()?;
    let service = Service::bind(store, options).await?;
    tracing::info!(url = %format_args!("http://{}", service.address()), "listening");
    service.run(shutdown).await;
    Ok(())
}

/// Maximum number of connections, each of which is an open file. Raises the limit of open files as far as
/// the system allows, since it is often 1,024 by default.
fn connection_limit() -> usize {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) => {
            usize::try_from(files).unwrap_or(usize::MAX).saturating_sub(OTHER_FILES).max(1)
        }
        Err(error) => {
            tracing::warn!(%error, "cannot determine the limit of open files");
            usize::MAX
        }
    }
}

/// Reads and checks the token from a file or else from a variable.
fn token(file: Option<&Path>, variable: &str) -> Result<Option<Token>> {
    Ok(match find_token(file, variable)? {
        Some(FoundToken { text, place }) => Some(Token::new(&text).with_context(|| place)?),
        None => None,
    })
}
