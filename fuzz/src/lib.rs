//! What the fuzz targets do with their input. CONTRIBUTING.md says how to run them.
//!
//! A target fails not only when it panics, but also when what it reads is not what it should be:
//! each one holds what was read against a second way to the same thing.

pub mod checkpoint;
mod computation;
pub mod layouts;
pub mod options;
pub mod packed;
pub mod partial;
pub mod ratings;
