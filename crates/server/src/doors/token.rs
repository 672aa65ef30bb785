//! Tokens: a secret that whoever asks must show.

use super::role::Role;
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// A secret text. Only its digest is kept, and nothing shows it.
#[derive(Clone)]
pub struct Token([u8; 32]);

/// A text that can be no token.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// There is none.
    #[error("expected a token, found an empty text")]
    Empty,
    /// A header could not carry it.
    #[error("expected a token of printable ASCII characters without blanks, found others")]
    Characters,
}

impl Token {
    /// The token `text`, without blanks and ends of line around it.
    ///
    /// # Errors
    /// [`TokenError`] if nothing is left, or what no `Authorization` header can carry.
    pub fn new(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        match text {
            "" => Err(TokenError::Empty),
            text if !text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Err(TokenError::Characters)
            }
            text => Ok(Self(digest(text))),
        }
    }

    /// Whether `text` is this token; takes as long whether or not.
    fn is(&self, text: &str) -> bool {
        self.0.ct_eq(&digest(text)).into()
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Token(…)")
    }
}

/// Texts of any length become equally long, so that a comparison does not tell the length.
fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// The tokens of a service.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) write: Option<Token>,
    pub(crate) read: Option<Token>,
}

impl Tokens {
    /// Whether anybody must show one.
    pub(crate) fn are_required(&self) -> bool {
        self.write.is_some() || self.read.is_some()
    }

    /// What a text opens; `None` if it is no token.
    pub(crate) fn role_of(&self, text: &str) -> Option<Role> {
        // Both are compared, so that the time does not tell which.
        let is = |token: &Option<Token>| token.as_ref().is_some_and(|token| token.is(text));
        match (is(&self.write), is(&self.read)) {
            (true, _) => Some(Role::Write),
            (false, true) => Some(Role::Read),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_trimmed_and_checked_and_never_shown() {
        let tokens = Tokens { write: Some(Token::new(" s3cret\n").unwrap()), read: None };
        assert_eq!(tokens.role_of("s3cret"), Some(Role::Write));
        assert_eq!((tokens.role_of(""), tokens.role_of("s3cret ")), (None, None));
        assert_eq!(Token::new(" \n").unwrap_err(), TokenError::Empty);
        assert_eq!(Token::new("a b").unwrap_err(), TokenError::Characters);
        assert!(!format!("{tokens:?}").contains("s3cret"));
    }
}
