//! The guard: every hot path against a simple counterpart, in one run.
//!
//! Times differ from machine to machine and from hour to hour; how many times as fast one way is as
//! another, measured in turn, differs little. So a hot path is held to its recorded *ratio*, the
//! counterpart's time over its own.

mod measure;
mod record;
mod report;
mod session;

pub use measure::Measured;
pub use record::{Record, cpu_name};
pub use report::Report;
pub use session::{Guard, Purpose};
