//! Conditional requests: responses that the client already has.

use crate::problem::Answer;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Computes a response and adds its entity tag and `cache-control`. If the request headers say that the
/// client already has the response with this tag, returns 304 without computing it.
pub(crate) fn unless_known(
    request: &HeaderMap,
    tag: &str,
    cache_control: &str,
    answer: impl FnOnce() -> Answer<Response>,
) -> Answer<Response> {
    let head = [(header::ETAG, tag), (header::CACHE_CONTROL, cache_control)];
    if is_known(request, tag) {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    Ok((head, answer()?).into_response())
}

/// Whether `if-none-match` contains the tag.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = known.filter_map(|tags| tags.to_str().ok()).flat_map(|tags| tags.split(','));
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.any(|known| known.trim() == "*" || bare(known) == bare(tag))
}
