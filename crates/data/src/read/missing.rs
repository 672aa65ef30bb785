//! The marker for a missing rating.

use super::numbers;

/// A text, and the number that it denotes if any, that means "no rating".
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MissingMarker {
    text: String,
    number: Option<f64>,
}

impl MissingMarker {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), number: numbers::parse(text) }
    }

    /// Whether a field, without surrounding blanks, equals the marker.
    pub(super) fn matches(&self, field: &[u8]) -> bool {
        field == self.text.as_bytes()
    }

    /// Whether a number equals the marker.
    pub(super) fn matches_number(&self, number: f64) -> bool {
        self.number == Some(number)
    }
}
