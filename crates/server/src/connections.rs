//! Connections: taken, held to limits, and let finish.

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

/// How long the head of a request may take, and a connection be idle.
const HEAD: Duration = Duration::from_secs(30);
/// What is read ahead of a request: what is past that is refused without a document.
const BUFFER: usize = 64 << 10;
/// How many headers there may be.
const HEADERS: usize = 128;
/// How long requests under way may take when the service ends.
const GRACE: Duration = Duration::from_secs(10);
/// How long nothing is taken when the system has no room for another connection.
const PAUSE: Duration = Duration::from_millis(100);

/// Connections that are left when nothing new is taken.
pub(crate) struct Connections(GracefulShutdown);

impl Connections {
    /// Waits for the requests that are worked on.
    pub(crate) async fn finish(self) {
        if tokio::time::timeout(GRACE, self.0.shutdown()).await.is_err() {
            tracing::warn!("some requests were not finished in time");
        }
    }
}

/// Answers what comes in until `shutdown` is done; then streams end.
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
        // Answers are small and wanted at once.
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        let connection = protocol().serve_connection(TokioIo::new(stream), service);
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks off is its client's matter.
            let _ = watched.await;
            drop(permit);
        });
    }
    app.stopping.send_replace(true);
    Connections(graceful)
}

type Taken = (TcpStream, tokio::sync::OwnedSemaphorePermit);

/// The next connection, once there is room for one.
async fn next(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<Taken> {
    let permit = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, permit)),
        Err(error) => {
            tracing::warn!(%error, "a connection cannot be taken");
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
