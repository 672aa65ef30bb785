//! Sessions: a browser exchanges the token for a cookie once, because event streams cannot send headers.

use super::Routes;
use crate::app::App;
use crate::extract::Json;
use crate::middleware::{COOKIE, Role, session_of};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(session, begin, end))
}

/// The permissions of the client.
#[derive(Serialize, ToSchema)]
struct SessionView {
    /// `write`, `read` or `none`.
    role: &'static str,
    /// Whether the service requires a token.
    token_required: bool,
}

/// The permissions of the client
#[utoipa::path(get, path = "/v1/session", tag = "session", responses(
    (status = 200, description = "The role", body = SessionView)
))]
async fn session(State(app): State<Arc<App>>, headers: HeaderMap) -> Json<SessionView> {
    let role = match app.access.role_of(&headers) {
        Role::Nobody => "none",
        Role::Read => "read",
        Role::Write => "write",
    };
    Json(SessionView { role, token_required: app.access.tokens.are_required() })
}

/// A token to exchange.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// The token.
    token: String,
}

/// Exchanges a token for a cookie that scripts cannot read
#[utoipa::path(post, path = "/v1/session", tag = "session", request_body = SignIn, responses(
    (status = 204, description = "The client is signed in")
))]
async fn begin(State(app): State<Arc<App>>, Json(sign_in): Json<SignIn>) -> Answer<Response> {
    if !app.access.tokens.are_required() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let role = app.access.tokens.role_of(sign_in.token.trim()).ok_or_else(|| {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "expected a token of this service, found another text",
        )
    })?;
    let session = app.access.sessions.begin(role).map_err(|error| Problem::internal(&error))?;
    let cookie = format!("{COOKIE}={session}; HttpOnly; SameSite=Strict; Path=/");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// Ends the session
#[utoipa::path(delete, path = "/v1/session", tag = "session", responses(
    (status = 204, description = "The client is signed out")
))]
async fn end(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if let Some(session) = session_of(&headers) {
        app.access.sessions.end(session);
    }
    let cookie = format!("{COOKIE}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response()
}
