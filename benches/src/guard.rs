//! The guard: a regression test of performance that compares each hot path with a simple counterpart.
//!
//! Times vary between machines and from hour to hour, but the ratio of two times that are measured
//! alternately varies little. So each hot path is compared with its recorded *ratio*: the time of the
//! counterpart divided by its own.

mod measure;
mod record;
mod report;
mod session;

pub use measure::Measured;
pub use record::{Record, cpu_name};
pub use report::Report;
pub use session::{Guard, Purpose};
