//! Ratings of a user: reading, setting and removing.

use super::{RatingPath, Routes, UserPath};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path};
use crate::known::Conditional;
use crate::part::Part;
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use likemind::Side;
use likemind_engine::{Moment, Naming};
use likemind_store::{Change, TimedRating};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use utoipa::ToSchema;
use utoipa_axum::routes;

/// Default and maximum number of listed entries.
const DEFAULT: u32 = 100;
const MAX: u32 = 1_000;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(rating, rate, remove))
}

/// A page of a user's ratings.
#[derive(Serialize, ToSchema)]
struct Ratings {
    /// Newest first.
    ratings: Vec<RatingLine>,
    /// Total number of entries.
    total: usize,
}

/// A rating of a user, with the item.
#[derive(Serialize, ToSchema)]
struct RatingLine {
    /// The item's id.
    item: String,
    /// Its title; null if unknown.
    title: Option<String>,
    /// Its year; null if unknown.
    year: Option<i32>,
    /// Its genres.
    genres: Vec<String>,
    /// The rating.
    rating: f64,
    /// Its time, in seconds since 1970; null if unknown.
    timestamp: Option<i64>,
}

/// The ratings of a user, newest first
#[utoipa::path(get, path = "/v1/users/{user}/ratings", tag = "ratings", params(UserPath, Part<DEFAULT, MAX>), responses(
    (status = 200, description = "At most 1,000 ratings", body = Ratings)
))]
async fn list(
    State(app): State<Arc<App>>,
    request: Conditional,
    Path(path): Path<UserPath>,
    Part(slice): Part<DEFAULT, MAX>,
) -> Answer<Response> {
    let engine = app.engine()?;
    let find = move |moment: &Moment<'_>| Ok((moment.user(path.user.as_str())?, moment.mark()));
    let (user, mark) = engine.answer(Effort::Light, find).await?;
    let rated = app.store.ratings_of(user, slice.offset, slice.limit).await?;
    let tags = engine.clone();
    let work = move |moment: &Moment<'_>| {
        // The tag is that of the state before the ratings were read, which may be newer, but not older.
        request.respond(tags.tags(), mark, || {
            let ratings = rated.iter().map(|rated| line(moment, rated)).collect();
            let total = moment.matrix().rows(Side::Users).row_len(user);
            Ok(Json(Ratings { ratings, total }).into_response())
        })
    };
    engine.answer(Effort::Light, work).await
}

fn line(moment: &Moment<'_>, rated: &TimedRating) -> RatingLine {
    let info = moment.names().info(rated.item);
    RatingLine {
        item: moment.names().item(rated.item).to_owned(),
        title: info.title.clone(),
        year: info.year,
        genres: info.genres.clone(),
        rating: rated.rating,
        timestamp: rated.timestamp,
    }
}

/// One rating.
#[derive(Serialize, ToSchema)]
struct Rating {
    /// The user's id.
    user: String,
    /// The item's id.
    item: String,
    /// The rating.
    rating: f64,
}

/// The rating of a user for an item
#[utoipa::path(get, path = "/v1/users/{user}/ratings/{item}", tag = "ratings", params(RatingPath), responses(
    (status = 200, description = "The rating", body = Rating)
))]
async fn rating(
    State(app): State<Arc<App>>,
    request: Conditional,
    Path(RatingPath { user, item }): Path<RatingPath>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        let pair = (moment.user(user.as_str())?, moment.item(item.as_str())?);
        let rating = moment.matrix().rating(pair.0, pair.1).ok_or_else(|| {
            let (user, item) = (user.as_str(), item.as_str());
            let detail = format!("expected a rating of item {item:?} by user {user:?}, found none");
            Problem::new(StatusCode::NOT_FOUND, detail)
        })?;
        Ok(Json(Rating { user: user.into_string(), item: item.into_string(), rating }))
    };
    app.engine()?.respond(Effort::Light, request, work).await
}

/// A rating to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRating {
    /// The rating, on the scale of the data set.
    #[schema(example = 4.0)]
    rating: f64,
}

/// The result of a change of a rating.
#[derive(Serialize, ToSchema)]
struct RatingChange {
    /// The user's id.
    user: String,
    /// The item's id.
    item: String,
    /// The new rating; null if there is none.
    rating: Option<f64>,
    /// The previous rating; null if there was none.
    before: Option<f64>,
    /// Whether anything changed, including only the time.
    changed: bool,
    /// Sequence number of the data set after the change.
    sequence: u64,
}

/// Sets a rating, adding new users and items; it is durable, and the next answer includes it
#[utoipa::path(put, path = "/v1/users/{user}/ratings/{item}", tag = "ratings", params(RatingPath),
    request_body = NewRating, responses(
    (status = 200, description = "The rating is stored", body = RatingChange)
))]
async fn rate(
    State(app): State<Arc<App>>,
    Path(path): Path<RatingPath>,
    Json(new): Json<NewRating>,
) -> Answer<Json<RatingChange>> {
    change(&app, path, Change::Set { rating: new.rating, timestamp: now() }).await
}

/// Removes a rating
#[utoipa::path(delete, path = "/v1/users/{user}/ratings/{item}", tag = "ratings", params(RatingPath), responses(
    (status = 200, description = "The rating is removed", body = RatingChange)
))]
async fn remove(
    State(app): State<Arc<App>>,
    Path(path): Path<RatingPath>,
) -> Answer<Json<RatingChange>> {
    change(&app, path, Change::Remove).await
}

async fn change(app: &App, path: RatingPath, change: Change) -> Answer<Json<RatingChange>> {
    let live = app.engine()?.live().clone();
    app.run_to_completion(async move {
        let RatingPath { user, item } = path;
        let rated = live.rate(user.as_str(), item.as_str(), change).await?;
        Ok(Json(RatingChange {
            user: user.into_string(),
            item: item.into_string(),
            rating: rated.after,
            before: rated.before,
            changed: rated.changed,
            sequence: rated.sequence,
        }))
    })
    .await
}

/// Seconds since 1970; `None` if the clock is earlier.
fn now() -> Option<i64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}
