//! A service on a socket.

use super::Place;
use super::socket::{Events, ask};
use likemind_server::{Service, ServiceOptions};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A service on a socket.
pub(crate) struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) async fn start(place: &Place, options: ServiceOptions) -> Self {
        let service = Service::bind(place.store().await, options).await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let address = service.address();
        let task = tokio::spawn(service.run(async { drop(stopped.await) }));
        Self { address, stop: Some(stop), task }
    }

    /// Starts a service that is ready.
    pub(crate) async fn start_ready(place: &Place, options: ServiceOptions) -> Self {
        let running = Self::start(place, options).await;
        running.ready().await;
        running
    }

    /// Waits until it is ready.
    pub(crate) async fn ready(&self) {
        self.wait_for("/readyz").await;
    }

    /// Waits until it has read the ratings, or found that there are none.
    pub(crate) async fn loaded(&self) {
        while self.get("/readyz").await.1["detail"]
            .as_str()
            .is_some_and(|d| d.contains("being read"))
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until a path returns 200.
    pub(crate) async fn wait_for(&self, path: &str) {
        while self.get(path).await.0 != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A loopback address of the service, even if it listens on all addresses.
    pub(crate) fn local(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.address.port()).into()
    }

    /// Sends a request. Returns the status and body of the response.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        ask(self.local(), method, path, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.ask("GET", path, "").await
    }

    pub(crate) async fn events(&self, path: &str) -> Events {
        Events::of(self.local(), path).await
    }

    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        self.task.await.unwrap();
    }
}
