//! The character encoding of a text.

use crate::error::DataError;
use std::str::FromStr;

/// A character encoding of the WHATWG Encoding Standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(pub(crate) &'static encoding_rs::Encoding);

impl FromStr for Encoding {
    type Err = DataError;

    /// Parses a label of the standard, such as `utf-8`, `latin1`, `windows-1251`, `shift_jis` or
    /// `utf-16le`.
    fn from_str(text: &str) -> Result<Self, DataError> {
        encoding_rs::Encoding::for_label(text.as_bytes()).map(Self).ok_or_else(|| {
            DataError::Options {
                expected: "an encoding such as utf-8, latin1, windows-1251, shift_jis or utf-16le"
                    .to_owned(),
                found: format!("{text:?}"),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_labels_of_the_standard() {
        let latin: Encoding = "latin1".parse().unwrap();
        assert_eq!(latin, "windows-1252".parse().unwrap());
        assert!("klingon".parse::<Encoding>().is_err());
    }
}
