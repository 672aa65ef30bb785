//! What the tests of the service share.
#![allow(dead_code, unused_imports, reason = "each test file uses some of it")]

mod asked;
mod place;
mod running;
pub(crate) mod socket;

pub(crate) use asked::{Asked, JSON, request};
pub(crate) use place::{Place, fit, fit_options, import};
pub(crate) use running::Running;

use likemind_server::ServiceOptions;
use std::net::SocketAddr;

/// Options of a service on any free port.
pub(crate) fn options() -> ServiceOptions {
    ServiceOptions::default().with_listen(SocketAddr::from(([127, 0, 0, 1], 0)))
}
