//! How a service is to be, as given.

use crate::doors::{Limits, Token};
use likemind::all_pairs::Kernel;
use likemind_engine::FitOptions;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How a service is to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServiceOptions {
    /// Where it listens. Default `127.0.0.1:8080`; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// The token that may do everything. `None`: everybody may, which only a loopback address allows.
    pub write_token: Option<Token>,
    /// The token that may only ask.
    pub read_token: Option<Token>,
    /// Names besides those of loopback, and the address, under which it is reached.
    pub allowed_hosts: Vec<String>,
    /// A folder with the page's files, in place of those in the program.
    pub assets: Option<PathBuf>,
    /// Who works on its jobs: a name for people who find the database busy.
    pub holder: String,
    /// The kernel of its jobs; `None` for the fastest of each tile.
    pub kernel: Option<Kernel>,
    /// How many threads a job takes; `None` for one a core.
    pub threads: Option<usize>,
    /// How long each thread of a job rests after every tile. Default zero.
    pub rest: Duration,
    /// How many models of a side are kept, as [`FitOptions::keep_models`] has it. Default 3.
    pub keep_models: usize,
    /// How long a request may take until its answer begins. Default 30 s.
    pub request_time: Duration,
    /// How many requests are worked on at a time; the others are told to come later. Default 256.
    pub requests: usize,
    /// How many connections there are at a time; the others wait. Each takes one of the files that the
    /// system lets a process have open, and the database needs some, too. Default 8,192.
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

/// One for each field: other crates cannot write out a `#[non_exhaustive]` struct, so that a later field
/// breaks nobody.
impl ServiceOptions {
    /// With another [`listen`](Self::listen).
    pub fn with_listen(self, listen: SocketAddr) -> Self {
        Self { listen, ..self }
    }

    /// With another [`write_token`](Self::write_token).
    pub fn with_write_token(self, write_token: Option<Token>) -> Self {
        Self { write_token, ..self }
    }

    /// With another [`read_token`](Self::read_token).
    pub fn with_read_token(self, read_token: Option<Token>) -> Self {
        Self { read_token, ..self }
    }

    /// With another [`allowed_hosts`](Self::allowed_hosts).
    pub fn with_allowed_hosts(self, allowed_hosts: Vec<String>) -> Self {
        Self { allowed_hosts, ..self }
    }

    /// With another [`assets`](Self::assets).
    pub fn with_assets(self, assets: Option<PathBuf>) -> Self {
        Self { assets, ..self }
    }

    /// With another [`holder`](Self::holder).
    pub fn with_holder(self, holder: String) -> Self {
        Self { holder, ..self }
    }

    /// With another [`kernel`](Self::kernel).
    pub fn with_kernel(self, kernel: Option<Kernel>) -> Self {
        Self { kernel, ..self }
    }

    /// With another [`threads`](Self::threads).
    pub fn with_threads(self, threads: Option<usize>) -> Self {
        Self { threads, ..self }
    }

    /// With another [`rest`](Self::rest).
    pub fn with_rest(self, rest: Duration) -> Self {
        Self { rest, ..self }
    }

    /// With another [`keep_models`](Self::keep_models).
    pub fn with_keep_models(self, keep_models: usize) -> Self {
        Self { keep_models, ..self }
    }

    /// With another [`request_time`](Self::request_time).
    pub fn with_request_time(self, request_time: Duration) -> Self {
        Self { request_time, ..self }
    }

    /// With another [`requests`](Self::requests).
    pub fn with_requests(self, requests: usize) -> Self {
        Self { requests, ..self }
    }

    /// With another [`connections`](Self::connections).
    pub fn with_connections(self, connections: usize) -> Self {
        Self { connections, ..self }
    }
}

/// Why a service cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// Others can reach the address, and nothing would keep them out.
    #[error(
        "expected a token for an address that others can reach, found none for {listen}; \
         a file (--token-file) or the variable LIKEMIND_TOKEN has it, or listen on 127.0.0.1"
    )]
    Open {
        /// The address.
        listen: SocketAddr,
    },
    /// Both tokens are one.
    #[error("expected two different tokens for writing and for reading, found the same")]
    SameTokens,
    /// The folder of the page is none.
    #[error("{}: expected a folder with the page's files", .path.display())]
    Assets {
        /// The folder.
        path: PathBuf,
    },
    /// The address is not to be had.
    #[error("expected to listen on {listen}, found: {source}")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

impl ServiceOptions {
    /// Refuses what would be open to others, or cannot work.
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
