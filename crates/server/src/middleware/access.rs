//! Authorisation of requests.

use super::role::Role;
use super::session::{Sessions, session_of};
use super::token::Tokens;
use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The tokens and sessions of a service.
pub(crate) struct Access {
    pub(crate) tokens: Tokens,
    pub(crate) sessions: Sessions,
}

/// The role that a request needs. Paths that are not listed here need a token.
fn needed(method: &Method, path: &str) -> Role {
    let is_safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    match path {
        "/healthz" | "/readyz" | "/openapi.json" | "/" | "/assets-events" if is_safe => {
            Role::Nobody
        }
        _ if is_safe && path.starts_with("/assets/") => Role::Nobody,
        "/v1/session" => Role::Nobody,
        // A POST that stores nothing.
        "/v1/recommendations" => Role::Read,
        _ if is_safe => Role::Read,
        _ => Role::Write,
    }
}

impl Access {
    pub(crate) fn new(tokens: Tokens) -> Self {
        Self { tokens, sessions: Sessions::default() }
    }

    /// The role of a request with these headers.
    pub(crate) fn role_of(&self, headers: &HeaderMap) -> Role {
        if !self.tokens.are_required() {
            return Role::Write;
        }
        // A session does not replace an invalid token.
        let role = match headers.get(header::AUTHORIZATION) {
            Some(value) => {
                value.to_str().ok().and_then(bearer).and_then(|t| self.tokens.role_of(t))
            }
            None => session_of(headers).and_then(|session| self.sessions.role_of(session)),
        };
        role.unwrap_or(Role::Nobody)
    }
}

/// The token in `Bearer TOKEN`.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Rejects requests without the needed role: 401 without a valid token, 403 with a read token.
pub(crate) async fn guard(
    State(access): State<Arc<Access>>,
    request: Request,
    next: Next,
) -> Response {
    let needed = needed(request.method(), request.uri().path());
    let role = access.role_of(request.headers());
    if role >= needed {
        return next.run(request).await;
    }
    let problem = match role {
        Role::Nobody => Problem::new(
            StatusCode::UNAUTHORIZED,
            "expected a valid token (Authorization: Bearer TOKEN) or session, found none",
        ),
        _ => Problem::new(StatusCode::FORBIDDEN, "expected the write token, found the read token"),
    };
    problem.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unlisted_paths_need_a_token() {
        for path in ["/", "/healthz", "/readyz", "/openapi.json", "/assets/app.js"] {
            assert_eq!(needed(&Method::GET, path), Role::Nobody, "{path}");
            assert_eq!(needed(&Method::POST, path), Role::Write, "{path}");
        }
        for path in ["/metrics", "/v1/data", "/v1/assets/x", "/healthz/", "//healthz", "/x"] {
            assert_eq!(needed(&Method::GET, path), Role::Read, "{path}");
            assert_eq!(needed(&Method::DELETE, path), Role::Write, "{path}");
        }
        assert_eq!(needed(&Method::POST, "/v1/recommendations"), Role::Read);
    }

    #[test]
    fn bearer_tokens_are_parsed() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc"), Some("abc"));
        assert_eq!((bearer("Basic abc"), bearer("abc")), (None, None));
    }
}
