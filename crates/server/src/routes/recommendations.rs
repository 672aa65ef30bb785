//! Recommendations with reasons.

mod guest;
mod request;
mod view;

use super::{Routes, UserPath};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path, Query};
use crate::known::Conditional;
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guest::GuestRequest;
use likemind_engine::Moment;
use request::{RecommendationQuery, Request};
use std::sync::Arc;
use utoipa_axum::routes;
use view::{Recommendations, recommend};

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(for_user)).routes(routes!(for_guest))
}

/// Recommendations to a user: items that the user has not rated, best first
#[utoipa::path(get, path = "/v1/users/{user}/recommendations", tag = "recommendations",
    params(UserPath, RecommendationQuery), responses(
    (status = 200, description = "The recommendations", body = Recommendations<'static>),
    (status = 422, description = "A side is requested of a model that has none", body = Problem,
     content_type = "application/problem+json")
))]
async fn for_user(
    State(app): State<Arc<App>>,
    conditional: Conditional,
    Path(path): Path<UserPath>,
    Query(query): Query<RecommendationQuery>,
) -> Answer<Response> {
    let request = Request::try_from(query)?;
    let engine = app.engine()?;
    let effort = request.effort(&engine);
    let work = move |moment: &Moment<'_>| {
        let person = moment.person(path.user.as_str())?;
        let user = Some(path.user.into_string());
        Ok(Json(recommend(moment, &person, &request, user)?).into_response())
    };
    engine.respond(effort, conditional, work).await
}

/// Recommendations to a person who is not stored, by the ratings or opinions in the body; nothing is stored
#[utoipa::path(post, path = "/v1/recommendations", tag = "recommendations", request_body = GuestRequest,
    responses((status = 200, description = "The recommendations", body = Recommendations<'static>),
    (status = 404, description = "There is no model yet", body = Problem,
     content_type = "application/problem+json")
))]
async fn for_guest(
    State(app): State<Arc<App>>,
    Json(guest): Json<GuestRequest>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        let (person, request) = guest.checked(moment)?;
        Ok(Json(recommend(moment, &person, &request, None)?).into_response())
    };
    app.engine()?.answer(Effort::Heavy, work).await
}
