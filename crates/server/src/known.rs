//! Answers that who asks has already.

use crate::problem::Answer;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The answer with its tag and how it may be kept (`cache-control`); 304, and nothing is computed,
/// where whoever asks with these headers has the answer of this tag already.
pub(crate) fn unless_known(
    asked: &HeaderMap,
    tag: &str,
    kept: &str,
    answer: impl FnOnce() -> Answer<Response>,
) -> Answer<Response> {
    let head = [(header::ETAG, tag), (header::CACHE_CONTROL, kept)];
    if is_known(asked, tag) {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    Ok((head, answer()?).into_response())
}

/// Whether who asks has the answer with this tag already.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = known.filter_map(|tags| tags.to_str().ok()).flat_map(|tags| tags.split(','));
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.any(|known| known.trim() == "*" || bare(known) == bare(tag))
}
