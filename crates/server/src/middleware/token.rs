//! Tokens: secrets that clients must send.

use super::role::Role;
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// A secret text. Only its digest is stored, and it is never displayed.
#[derive(Clone)]
pub struct Token([u8; 32]);

/// Errors when constructing a [`Token`].
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// The text is empty.
    #[error("expected a token, found an empty text")]
    Empty,
    /// The text cannot be sent in a header.
    #[error("expected a token of printable ASCII characters without blanks, found others")]
    Characters,
}

impl Token {
    /// Constructs a token from a text, which is trimmed.
    ///
    /// # Errors
    /// [`TokenError`] if the trimmed text is empty, or cannot be sent in an `Authorization` header.
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

    /// Whether `text` is this token, in constant time.
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

/// Digests of all texts have the same length, so that a comparison does not reveal it.
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
    /// Whether clients must send a token.
    pub(crate) fn are_required(&self) -> bool {
        self.write.is_some() || self.read.is_some()
    }

    /// The role of a token; `None` if it is neither of the two.
    pub(crate) fn role_of(&self, text: &str) -> Option<Role> {
        // Always compares both, so that the time does not reveal which one it is.
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
    fn tokens_are_trimmed_and_checked_and_never_displayed() {
        let tokens = Tokens { write: Some(Token::new(" s3cret\n").unwrap()), read: None };
        assert_eq!(tokens.role_of("s3cret"), Some(Role::Write));
        assert_eq!((tokens.role_of(""), tokens.role_of("s3cret ")), (None, None));
        assert_eq!(Token::new(" \n").unwrap_err(), TokenError::Empty);
        assert_eq!(Token::new("a b").unwrap_err(), TokenError::Characters);
        assert!(!format!("{tokens:?}").contains("s3cret"));
    }
}
