//! The data set and its genres.

use super::Routes;
use crate::app::App;
use crate::engine::{Counted, Effort, Engine};
use crate::extract::Json;
use crate::histogram::{Bin, CountBin, histogram};
use crate::known::Conditional;
use crate::problem::Answer;
use axum::extract::State;
use axum::response::Response;
use likemind::facts::doubling_histogram;
use likemind::{RatingMatrix, Side};
use likemind_engine::Moment;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(data)).routes(routes!(genres))
}

/// The data set.
#[derive(Serialize, ToSchema)]
struct DataView {
    /// Name of the data set.
    name: Option<String>,
    /// Number of users, including those without ratings.
    users: usize,
    /// Number of items, including those without ratings.
    items: usize,
    /// Number of items with ratings.
    rated_items: usize,
    /// Number of ratings.
    ratings: usize,
    /// The rating scale.
    scale: ScaleView,
    /// Sequence number of the last change.
    sequence: u64,
    /// Number of ratings for each value, in ascending order of values.
    histogram: Vec<Bin>,
    /// Number of users by their number of ratings, except for those without any; the ranges double in width.
    ratings_per_user: Vec<CountBin>,
    /// Number of items by their number of ratings, likewise.
    ratings_per_item: Vec<CountBin>,
    /// The years of the items; null if none is known.
    years: Option<YearsView>,
}

/// A range of years.
#[derive(Serialize, ToSchema)]
struct YearsView {
    /// The earliest year.
    first: i32,
    /// The latest year.
    last: i32,
}

/// A rating scale.
#[derive(Serialize, ToSchema)]
struct ScaleView {
    /// The lowest rating.
    min: f64,
    /// The highest rating.
    max: f64,
    /// The distance between two levels; null if all values between the ends are allowed.
    step: Option<f64>,
    /// Whether ratings are counts, such as plays, rather than opinions.
    counts: bool,
}

/// The data set
#[utoipa::path(get, path = "/v1/data", tag = "data", responses(
    (status = 200, description = "The data set", body = DataView)
))]
async fn data(State(app): State<Arc<App>>, request: Conditional) -> Answer<Response> {
    let name = app.store.summary().await?.name;
    let engine = app.engine()?;
    let counting = engine.clone();
    let work = move |moment: &Moment<'_>| Ok(Json(view(&counting, moment, name)));
    engine.respond(Effort::Heavy, request, work).await
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
        scale: ScaleView {
            min: scale.min(),
            max: scale.max(),
            step: scale.step(),
            counts: scale.has_counts(),
        },
        sequence: moment.sequence(),
        histogram: counted(engine, moment),
        ratings_per_user: row_lengths(matrix, Side::Users),
        ratings_per_item: row_lengths(matrix, Side::Items),
        years: moment.years().map(|(first, last)| YearsView { first, last }),
    }
}

/// The numbers of ratings of all users or items that have any.
fn row_lengths(matrix: &RatingMatrix, side: Side) -> Vec<CountBin> {
    let rows = matrix.rows(side);
    let lengths = rows.indices().map(|row| rows.row_len(row) as u64).filter(|&ratings| ratings > 0);
    doubling_histogram(lengths).into_iter().map(CountBin::from).collect()
}

/// The histogram of all ratings, cached until ratings change.
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
    /// In alphabetical order.
    genres: Vec<Genre>,
}

/// A genre.
#[derive(Serialize, ToSchema)]
struct Genre {
    /// Its name.
    genre: String,
    /// Number of items.
    items: usize,
}

/// All genres with their numbers of items
#[utoipa::path(get, path = "/v1/genres", tag = "data", responses(
    (status = 200, description = "The genres", body = Genres)
))]
async fn genres(State(app): State<Arc<App>>, request: Conditional) -> Answer<Response> {
    let work = |moment: &Moment<'_>| {
        let genre = |(genre, items): (&str, usize)| Genre { genre: genre.to_owned(), items };
        let genres = moment.genres().into_iter().map(genre).collect();
        Ok(Json(Genres { genres }))
    };
    app.engine()?.respond(Effort::Heavy, request, work).await
}
