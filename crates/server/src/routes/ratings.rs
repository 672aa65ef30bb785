//! Ratings of one person: asked for, set and removed.

use super::{RatingPath, Routes, UserPath};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path};
use crate::part::Part;
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use likemind::Side;
use likemind_engine::{Moment, Naming};
use likemind_store::{Change, TimedRating};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use utoipa::ToSchema;
use utoipa_axum::routes;

/// How many are listed.
const USUAL: u32 = 100;
const MOST: u32 = 1_000;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(rating, rate, remove))
}

/// Some ratings of a person.
#[derive(Serialize, ToSchema)]
struct Ratings {
    /// Newest first.
    ratings: Vec<Given>,
    /// How many there are in all.
    total: usize,
}

/// A rating that a person gave.
#[derive(Serialize, ToSchema)]
struct Given {
    /// The item's id.
    item: String,
    /// Its title, where known.
    title: Option<String>,
    /// Its year, where known.
    year: Option<i32>,
    /// Its genres.
    genres: Vec<String>,
    /// The rating.
    rating: f64,
    /// When, in seconds since 1970; null where unknown.
    timestamp: Option<i64>,
}

/// What a person rated, newest first
#[utoipa::path(get, path = "/v1/users/{user}/ratings", tag = "ratings", params(UserPath, Part<USUAL, MOST>), responses(
    (status = 200, description = "At most 1,000 ratings", body = Ratings)
))]
async fn list(
    State(app): State<Arc<App>>,
    Path(path): Path<UserPath>,
    Part(slice): Part<USUAL, MOST>,
) -> Answer<Json<Ratings>> {
    let engine = app.engine()?;
    let find = move |moment: &Moment<'_>| Ok(moment.user(path.user.as_str())?);
    let user = engine.answer(Effort::Light, find).await?;
    let rated = app.store.ratings_of(user, slice.offset, slice.limit).await?;
    let work = move |moment: &Moment<'_>| {
        let ratings = rated.iter().map(|rated| given(moment, rated)).collect();
        let total = moment.matrix().rows(Side::Users).row_len(user);
        Ok(Json(Ratings { ratings, total }))
    };
    engine.answer(Effort::Light, work).await
}

fn given(moment: &Moment<'_>, rated: &TimedRating) -> Given {
    let info = moment.names().info(rated.item);
    Given {
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

/// What a person gave to an item
#[utoipa::path(get, path = "/v1/users/{user}/ratings/{item}", tag = "ratings", params(RatingPath), responses(
    (status = 200, description = "The rating", body = Rating)
))]
async fn rating(
    State(app): State<Arc<App>>,
    Path(RatingPath { user, item }): Path<RatingPath>,
) -> Answer<Json<Rating>> {
    let work = move |moment: &Moment<'_>| {
        let pair = (moment.user(user.as_str())?, moment.item(item.as_str())?);
        let rating = moment.matrix().rating(pair.0, pair.1).ok_or_else(|| {
            let (user, item) = (user.as_str(), item.as_str());
            let detail = format!("expected a rating of item {item:?} by user {user:?}, found none");
            Problem::new(StatusCode::NOT_FOUND, detail)
        })?;
        Ok(Json(Rating { user: user.into_string(), item: item.into_string(), rating }))
    };
    app.engine()?.answer(Effort::Light, work).await
}

/// A rating to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRating {
    /// On the data set's scale.
    #[schema(example = 4.0)]
    rating: f64,
}

/// What a change of a rating did.
#[derive(Serialize, ToSchema)]
struct Changed {
    /// The user's id.
    user: String,
    /// The item's id.
    item: String,
    /// The rating now; null if there is none.
    rating: Option<f64>,
    /// The rating before; null if there was none.
    before: Option<f64>,
    /// Whether anything changed, be it the time alone.
    changed: bool,
    /// The data set's sequence after it.
    sequence: u64,
}

/// Rates: a user or an item that is new is added; the rating is on the disk, and in the next answer
#[utoipa::path(put, path = "/v1/users/{user}/ratings/{item}", tag = "ratings", params(RatingPath),
    request_body = NewRating, responses(
    (status = 200, description = "The rating is stored", body = Changed)
))]
async fn rate(
    State(app): State<Arc<App>>,
    Path(path): Path<RatingPath>,
    Json(new): Json<NewRating>,
) -> Answer<Json<Changed>> {
    change(&app, path, Change::Set { rating: new.rating, timestamp: now() }).await
}

/// Takes a rating back
#[utoipa::path(delete, path = "/v1/users/{user}/ratings/{item}", tag = "ratings", params(RatingPath), responses(
    (status = 200, description = "There is no such rating now", body = Changed)
))]
async fn remove(
    State(app): State<Arc<App>>,
    Path(path): Path<RatingPath>,
) -> Answer<Json<Changed>> {
    change(&app, path, Change::Remove).await
}

async fn change(app: &App, path: RatingPath, change: Change) -> Answer<Json<Changed>> {
    let live = app.engine()?.live().clone();
    app.run_to_completion(async move {
        let RatingPath { user, item } = path;
        let rated = live.rate(user.as_str(), item.as_str(), change).await?;
        Ok(Json(Changed {
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

/// Seconds since 1970; `None` where the clock is before.
fn now() -> Option<i64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}
