//! Conditional requests: responses that the client already has.

use crate::problem::Answer;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::hash::{BuildHasher, Hash};

/// The entity tags of responses that the client already has: the values of `if-none-match`.
pub(crate) struct KnownTags(Vec<HeaderValue>);

impl KnownTags {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self(headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect())
    }

    fn each(&self) -> impl Iterator<Item = &str> {
        let known = self.0.iter().filter_map(|tags| tags.to_str().ok());
        known.flat_map(|tags| tags.split(',')).map(str::trim)
    }

    fn contain(&self, tag: &str) -> bool {
        let opaque = |tag: &str| tag.trim_start_matches("W/").to_owned();
        self.each().any(|known| opaque(known) == opaque(tag))
    }

    fn contain_all(&self) -> bool {
        self.each().any(|known| known == "*")
    }

    /// Computes a response and adds its entity tag and `cache-control`. If the client already has the
    /// response with this tag, returns 304 without computing it.
    pub(crate) fn unless_known(
        &self,
        tag: &str,
        cache_control: &str,
        answer: impl FnOnce() -> Answer<Response>,
    ) -> Answer<Response> {
        let head = [(header::ETAG, tag), (header::CACHE_CONTROL, cache_control)];
        if self.contain(tag) {
            return Ok((StatusCode::NOT_MODIFIED, head).into_response());
        }
        let answer = answer()?;
        // An asterisk matches any response, but not a problem.
        match self.contain_all() {
            true => Ok((StatusCode::NOT_MODIFIED, head).into_response()),
            false => Ok((head, answer).into_response()),
        }
    }
}

/// A request for something that only changes with the ratings or models.
pub(crate) struct Conditional {
    known: KnownTags,
    target: Uri,
}

impl<S: Send + Sync> FromRequestParts<S> for Conditional {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self { known: KnownTags::of(&parts.headers), target: parts.uri.clone() })
    }
}

impl Conditional {
    /// Computes the response from data with this version, unless the client already has it. The entity tag
    /// is a hash of the version and of the path with its query.
    pub(crate) fn respond(
        &self,
        tags: &impl BuildHasher,
        version: impl Hash,
        answer: impl FnOnce() -> Answer<Response>,
    ) -> Answer<Response> {
        let target = self.target.path_and_query().map(|target| target.as_str());
        let tag = format!("W/\"{:016x}\"", tags.hash_one((version, target)));
        // Shared caches must not have it, since it may need a token.
        self.known.unless_known(&tag, "private, no-cache", answer)
    }
}
