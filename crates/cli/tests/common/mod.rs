//! Helpers for tests of long-running commands.
#![allow(dead_code, reason = "each test file uses some of it")]

pub(crate) mod arena;
pub(crate) mod random;
pub(crate) mod served;

use std::process::Child;
use std::time::{Duration, Instant};

/// Waits until a condition holds, as long as the process is running.
pub(crate) fn until(fit: &mut Child, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(300), "nothing happens");
        let ended = fit.try_wait().unwrap();
        assert!(ended.is_none(), "the fit is over already: {ended:?}");
    }
}
