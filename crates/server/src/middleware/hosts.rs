//! The host names that the service answers to, as a protection against DNS rebinding. A page of another
//! site can let its own name point to this machine, and the browser then lets it read responses. But its
//! requests always have its own name as the host.

use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The allowed host names, in lower case and without ports.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    names: BTreeSet<String>,
    /// Whether any numeric address is allowed; it cannot be rebound.
    any_address: bool,
}

impl Hosts {
    /// Allows loopback names, the bound address, and `more`. Beyond loopback, any numeric address is
    /// allowed, since the service may be reached under addresses that it does not know.
    pub(crate) fn new(listen: SocketAddr, more: &[String]) -> Self {
        let loopback = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let mut names: BTreeSet<String> = loopback.into_iter().collect();
        names.insert(listen.ip().to_string());
        names.extend(more.iter().map(|name| bare(name)));
        Self { names, any_address: !listen.ip().is_loopback() }
    }

    fn allow(&self, host: &str) -> bool {
        let name = bare(host);
        self.names.contains(&name) || (self.any_address && name.parse::<IpAddr>().is_ok())
    }
}

/// A host in lower case, without port and brackets.
fn bare(host: &str) -> String {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None if host.matches(':').count() == 1 => {
            host.split_once(':').map_or(host, |(name, _)| name)
        }
        None => host,
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Rejects requests for unknown hosts with 421, and those without a host with 400.
pub(crate) async fn check_host(
    State(hosts): State<Arc<Hosts>>,
    request: Request,
    next: Next,
) -> Response {
    let named = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    let host = request.uri().authority().map(|authority| authority.as_str()).or(named);
    match host {
        Some(host) if hosts.allow(host) => next.run(request).await,
        Some(host) => {
            let detail = format!(
                "expected a host that this service answers for (--allow-host adds one), found {host:?}"
            );
            Problem::new(StatusCode::MISDIRECTED_REQUEST, detail).into_response()
        }
        None => Problem::bad("expected the header host, found none").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_allows_only_its_names() {
        let hosts = Hosts::new("127.0.0.1:8080".parse().unwrap(), &["Films.Example".to_owned()]);
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1:8080", "[::1]:8080", "films.example:1"]
        {
            assert!(hosts.allow(host), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "10.0.0.7", "", "localhost.evil:80"]
        {
            assert!(!hosts.allow(host), "{host}");
        }
    }

    #[test]
    fn beyond_loopback_any_numeric_address_is_allowed() {
        let hosts = Hosts::new("0.0.0.0:80".parse().unwrap(), &[]);
        assert!(hosts.allow("10.0.0.7:80") && hosts.allow("[fe80::1]") && hosts.allow("localhost"));
        assert!(!hosts.allow("evil.example") && !hosts.allow("10.0.0.7.evil.example"));
    }
}
