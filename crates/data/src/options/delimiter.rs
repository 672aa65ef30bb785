//! The delimiter between fields.

use crate::error::DataError;
use std::fmt;
use std::str::FromStr;

/// The delimiter between the fields of a row. Any field may be quoted. In comma- and
/// semicolon-separated files a quoted field may span several lines. Blanks around an unquoted field
/// are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// An ASCII character.
    Byte(u8),
    /// `::`, as in MovieLens 1M.
    DoubleColon,
    /// Any number of spaces and tabs.
    Blanks,
}

impl FromStr for Delimiter {
    type Err = DataError;

    /// Parses one ASCII character, `::`, or `TAB`, `COMMA`, `SEMICOLON`, `PIPE`, `SPACE`, `BLANKS`.
    fn from_str(text: &str) -> Result<Self, DataError> {
        match (text.to_ascii_uppercase().as_str(), text.as_bytes()) {
            ("::", _) => Ok(Self::DoubleColon),
            ("TAB" | "\\T", _) => Ok(Self::Byte(b'\t')),
            ("COMMA", _) => Ok(Self::Byte(b',')),
            ("SEMICOLON", _) => Ok(Self::Byte(b';')),
            ("PIPE", _) => Ok(Self::Byte(b'|')),
            ("SPACE", _) => Ok(Self::Byte(b' ')),
            ("BLANKS", _) => Ok(Self::Blanks),
            (_, &[byte]) if byte.is_ascii() && byte != b'"' && byte != b'\n' => {
                Ok(Self::Byte(byte))
            }
            _ => Err(DataError::Options {
                expected:
                    "a delimiter of one character, ::, TAB, COMMA, SEMICOLON, PIPE, SPACE or \
                           BLANKS (any number of spaces and tabs)"
                        .into(),
                found: format!("{text:?}"),
            }),
        }
    }
}

impl fmt::Display for Delimiter {
    /// Writes a description for messages, such as `commas`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(b'\t') => out.write_str("tabs"),
            Self::Byte(b',') => out.write_str("commas"),
            Self::Byte(b';') => out.write_str("semicolons"),
            Self::Byte(b' ') => out.write_str("single spaces"),
            Self::Byte(byte) => write!(out, "{:?}", char::from(*byte)),
            Self::DoubleColon => out.write_str("\"::\""),
            Self::Blanks => out.write_str("blanks"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_delimiters_and_their_names() {
        assert_eq!("tab".parse::<Delimiter>().unwrap(), Delimiter::Byte(b'\t'));
        assert_eq!("::".parse::<Delimiter>().unwrap(), Delimiter::DoubleColon);
        assert_eq!(";".parse::<Delimiter>().unwrap(), Delimiter::Byte(b';'));
        assert!("ab".parse::<Delimiter>().is_err() && "\"".parse::<Delimiter>().is_err());
    }
}
