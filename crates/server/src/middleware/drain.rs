//! Reads what a client still sends after its request was refused.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::timeout;

/// Maximum number of bytes that are read in vain.
const MAXIMUM: usize = 16 << 20;
/// Maximum time for them.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers only when the whole body has been read, within limits.
///
/// A connection that is closed while data arrives is reset. A client that sends its whole body before
/// it reads the response, as most do, would then find an error of the connection in place of the
/// response, which tells it what is wrong with the request. A client that waits to be asked for its
/// body is not asked.
pub(crate) async fn drain(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() || request.headers().contains_key(header::EXPECT) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let body = Shared(Arc::new(Mutex::new(body)));
    let response = next.run(Request::from_parts(parts, Body::new(body.clone()))).await;
    if response.status() != StatusCode::REQUEST_TIMEOUT {
        let _ = timeout(PATIENCE, body.discard()).await;
    }
    response
}

/// A body that is read by the handler first, and then to the end.
#[derive(Clone)]
struct Shared(Arc<Mutex<Body>>);

impl Shared {
    fn with<T>(&self, ask: impl FnOnce(Pin<&mut Body>) -> T) -> T {
        ask(Pin::new(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    async fn discard(self) {
        let mut read = 0;
        while read < MAXIMUM {
            let next = poll_fn(|context| self.with(|body| body.poll_frame(context))).await;
            let Some(Ok(frame)) = next else { return };
            read += frame.data_ref().map_or(0, Bytes::len);
        }
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.with(|body| body.poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.with(|body| body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|body| body.size_hint())
    }
}
