//! The service: binding, running and shutting down.

use crate::app::{App, Parts};
use crate::background;
use crate::connections;
use crate::jobs::Jobs;
use crate::middleware::{Hosts, Tokens};
use crate::options::{ServiceError, ServiceOptions};
use crate::page::Assets;
use crate::router::router;
use axum::Router;
use likemind_engine::FitOptions;
use likemind_store::Store;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// An HTTP service that is bound to an address.
pub struct Service {
    app: Arc<App>,
    assets: Assets,
    listener: TcpListener,
    address: SocketAddr,
}

impl Service {
    /// Binds to the address. Requests are not answered before [`run`](Self::run).
    ///
    /// # Errors
    /// [`ServiceError`] if the options are invalid, in particular if other machines can reach the address
    /// and no token is required, or if the address is not available.
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

    /// The bound address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// All routes with their middleware, to embed in another axum application or to call without a
    /// socket. The database is not read before [`run`](Self::run) or [`ready`](Self::ready), and jobs are
    /// resumed only by `run`.
    pub fn router(&self) -> Router {
        router(&self.app, &self.assets)
    }

    /// Reads ratings and models once; [`run`](Self::run) does so by itself. Returns whether the service is
    /// ready to answer, which it is not before the first import.
    pub async fn ready(&self) -> bool {
        background::load(&self.app).await
    }

    /// Serves requests until `shutdown` completes. Then it finishes running requests, ends event streams,
    /// stops a running job after a checkpoint, and stores changed lists. At the start it resumes
    /// unfinished jobs. Needs a multi-threaded tokio runtime.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let Self { app, assets, listener, .. } = self;
        let tasks = background::BackgroundTasks::start(&app);
        let connections = connections::serve(&app, listener, router(&app, &assets), shutdown).await;
        tracing::info!("stopped listening");
        tokio::join!(connections.finish(), app.jobs.stop());
        tasks.end().await;
        app.store.clone().close().await;
    }
}
