//! What a request may do.

use super::role::Role;
use super::session::{Sessions, session_of};
use super::token::Tokens;
use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The tokens of a service, and the sessions that stand for them.
pub(crate) struct Access {
    pub(crate) tokens: Tokens,
    pub(crate) sessions: Sessions,
}

/// What a request needs. What is not listed here is closed.
fn needed(method: &Method, path: &str) -> Role {
    let asks = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    match path {
        "/healthz" | "/readyz" | "/openapi.json" | "/" | "/assets-events" if asks => Role::Nobody,
        _ if asks && path.starts_with("/assets/") => Role::Nobody,
        "/v1/session" => Role::Nobody,
        // It stores nothing.
        "/v1/recommendations" => Role::Read,
        _ if asks => Role::Read,
        _ => Role::Write,
    }
}

impl Access {
    pub(crate) fn new(tokens: Tokens) -> Self {
        Self { tokens, sessions: Sessions::default() }
    }

    /// What whoever sends these headers may do.
    pub(crate) fn role_of(&self, headers: &HeaderMap) -> Role {
        if !self.tokens.are_required() {
            return Role::Write;
        }
        // Who shows a token means it: a session does not stand in for a wrong one.
        let role = match headers.get(header::AUTHORIZATION) {
            Some(shown) => {
                shown.to_str().ok().and_then(bearer).and_then(|t| self.tokens.role_of(t))
            }
            None => session_of(headers).and_then(|session| self.sessions.role_of(session)),
        };
        role.unwrap_or(Role::Nobody)
    }
}

/// The token in `Bearer TOKEN`.
fn bearer(shown: &str) -> Option<&str> {
    let (scheme, token) = shown.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Lets through what is allowed: 401 for who shows no token, 403 for who may only read.
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
            "expected a token (Authorization: Bearer TOKEN, or a session), found none that is valid",
        ),
        _ => Problem::new(
            StatusCode::FORBIDDEN,
            "expected a token that may write, found one that may only read",
        ),
    };
    problem.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_to_be_open_is_closed() {
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
    fn a_bearer_token_is_read() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc"), Some("abc"));
        assert_eq!((bearer("Basic abc"), bearer("abc")), (None, None));
    }
}
