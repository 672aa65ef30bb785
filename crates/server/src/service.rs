//! A service from beginning to end.

use crate::app::{App, Parts};
use crate::background;
use crate::connections;
use crate::doors::{Hosts, Tokens};
use crate::jobs::Jobs;
use crate::options::{ServiceError, ServiceOptions};
use crate::page::Assets;
use crate::router::router;
use axum::Router;
use likemind_engine::FitOptions;
use likemind_store::Store;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// A service that listens on its address.
pub struct Service {
    app: Arc<App>,
    assets: Assets,
    listener: TcpListener,
    address: SocketAddr,
}

impl Service {
    /// Listens; nothing is answered before [`run`](Self::run).
    ///
    /// # Errors
    /// [`ServiceError`] if others could reach the address and there is no token, or the address is not
    /// to be had.
    pub async fn bind(store: Store, options: ServiceOptions) -> Result<Self, ServiceError> {
        options.check()?;
        let listen = options.listen;
        let refused = |source| ServiceError::Listen { listen, source };
        let listener = TcpListener::bind(listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let limits = options.limits();
        let ServiceOptions { holder, kernel, threads, rest, keep_models, .. } = options;
        let jobs = Jobs::new(store.clone(), move |parameters| {
            FitOptions::new(parameters, &*holder)
                .with_threads(threads)
                .with_kernel(kernel)
                .with_rest(rest)
                .with_keep_models(keep_models)
        });
        let app = Arc::new(App::new(Parts {
            store,
            jobs,
            tokens: Tokens { write: options.write_token, read: options.read_token },
            hosts: Hosts::new(listen, &options.allowed_hosts),
            limits,
        }));
        let assets = options.assets.map_or(Assets::Embedded, Assets::Folder);
        Ok(Self { app, assets, listener, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// All routes with their doors, for another axum application, or for asking without a socket. Nothing
    /// is read, and no job goes on, before [`run`](Self::run) or [`ready`](Self::ready).
    pub fn router(&self) -> Router {
        router(&self.app, &self.assets)
    }

    /// Reads ratings and models now, once, as `run` does by itself. Answers whether questions can be
    /// answered: before the first import they cannot.
    pub async fn ready(&self) -> bool {
        background::load(&self.app).await
    }

    /// Answers until `shutdown` is done; then lets requests under way finish, ends event streams, has a
    /// job save a checkpoint, and stores what is not stored yet. Takes over an unfinished job at the
    /// beginning. Needs a tokio runtime of several threads.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let Self { app, assets, listener, .. } = self;
        let work = background::Work::begin(&app);
        let connections = connections::serve(&app, listener, router(&app, &assets), shutdown).await;
        tracing::info!("stopped listening");
        tokio::join!(connections.finish(), app.jobs.stop());
        work.end().await;
        app.store.clone().close().await;
    }
}
