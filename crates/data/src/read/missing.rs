//! What stands in the place of a rating where there is none.

use super::numbers;

/// A text, or a number, that stands for no rating.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Missing {
    text: String,
    number: Option<f64>,
}

impl Missing {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), number: numbers::parse(text) }
    }

    /// Whether a field without blanks around it says that there is no rating.
    pub(super) fn is(&self, field: &[u8]) -> bool {
        field == self.text.as_bytes()
    }

    /// Whether a number does.
    pub(super) fn is_number(&self, number: f64) -> bool {
        self.number == Some(number)
    }
}
