//! Measured times.

use serde_json::{Value, json};
use std::time::Duration;

/// Times of one kind.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Their number, median, 95th percentile and maximum, in milliseconds.
    pub(crate) fn summary(mut self) -> Value {
        self.0.sort_unstable();
        let last = self.0.len().saturating_sub(1) as f64;
        let at = |share: f64| self.0.get((last * share) as usize).copied().map(milliseconds);
        json!({ "count": self.0.len(), "median_ms": at(0.5), "p95_ms": at(0.95), "worst_ms": at(1.0) })
    }
}

/// With two decimals.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 1e2
}
