//! Helpers of the service's tests.
#![allow(dead_code, unused_imports, reason = "each test file uses some of it")]

mod client;
mod place;
mod running;
pub(crate) mod socket;

pub(crate) use client::{JSON, TestClient, request};
pub(crate) use place::{Place, fit, fit_options, import};
pub(crate) use running::Running;

use likemind_server::ServiceOptions;
use serde_json::Value;
use std::net::SocketAddr;

/// Options of a service on a free port.
pub(crate) fn options() -> ServiceOptions {
    ServiceOptions::default().with_listen(SocketAddr::from(([127, 0, 0, 1], 0)))
}

/// A field of each object in a list, which must be a number.
pub(crate) fn numbers(list: &Value, field: &str) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|each| each[field].as_f64().unwrap()).collect()
}
