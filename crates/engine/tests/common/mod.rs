//! Helpers of the engine's tests. Those that the store's tests share are defined there.
#![allow(dead_code, unused_imports, reason = "each test file uses some of it")]

pub(crate) mod exact;
pub(crate) mod fits;
#[path = "../../../store/tests/common/place.rs"]
mod place;
pub(crate) mod ratings;
#[cfg(target_os = "linux")]
#[path = "../../../store/tests/common/small_disk.rs"]
pub(crate) mod small_disk;

pub(crate) use place::*;
