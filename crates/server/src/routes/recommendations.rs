//! Recommendations with reasons.

mod tag;
mod view;

use super::side::SideName;
use super::{Routes, UserPath};
use crate::app::App;
use crate::engine::{Effort, Engine};
use crate::extract::{Id, Json, Object, Path, Query, within};
use crate::known::unless_known;
use crate::problem::{Answer, Problem};
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use likemind::profile::ProfileError;
use likemind::{ItemIdx, Profile, Side};
use likemind_engine::{Moment, Naming};
use serde::Deserialize;
use std::sync::Arc;
use tag::tag;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use view::{Recommendations, recommend};

/// Default and maximum number of recommendations.
const DEFAULT: u32 = 10;
const MAX: u32 = 1_000;
/// Maximum number of recommendations that count as a light request.
const LIGHT: u32 = 100;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(for_user)).routes(routes!(for_ratings))
}

/// Options of recommendations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RecommendationQuery {
    /// Number of items.
    #[param(minimum = 1, maximum = 1000, default = 10)]
    n: Option<u32>,
    /// Whether to include the reasons.
    #[serde(default)]
    #[param(default = false)]
    explain: bool,
    /// Only items of this genre, ignoring case.
    genre: Option<String>,
    /// Side of the model. By default that of the users, or else of the items.
    #[param(inline)]
    side: Option<SideName>,
}

/// A request for recommendations to a person who is not stored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GuestRequest {
    /// The ratings of the person, at most one per item.
    #[schema(value_type = Vec<GuestRating>)]
    ratings: Vec<Object<GuestRating>>,
    /// Number of items.
    #[schema(minimum = 1, maximum = 1000, default = 10)]
    n: Option<u32>,
    /// Whether to include the reasons.
    #[serde(default)]
    explain: bool,
    /// Only items of this genre, ignoring case.
    genre: Option<String>,
    /// Side of the model. By default that of the users, or else of the items.
    side: Option<SideName>,
}

/// A rating of a person who is not stored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GuestRating {
    /// The item's id.
    item: Id,
    /// The rating, on the scale of the data set.
    rating: f64,
}

/// A validated request.
#[derive(Debug)]
struct Request {
    n: u32,
    explain: bool,
    genre: Option<String>,
    side: Option<Side>,
}

impl Request {
    /// Recommendations by items are heavy: they walk the lists of all items that the person rated.
    fn effort(&self, engine: &Engine) -> Effort {
        let by_users = self.side.map_or_else(|| engine.serves(Side::Users), |s| s == Side::Users);
        if by_users && self.n <= LIGHT && !self.explain { Effort::Light } else { Effort::Heavy }
    }
}

/// The number of items: `n`, or the default.
fn checked_count(n: Option<u32>) -> Answer<u32> {
    within("n", n.unwrap_or(DEFAULT), 1, MAX)
}

/// Recommendations to a user: items that the user has not rated, best first
#[utoipa::path(get, path = "/v1/users/{user}/recommendations", tag = "recommendations",
    params(UserPath, RecommendationQuery), responses(
    (status = 200, description = "The recommendations", body = Recommendations<'static>,
     headers(("etag" = String, description = "Changes whenever the recommendations may change"))),
    (status = 304, description = "Nothing has changed since the response with the tag in if-none-match")
))]
async fn for_user(
    State(app): State<Arc<App>>,
    Path(path): Path<UserPath>,
    Query(options): Query<RecommendationQuery>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer<Response> {
    let RecommendationQuery { n, explain, genre, side } = options;
    let n = checked_count(n)?;
    let request = Request { n, explain, genre, side: side.map(Side::from) };
    let engine = app.engine()?;
    let (effort, tagging) = (request.effort(&engine), engine.clone());
    let work = move |moment: &Moment<'_>| {
        let user = moment.user(path.user.as_str())?;
        let tag = tag(&tagging, moment, path.user.as_str(), query.as_deref());
        unless_known(&headers, &tag, "private, no-cache", || {
            let person = Profile::from_user(moment.matrix(), user);
            let model = moment.model(request.side)?;
            let user = Some(path.user.into_string());
            Ok(Json(recommend(moment, &model, &person, &request, user)?).into_response())
        })
    };
    engine.answer(effort, work).await
}

/// Recommendations to a person who is not stored, by the ratings in the body; nothing is stored
#[utoipa::path(post, path = "/v1/recommendations", tag = "recommendations", request_body = GuestRequest,
    responses((status = 200, description = "The recommendations", body = Recommendations<'static>),
    (status = 404, description = "There is no model yet", body = Problem,
     content_type = "application/problem+json")
))]
async fn for_ratings(
    State(app): State<Arc<App>>,
    Json(guest): Json<GuestRequest>,
) -> Answer<Response> {
    let GuestRequest { ratings, n, explain, genre, side } = guest;
    let n = checked_count(n).map_err(Problem::of_body)?;
    let request = Request { n, explain, genre, side: side.map(Side::from) };
    let work = move |moment: &Moment<'_>| {
        let person = person(moment, &ratings)?;
        let model = moment.model(request.side)?;
        Ok(Json(recommend(moment, &model, &person, &request, None)?).into_response())
    };
    app.engine()?.answer(Effort::Heavy, work).await
}

/// The profile of a person with these ratings.
fn person(moment: &Moment<'_>, ratings: &[Object<GuestRating>]) -> Answer<Profile> {
    let known = |Object(rated): &Object<GuestRating>| {
        let item = moment.item(rated.item.as_str());
        let unknown = |_| {
            let id = rated.item.as_str();
            Problem::unprocessable(format!(
                "expected ratings of known items, found one of {id:?}, which does not exist"
            ))
        };
        Ok((item.map_err(unknown)?, rated.rating))
    };
    let ratings: Vec<(ItemIdx, f64)> = ratings.iter().map(known).collect::<Answer<_>>()?;
    Profile::from_ratings(ratings, moment.matrix().scale()).map_err(|error| match error {
        ProfileError::Duplicate { item } => {
            let id = moment.names().item(ItemIdx(item));
            Problem::unprocessable(format!("expected one rating per item, found two of {id:?}"))
        }
        off_scale => Problem::unprocessable(off_scale.to_string()),
    })
}
