//! The OpenAPI description: general information, and what the middleware adds to each route.

use crate::problem::PROBLEM_JSON;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, Content, HeaderBuilder, Info, ObjectBuilder, OpenApi, PathItem, Ref, RefOr,
    ResponseBuilder, SecurityRequirement, Type,
};

/// Error responses of every route.
const ALWAYS: [(&str, &str); 10] = [
    ("400", "A part of the request is invalid"),
    ("401", "A valid token is required"),
    ("403", "The write token is required, or the request comes from a page of another site"),
    ("408", "The request took too long"),
    ("413", "The body is too large"),
    ("414", "The address is too long"),
    ("421", "The service does not serve this host"),
    ("431", "The headers are too large"),
    ("500", "An internal error"),
    ("503", "Temporarily unavailable: not ready yet, too many requests, or a busy database"),
];
/// Paths that require no token.
const OPEN: [&str; 3] = ["/healthz", "/readyz", "/v1/session"];
const WITH_PATH: [(&str, &str); 1] = [("404", "The resource does not exist")];
const WITH_BODY: [(&str, &str); 2] = [
    ("415", "The type or encoding of the body is not supported"),
    ("422", "The body can be parsed, but requests something invalid"),
];

/// Prefixes of paths that return entity tags: data that only changes with ratings and models.
const CONDITIONAL: [&str; 4] = ["/v1/data", "/v1/genres", "/v1/users", "/v1/items"];

/// Adds the title, security and the responses of layers and extractors to the description.
pub(crate) fn complete(mut document: OpenApi) -> OpenApi {
    document.info = Info::new("likemind", env!("CARGO_PKG_VERSION"));
    document.info.description =
        Some("Finds people who rate as you do and recommends what they liked.".to_owned());
    let components = document.components.get_or_insert_with(Components::new);
    components.add_security_scheme(
        "token",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
    );
    let cookie = ApiKey::Cookie(ApiKeyValue::new(crate::middleware::COOKIE));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    for (path, item) in &mut document.paths.paths {
        let is_open = OPEN.contains(&path.as_str());
        if CONDITIONAL.iter().any(|prefix| path.starts_with(prefix)) {
            item.get.iter_mut().for_each(add_tag);
        }
        for operation in operations(item) {
            add_answers(operation);
            if !is_open {
                require_token(operation);
            }
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, .. } = item;
    [get, put, post, delete].into_iter().flatten()
}

/// Adds the error responses of the middleware to a route.
fn add_answers(operation: &mut Operation) {
    let in_path = |parameter: &RefOr<Parameter>| match parameter {
        RefOr::T(parameter) => parameter.parameter_in == ParameterIn::Path,
        RefOr::Ref(_) => false,
    };
    let has_path = operation.parameters.as_ref().is_some_and(|all| all.iter().any(in_path));
    let has_body = operation.request_body.is_some();
    let mut answers = ALWAYS.to_vec();
    answers.extend(WITH_PATH.iter().filter(|_| has_path));
    answers.extend(WITH_BODY.iter().filter(|_| has_body));
    for (status, description) in answers {
        let problem = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
        let response =
            ResponseBuilder::new().description(description).content(PROBLEM_JSON, problem);
        let known = &mut operation.responses.responses;
        known.entry(status.to_owned()).or_insert_with(|| RefOr::T(response.build()));
    }
}

/// Adds the entity tag of a route, and the response to who already has it.
fn add_tag(operation: &mut Operation) {
    let header = |description: &str| {
        let schema = ObjectBuilder::new().schema_type(Type::String);
        HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
    };
    let responses = &mut operation.responses.responses;
    if let Some(RefOr::T(found)) = responses.get_mut("200") {
        let tag = header("Changes whenever the response may change");
        found.headers.insert("etag".to_owned(), RefOr::T(tag));
    }
    let unchanged = "Nothing has changed since the response with the tag in if-none-match";
    let unchanged = ResponseBuilder::new().description(unchanged).build();
    responses.insert("304".to_owned(), RefOr::T(unchanged));
}

fn require_token(operation: &mut Operation) {
    let scope: [&str; 0] = [];
    operation.security = Some(vec![
        SecurityRequirement::new("token", scope),
        SecurityRequirement::new("session", scope),
    ]);
}
