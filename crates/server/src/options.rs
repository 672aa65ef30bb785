//! Options of a service.

use crate::middleware::{Limits, Token};
use likemind::all_pairs::Kernel;
use likemind_engine::FitOptions;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Options of a [`Service`](crate::Service).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServiceOptions {
    /// The address to listen on. Default `127.0.0.1:8080`; port 0 selects a free port.
    pub listen: SocketAddr,
    /// The token that allows everything. If both tokens are `None`, no token is required, which is only
    /// accepted on a loopback address.
    pub write_token: Option<Token>,
    /// The token that only allows reading.
    pub read_token: Option<Token>,
    /// Host names of the service, in addition to loopback names and its address.
    pub allowed_hosts: Vec<String>,
    /// A folder with the page's files; `None` uses those in the binary.
    pub assets: Option<PathBuf>,
    /// Name of this process as a holder of jobs, shown to people who find the database busy.
    pub holder: String,
    /// The kernel of jobs; `None` for the fastest one for each tile.
    pub kernel: Option<Kernel>,
    /// Number of threads of a job; `None` for one per core.
    pub threads: Option<usize>,
    /// Pause of each thread of a job after every tile. Default zero.
    pub rest: Duration,
    /// Number of models of a side to keep; see [`FitOptions::keep_models`]. Default 3.
    pub keep_models: usize,
    /// Maximum time until the response to a request starts. Default 30 s.
    pub request_time: Duration,
    /// Maximum number of concurrent requests; further ones are rejected with 503. Default 256.
    pub requests: usize,
    /// Maximum number of connections; further ones wait. Each needs an open file, and so does the
    /// database. Default 8,192.
    pub connections: usize,
}

impl Default for ServiceOptions {
    fn default() -> Self {
        let Limits { time, requests, connections, .. } = Limits::default();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            write_token: None,
            read_token: None,
            allowed_hosts: Vec::new(),
            assets: None,
            holder: format!("the service, process {}", std::process::id()),
            kernel: None,
            threads: None,
            rest: Duration::ZERO,
            keep_models: FitOptions::KEEP_MODELS,
            request_time: time,
            requests,
            connections,
        }
    }
}

/// Setters, one for each field.
impl ServiceOptions {
    /// Sets [`listen`](Self::listen).
    pub fn with_listen(self, listen: SocketAddr) -> Self {
        Self { listen, ..self }
    }

    /// Sets [`write_token`](Self::write_token).
    pub fn with_write_token(self, write_token: Option<Token>) -> Self {
        Self { write_token, ..self }
    }

    /// Sets [`read_token`](Self::read_token).
    pub fn with_read_token(self, read_token: Option<Token>) -> Self {
        Self { read_token, ..self }
    }

    /// Sets [`allowed_hosts`](Self::allowed_hosts).
    pub fn with_allowed_hosts(self, allowed_hosts: Vec<String>) -> Self {
        Self { allowed_hosts, ..self }
    }

    /// Sets [`assets`](Self::assets).
    pub fn with_assets(self, assets: Option<PathBuf>) -> Self {
        Self { assets, ..self }
    }

    /// Sets [`holder`](Self::holder).
    pub fn with_holder(self, holder: String) -> Self {
        Self { holder, ..self }
    }

    /// Sets [`kernel`](Self::kernel).
    pub fn with_kernel(self, kernel: Option<Kernel>) -> Self {
        Self { kernel, ..self }
    }

    /// Sets [`threads`](Self::threads).
    pub fn with_threads(self, threads: Option<usize>) -> Self {
        Self { threads, ..self }
    }

    /// Sets [`rest`](Self::rest).
    pub fn with_rest(self, rest: Duration) -> Self {
        Self { rest, ..self }
    }

    /// Sets [`keep_models`](Self::keep_models).
    pub fn with_keep_models(self, keep_models: usize) -> Self {
        Self { keep_models, ..self }
    }

    /// Sets [`request_time`](Self::request_time).
    pub fn with_request_time(self, request_time: Duration) -> Self {
        Self { request_time, ..self }
    }

    /// Sets [`requests`](Self::requests).
    pub fn with_requests(self, requests: usize) -> Self {
        Self { requests, ..self }
    }

    /// Sets [`connections`](Self::connections).
    pub fn with_connections(self, connections: usize) -> Self {
        Self { connections, ..self }
    }
}

/// Errors when starting a service.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The address is reachable from other machines, and no token is required.
    #[error(
        "expected a token for an address that others can reach, found none for {listen}; \
         set one with --token-file or LIKEMIND_TOKEN, or listen on 127.0.0.1"
    )]
    Open {
        /// The address.
        listen: SocketAddr,
    },
    /// Both tokens are the same.
    #[error("expected two different tokens for writing and for reading, found the same")]
    SameTokens,
    /// The folder with the page's files does not exist.
    #[error("{}: expected a folder with the page's files", .path.display())]
    Assets {
        /// The folder.
        path: PathBuf,
    },
    /// Listening on the address failed.
    #[error("expected to listen on {listen}, found: {source}")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// The error of the system.
        source: io::Error,
    },
}

impl ServiceOptions {
    /// Rejects options that would leave the service open to others, or that cannot work.
    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        let has_token = self.write_token.is_some() || self.read_token.is_some();
        if !has_token && !self.listen.ip().is_loopback() {
            return Err(ServiceError::Open { listen: self.listen });
        }
        if self.write_token.is_some() && self.write_token == self.read_token {
            return Err(ServiceError::SameTokens);
        }
        match &self.assets {
            Some(path) if !path.is_dir() => Err(ServiceError::Assets { path: path.clone() }),
            _ => Ok(()),
        }
    }

    pub(crate) fn limits(&self) -> Limits {
        let Self { request_time: time, requests, connections, .. } = *self;
        Limits { time, requests, connections, ..Limits::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_reach_has_a_token() {
        let at = |listen: &str| ServiceOptions::default().with_listen(listen.parse().unwrap());
        let token = |text| Some(Token::new(text).unwrap());
        assert!(at("127.0.0.1:0").check().is_ok() && at("[::1]:0").check().is_ok());
        for open in ["0.0.0.0:0", "[::]:0", "192.168.1.7:80"] {
            assert!(matches!(at(open).check(), Err(ServiceError::Open { .. })), "{open}");
            assert!(at(open).with_write_token(token("a")).check().is_ok());
        }
        let same = at("127.0.0.1:0").with_write_token(token("a")).with_read_token(token("a"));
        assert!(matches!(same.check(), Err(ServiceError::SameTokens)));
    }
}
