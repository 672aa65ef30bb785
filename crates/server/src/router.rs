//! All routes and their middleware.

use crate::app::App;
use crate::metrics::observe;
use crate::middleware::{check_host, check_size, drain, guard, shed};
use crate::page::Assets;
use crate::problem::{PROBLEM_JSON, Problem};
use crate::{operations, page, routes};
use axum::Router;
use axum::body::Body;
use axum::error_handling::HandleErrorLayer;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::IntoResponse;
use axum::routing::get;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{
    MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer,
};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tracing::Span;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// Headers of every response.
const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// Schemas in addition to those of the routes.
#[derive(OpenApi)]
#[openapi(components(schemas(Problem)))]
struct Document;

/// The router of the service, with middleware and page.
pub(crate) fn router(app: &Arc<App>, assets: &Assets) -> Router {
    let (limited, limited_document) =
        OpenApiRouter::with_openapi(Document::openapi()).merge(routes::api()).split_for_parts();
    let (sessions, sessions_document) = routes::sessions().split_for_parts();
    let open = operations::routes().merge(routes::streams());
    let (open, open_document) = open.split_for_parts();
    let document =
        routes::complete(limited_document.merge_from(sessions_document).merge_from(open_document));
    let document = serde_json::to_string(&document).unwrap_or_default();
    let described =
        get(
            move || async move { ([(header::CONTENT_TYPE, "application/json")], document.clone()) },
        );
    let limits = app.limits;
    let limit = |requests| {
        ServiceBuilder::new()
            .layer(HandleErrorLayer::new(shed))
            .layer(LoadShedLayer::new())
            .layer(GlobalConcurrencyLimitLayer::new(requests))
    };
    let all = limited
        .layer(limit(limits.requests))
        // Signing in has a limit of its own: clients without a token must not exhaust the other one.
        .merge(sessions.layer(limit(limits.sessions)))
        .merge(open)
        .merge(page::routes(assets))
        .route("/openapi.json", described)
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method);
    let csrf = CsrfLayer::new().with_rejection_response(cross_site);
    all.layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(limits.body))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.time))
        .layer(from_fn_with_state(Arc::clone(&app.access), guard))
        .layer(csrf)
        .layer(from_fn_with_state(Arc::clone(&app.hosts), check_host))
        .layer(from_fn(check_size))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(map_response(explain))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(Arc::clone(&app.metrics), observe))
        .layer(from_fn(drain))
        .layer(ServiceBuilder::new().map_response(with_headers))
        .layer(
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::x_request_id(RequestIds::default()))
                .layer(
                    TraceLayer::new_for_http().make_span_with(span).on_request(()).on_failure(()),
                )
                .layer(PropagateRequestIdLayer::x_request_id()),
        )
        .with_state(Arc::clone(app))
}

/// Assigns request ids: consecutive numbers.
#[derive(Clone, Default)]
struct RequestIds(Arc<AtomicU64>);

impl MakeRequestId for RequestIds {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        HeaderValue::from_str(&format!("{number:x}")).ok().map(RequestId::new)
    }
}

/// The log span of a request. It has the route instead of the path, which contains ids.
fn span(request: &Request) -> Span {
    let id = request.extensions().get::<RequestId>().map(|id| id.header_value());
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str);
    tracing::info_span!("request", id, method = %request.method(), route)
}

/// Adds the headers of every response.
fn with_headers<B>(mut response: Response<B>) -> Response<B> {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn unknown_path(request: Request) -> Problem {
    let path = request.uri().path();
    let detail = format!("expected a path that /openapi.json lists, found {path:?}");
    Problem::new(StatusCode::NOT_FOUND, detail)
}

async fn unknown_method(request: Request) -> Problem {
    let method = request.method();
    let detail = format!("expected a method that the header allow lists, found {method}");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

fn cross_site(_: ProtectionError) -> Response<Body> {
    let detail = "expected a request from a page of this service, found one of another site";
    Problem::new(StatusCode::FORBIDDEN, detail).into_response()
}

#[allow(clippy::needless_pass_by_value, reason = "the layer's signature")]
fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("a panic");
    Problem::internal(&text).into_response()
}

/// Replaces the error responses of layers by problem documents.
async fn explain(response: Response<Body>) -> Response<Body> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind == PROBLEM_JSON) {
        return response;
    }
    let detail = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "expected a smaller body, of at most 1 MiB",
        StatusCode::REQUEST_TIMEOUT => "expected the request to complete in time, found a timeout",
        StatusCode::NOT_FOUND => "expected the address of an existing resource, found another",
        _ => "expected another request",
    };
    let mut explained = Problem::new(status, detail).into_response();
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        explained.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    explained
}
