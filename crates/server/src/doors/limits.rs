//! How much of everything one request, and all together, may take.

use crate::problem::Problem;
use axum::BoxError;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// The longest address.
const LONGEST_URI: usize = 8 << 10;
/// The most bytes of names and values of all headers together.
const LARGEST_HEADERS: usize = 32 << 10;

/// The limits of a service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The largest body, in bytes.
    pub(crate) body: usize,
    /// How long a request may take until its answer begins.
    pub(crate) time: Duration,
    /// How many requests are worked on at a time; event streams do not count.
    pub(crate) requests: usize,
    /// How many requests of sessions besides.
    pub(crate) sessions: usize,
    /// How many event streams there are at a time.
    pub(crate) streams: usize,
    /// How many connections there are at a time.
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

/// Refuses long addresses and large headers, in problem documents; hyper refuses far longer ones
/// before they come here.
pub(crate) async fn check_size(request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    if length > LONGEST_URI {
        let detail = format!("expected an address of at most {LONGEST_URI} bytes, found {length}");
        return Problem::new(StatusCode::URI_TOO_LONG, detail).into_response();
    }
    let headers = request.headers().iter();
    let size: usize = headers.map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > LARGEST_HEADERS {
        let detail = format!("expected headers of at most {LARGEST_HEADERS} bytes, found {size}");
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Problem::new(status, detail).into_response();
    }
    next.run(request).await
}

/// What becomes of a request for which there is no room.
pub(crate) async fn shed(_: BoxError) -> Problem {
    Problem::unavailable("expected fewer requests at a time, found too many; try again in a second")
}
