//! Limits of requests and connections.

use crate::problem::Problem;
use axum::BoxError;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// Maximum length of a path with its query, in bytes.
const MAXIMUM_URI: usize = 8 << 10;
/// Maximum total size of the names and values of all headers, in bytes.
const MAXIMUM_HEADERS: usize = 32 << 10;

/// The limits of a service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Maximum size of a body, in bytes.
    pub(crate) body: usize,
    /// Maximum time until the response to a request starts.
    pub(crate) time: Duration,
    /// Maximum number of concurrent requests, without event streams.
    pub(crate) requests: usize,
    /// Maximum number of concurrent requests of sessions.
    pub(crate) sessions: usize,
    /// Maximum number of event streams.
    pub(crate) streams: usize,
    /// Maximum number of connections.
    pub(crate) connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1 << 20,
            time: Duration::from_secs(30),
            requests: 256,
            sessions: 32,
            streams: 4_096,
            connections: 8_192,
        }
    }
}

/// Rejects long addresses and large headers with problem documents. hyper has already rejected far
/// larger ones.
pub(crate) async fn check_size(request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    if length > MAXIMUM_URI {
        let detail = format!("expected an address of at most {MAXIMUM_URI} bytes, found {length}");
        return Problem::new(StatusCode::URI_TOO_LONG, detail).into_response();
    }
    let headers = request.headers().iter();
    let size: usize = headers.map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > MAXIMUM_HEADERS {
        let detail = format!("expected headers of at most {MAXIMUM_HEADERS} bytes, found {size}");
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Problem::new(status, detail).into_response();
    }
    next.run(request).await
}

/// The response to requests above the limit.
pub(crate) async fn shed(_: BoxError) -> Problem {
    Problem::unavailable("expected fewer requests at a time, found too many; try again in a second")
}
