//! What the database holds.

use super::Routes;
use crate::app::App;
use crate::engine::{Counted, Effort, Engine};
use crate::extract::Json;
use crate::histogram::{Bin, histogram};
use crate::problem::Answer;
use axum::extract::State;
use likemind::Side;
use likemind_engine::Moment;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(data)).routes(routes!(genres))
}

/// What the database holds.
#[derive(Serialize, ToSchema)]
struct DataView {
    /// The name of the data set.
    name: Option<String>,
    /// Users, also those without a rating.
    users: usize,
    /// Items, also those without a rating.
    items: usize,
    /// Items with a rating.
    rated_items: usize,
    /// Ratings.
    ratings: usize,
    /// What ratings there can be.
    scale: ScaleView,
    /// Counts the changes.
    sequence: u64,
    /// How often each rating occurs, in ascending order.
    histogram: Vec<Bin>,
}

/// A scale of ratings.
#[derive(Serialize, ToSchema)]
struct ScaleView {
    /// The lowest rating.
    min: f64,
    /// The highest rating.
    max: f64,
    /// The distance of two ratings; null where all values between the ends occur.
    step: Option<f64>,
}

/// The data set at a glance
#[utoipa::path(get, path = "/v1/data", tag = "data", responses(
    (status = 200, description = "The data set", body = DataView)
))]
async fn data(State(app): State<Arc<App>>) -> Answer<Json<DataView>> {
    let name = app.store.summary().await?.name;
    let engine = app.engine()?;
    let counting = engine.clone();
    let work = move |moment: &Moment<'_>| Ok(Json(view(&counting, moment, name)));
    engine.answer(Effort::Heavy, work).await
}

fn view(engine: &Engine, moment: &Moment<'_>, name: Option<String>) -> DataView {
    let matrix = moment.matrix();
    let scale = matrix.scale();
    let rows = matrix.rows(Side::Items);
    DataView {
        name,
        users: matrix.users(),
        items: matrix.items(),
        rated_items: rows.indices().filter(|&item| rows.row_len(item) > 0).count(),
        ratings: matrix.ratings(),
        scale: ScaleView { min: scale.min(), max: scale.max(), step: scale.step() },
        sequence: moment.sequence(),
        histogram: counted(engine, moment),
    }
}

/// Counted once a change: all ratings are walked.
fn counted(engine: &Engine, moment: &Moment<'_>) -> Vec<Bin> {
    let mut counted = engine.counted();
    match &*counted {
        Some(last) if last.sequence == moment.sequence() => last.bins.clone(),
        _ => {
            let matrix = moment.matrix();
            let rows = matrix.rows(Side::Users);
            let scale = matrix.scale();
            let ratings = rows.indices().flat_map(|row| rows.row(row).ratings(scale));
            let bins = histogram(scale, ratings);
            *counted = Some(Counted { sequence: moment.sequence(), bins: bins.clone() });
            bins
        }
    }
}

/// All genres.
#[derive(Serialize, ToSchema)]
struct Genres {
    /// In the order of the alphabet.
    genres: Vec<Genre>,
}

/// A genre.
#[derive(Serialize, ToSchema)]
struct Genre {
    /// Its name.
    genre: String,
    /// How many items have it.
    items: usize,
}

/// The genres, with how many items each has
#[utoipa::path(get, path = "/v1/genres", tag = "data", responses(
    (status = 200, description = "The genres", body = Genres)
))]
async fn genres(State(app): State<Arc<App>>) -> Answer<Json<Genres>> {
    let work = |moment: &Moment<'_>| {
        let genre = |(genre, items): (&str, usize)| Genre { genre: genre.to_owned(), items };
        let genres = moment.genres().into_iter().map(genre).collect();
        Ok(Json(Genres { genres }))
    };
    app.engine()?.answer(Effort::Heavy, work).await
}
