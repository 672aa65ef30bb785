//! The fuzz targets. CONTRIBUTING.md explains how to run them.
//!
//! Besides panics, targets detect wrong results: each one checks its result against an invariant or a
//! second computation, such as a round trip.

pub mod checkpoint;
mod computation;
pub mod item_model;
pub mod layouts;
pub mod options;
pub mod packed;
pub mod partial;
pub mod ratings;
