//! Errors as RFC 9457 problem documents.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use likemind::model::SessionError;
use likemind_store::JobId;
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a problem document.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// A problem document (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// A URI of the kind of problem; `about:blank` if the status describes it.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// The reason phrase of the status.
    title: &'static str,
    /// The HTTP status code.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What was expected and what was found.
    detail: String,
    /// The job that prevents the request, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<i64>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        let (kind, detail) = ("about:blank", detail.into());
        Self { kind, title, status: status.as_u16(), detail, job: None }
    }

    /// 400: a part of the path or the query is invalid.
    pub(crate) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 404: there is no `what` ("a user", "an item") with this id.
    pub(crate) fn unknown(what: &str, id: &str) -> Self {
        let detail = format!("expected the id of {what}, found {id:?}, which none has");
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 422: the request can be parsed, but what it asks for is invalid.
    pub(crate) fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// 409: another job is running.
    pub(crate) fn busy(job: Option<JobId>, holder: &str) -> Self {
        let which = job.map_or("a job".to_owned(), |job| format!("job {job}"));
        let detail = format!(
            "expected no running job, found {which} of {holder}; only one can run at a time"
        );
        Self { job: job.map(|job| job.0), ..Self::new(StatusCode::CONFLICT, detail) }
    }

    /// 409: the state of the job does not allow the request.
    pub(crate) fn conflict_with(job: JobId, detail: impl Into<String>) -> Self {
        Self { job: Some(job.0), ..Self::new(StatusCode::CONFLICT, detail) }
    }

    /// 503: temporarily unavailable.
    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// 500: an internal error. The cause goes to the log, not to the client.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        let detail = "expected an answer, found an internal error; the server's log has the cause, \
                      under the id in the header x-request-id";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    }

    /// The same problem in a body: 422.
    pub(crate) fn of_body(self) -> Self {
        Self::unprocessable(self.detail)
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"likemind\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        Self::unprocessable(error.to_string())
    }
}

/// The result of a handler.
pub(crate) type Answer<T> = Result<T, Problem>;
