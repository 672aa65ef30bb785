//! The HTTP service of likemind: recommendations with reasons, neighbours, facts and jobs as JSON, and
//! a web page at `/`.
//!
//! [`Service`] is the entry point. Its answers are computed from memory and are exact: an acknowledged
//! rating is durable, and the next answer includes it. Changes by other processes are applied several
//! times a second. `/openapi.json` describes all routes.
//!
//! ```no_run
//! use likemind_server::{Service, ServiceOptions};
//! use likemind_store::Store;
//! use std::path::Path;
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let store = Store::open_existing(Path::new("likemind.db")).await?;
//! let service = Service::bind(store, ServiceOptions::default()).await?;
//! println!("http://{}", service.address());
//! service.run(async { drop(tokio::signal::ctrl_c().await) }).await;
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```

mod app;
mod background;
mod connections;
mod engine;
mod event_stream;
mod extract;
mod hex;
mod histogram;
mod jobs;
mod known;
mod metrics;
mod middleware;
mod operations;
mod options;
mod page;
mod part;
mod problem;
mod refusals;
mod router;
mod routes;
mod service;

pub use middleware::{Token, TokenError};
pub use options::{ServiceError, ServiceOptions};
pub use service::Service;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
