//! Defaults that the service and its clients share: the address, and the source of the token.

use crate::files::read_at_most;
use anyhow::{Context, Result};
use std::path::Path;

/// Default address of a service.
pub(crate) const ADDRESS: &str = "127.0.0.1:8080";

/// Environment variable of the write token.
pub(crate) const TOKEN: &str = "LIKEMIND_TOKEN";

/// Maximum size of a token file in bytes.
const MAXIMUM_TOKEN_BYTES: u64 = 64 << 10;

/// An unchecked token.
pub(crate) struct FoundToken {
    pub(crate) text: String,
    /// Its file or variable, for errors.
    pub(crate) place: String,
}

/// Reads the token from a file or else from a variable. An empty variable counts as unset.
pub(crate) fn find_token(file: Option<&Path>, variable: &str) -> Result<Option<FoundToken>> {
    if let Some(file) = file {
        let place = file.display().to_string();
        let expected = || format!("{place}: expected a file with a token");
        let text = read_at_most(file, MAXIMUM_TOKEN_BYTES).with_context(expected)?;
        let text = String::from_utf8(text).with_context(expected)?;
        return Ok(Some(FoundToken { text, place }));
    }
    let text = std::env::var(variable).ok().filter(|text| !text.is_empty());
    Ok(text.map(|text| FoundToken { text, place: format!("in the variable {variable}") }))
}
