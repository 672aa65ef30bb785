//! Answers that who asks has already.

use axum::http::{HeaderMap, header};

/// Whether who asks has the answer with this tag already.
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = known.filter_map(|tags| tags.to_str().ok()).flat_map(|tags| tags.split(','));
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.any(|known| known.trim() == "*" || bare(known) == bare(tag))
}
