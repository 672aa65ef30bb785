//! What to see next, and why.

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

/// How many are recommended.
const USUAL: u32 = 10;
const MOST: u32 = 1_000;
/// The most that are computed where others wait meanwhile.
const LIGHT: u32 = 100;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(for_user)).routes(routes!(for_ratings))
}

/// What is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// How many items.
    #[param(minimum = 1, maximum = 1000, default = 10)]
    n: Option<u32>,
    /// Whether the reasons come along.
    #[serde(default)]
    #[param(default = false)]
    explain: bool,
    /// Only items of this genre, in whatever case.
    genre: Option<String>,
    /// By whose neighbours; without it of users if there is such a model, else of items.
    #[param(inline)]
    side: Option<SideName>,
}

/// Ratings of a person who is not stored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// What the person rated, each item once.
    #[schema(value_type = Vec<AskedRating>)]
    ratings: Vec<Object<AskedRating>>,
    /// How many items.
    #[schema(minimum = 1, maximum = 1000, default = 10)]
    n: Option<u32>,
    /// Whether the reasons come along.
    #[serde(default)]
    explain: bool,
    /// Only items of this genre, in whatever case.
    genre: Option<String>,
    /// By whose neighbours; without it of users if there is such a model, else of items.
    side: Option<SideName>,
}

/// A rating of a person who is not stored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskedRating {
    /// The item's id.
    item: Id,
    /// On the data set's scale.
    rating: f64,
}

/// A request, checked.
#[derive(Debug)]
struct Order {
    n: u32,
    explain: bool,
    genre: Option<String>,
    side: Option<Side>,
}

impl Order {
    /// By items, the lists of all items that the person rated are walked.
    fn effort(&self, engine: &Engine) -> Effort {
        let by_users = self.side.map_or_else(|| engine.serves(Side::Users), |s| s == Side::Users);
        if by_users && self.n <= LIGHT && !self.explain { Effort::Light } else { Effort::Heavy }
    }
}

/// How many items: `n`, or the usual number.
fn checked_count(n: Option<u32>) -> Answer<u32> {
    within("n", n.unwrap_or(USUAL), 1, MOST)
}

/// What to recommend to a user: items that the user has not rated, best first
#[utoipa::path(get, path = "/v1/users/{user}/recommendations", tag = "recommendations",
    params(UserPath, Wanted), responses(
    (status = 200, description = "The recommendations", body = Recommendations<'static>,
     headers(("etag" = String, description = "Tells whether anything changed"))),
    (status = 304, description = "Nothing changed since the tag in if-none-match")
))]
async fn for_user(
    State(app): State<Arc<App>>,
    Path(path): Path<UserPath>,
    Query(wanted): Query<Wanted>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer<Response> {
    let Wanted { n, explain, genre, side } = wanted;
    let n = checked_count(n)?;
    let order = Order { n, explain, genre, side: side.map(Side::from) };
    let engine = app.engine()?;
    let (effort, tagging) = (order.effort(&engine), engine.clone());
    let work = move |moment: &Moment<'_>| {
        let user = moment.user(path.user.as_str())?;
        let tag = tag(&tagging, moment, path.user.as_str(), query.as_deref());
        unless_known(&headers, &tag, "private, no-cache", || {
            let person = Profile::of_user(moment.matrix(), user);
            let model = moment.model(order.side)?;
            let user = Some(path.user.into_string());
            Ok(Json(recommend(moment, &model, &person, &order, user)?).into_response())
        })
    };
    engine.answer(effort, work).await
}

/// What to recommend to a person who is not stored, by the ratings in the body; nothing is stored
#[utoipa::path(post, path = "/v1/recommendations", tag = "recommendations", request_body = Asked,
    responses((status = 200, description = "The recommendations", body = Recommendations<'static>),
    (status = 404, description = "There is no model yet", body = Problem,
     content_type = "application/problem+json")
))]
async fn for_ratings(State(app): State<Arc<App>>, Json(asked): Json<Asked>) -> Answer<Response> {
    let Asked { ratings, n, explain, genre, side } = asked;
    let n = checked_count(n).map_err(Problem::of_body)?;
    let order = Order { n, explain, genre, side: side.map(Side::from) };
    let work = move |moment: &Moment<'_>| {
        let person = person(moment, &ratings)?;
        let model = moment.model(order.side)?;
        Ok(Json(recommend(moment, &model, &person, &order, None)?).into_response())
    };
    app.engine()?.answer(Effort::Heavy, work).await
}

/// The person of some ratings.
fn person(moment: &Moment<'_>, ratings: &[Object<AskedRating>]) -> Answer<Profile> {
    let known = |Object(rated): &Object<AskedRating>| {
        let item = moment.item(rated.item.as_str());
        let unknown = |_| {
            let id = rated.item.as_str();
            Problem::unprocessable(format!(
                "expected ratings of items, found one of {id:?}, which is none"
            ))
        };
        Ok((item.map_err(unknown)?, rated.rating))
    };
    let ratings: Vec<(ItemIdx, f64)> = ratings.iter().map(known).collect::<Answer<_>>()?;
    Profile::of_person(ratings, moment.matrix().scale()).map_err(|error| match error {
        ProfileError::Duplicate { item } => {
            let id = moment.names().item(ItemIdx(item));
            Problem::unprocessable(format!("expected one rating an item, found two of {id:?}"))
        }
        off_scale => Problem::unprocessable(off_scale.to_string()),
    })
}
