//! What a service and who asks it agree on: where it listens, and where its token is found.

use crate::files::read_at_most;
use anyhow::{Context, Result};
use std::path::Path;

/// Where a service listens by default.
pub(crate) const ADDRESS: &str = "127.0.0.1:8080";

/// The variable that holds the token that may do everything.
pub(crate) const TOKEN: &str = "LIKEMIND_TOKEN";

/// The most bytes of a token's file.
const MOST_TOKEN_BYTES: u64 = 64 << 10;

/// A token as it was found, not checked yet.
pub(crate) struct FoundToken {
    pub(crate) text: String,
    /// The file or the variable, for errors.
    pub(crate) place: String,
}

/// The token of a file, else of a variable; an empty variable is none.
pub(crate) fn find_token(file: Option<&Path>, variable: &str) -> Result<Option<FoundToken>> {
    if let Some(file) = file {
        let place = file.display().to_string();
        let expected = || format!("{place}: expected a file with a token");
        let text = read_at_most(file, MOST_TOKEN_BYTES).with_context(expected)?;
        let text = String::from_utf8(text).with_context(expected)?;
        return Ok(Some(FoundToken { text, place }));
    }
    let text = std::env::var(variable).ok().filter(|text| !text.is_empty());
    Ok(text.map(|text| FoundToken { text, place: format!("in the variable {variable}") }))
}
