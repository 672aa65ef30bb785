//! Criterion settings.

use criterion::Criterion;
use std::time::Duration;

/// Settings with which all benches together take at most three minutes on two cores.
pub fn criterion() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
}
