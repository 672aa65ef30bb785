//! Connections: accepting, limiting and shutting down.

use crate::app::App;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Maximum time for the head of a request, and of an idle connection.
const HEAD: Duration = Duration::from_secs(30);
/// Maximum size of the head of a request in bytes; a larger one is rejected without a problem document.
const BUFFER: usize = 64 << 10;
/// Maximum number of headers.
const HEADERS: usize = 128;
/// Maximum time for running requests after a shutdown.
const GRACE: Duration = Duration::from_secs(10);
/// Pause when the system cannot accept another connection.
const PAUSE: Duration = Duration::from_millis(100);

/// The remaining connections after a shutdown.
pub(crate) struct Connections(GracefulShutdown);

impl Connections {
    /// Waits for running requests.
    pub(crate) async fn finish(self) {
        if tokio::time::timeout(GRACE, self.0.shutdown()).await.is_err() {
            tracing::warn!("some requests were not finished in time");
        }
    }
}

/// Serves requests until `shutdown` completes; then event streams end.
pub(crate) async fn serve(
    app: &App,
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> Connections {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(app.limits.connections));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let connection = tokio::select! {
            connection = next(&listener, &room) => connection,
            () = &mut shutdown => break,
        };
        let Some((stream, permit)) = connection else { continue };
        // Responses are small, so latency matters more than throughput.
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        let connection = protocol().serve_connection(TokioIo::new(stream), service);
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // Errors of a connection concern only its client.
            let _ = watched.await;
            drop(permit);
        });
    }
    app.stopping.send_replace(true);
    Connections(graceful)
}

type Accepted = (TcpStream, tokio::sync::OwnedSemaphorePermit);

/// Accepts the next connection, once the limit allows it.
async fn next(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<Accepted> {
    let permit = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, permit)),
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            tokio::time::sleep(PAUSE).await;
            None
        }
    }
}

fn protocol() -> http1::Builder {
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(BUFFER)
        .max_headers(HEADERS)
        .pipeline_flush(true);
    protocol
}
