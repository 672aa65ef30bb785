//! Facts about a user.

use super::{Routes, UserPath};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path};
use crate::histogram::{Bin, bins};
use crate::known::Conditional;
use crate::problem::Answer;
use axum::extract::State;
use axum::response::Response;
use likemind::Facts;
use likemind_engine::{Moment, Naming};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(facts))
}

/// Facts about a user's ratings compared with those of others.
#[derive(Serialize, ToSchema)]
struct FactsView {
    /// The user's id.
    user: String,
    /// Number of ratings by the user.
    ratings: usize,
    /// Their mean; null if there are none.
    mean: Option<f64>,
    /// The user's mean minus the mean of the same items' means over all raters.
    generosity: Option<f64>,
    /// Genres with at least three ratings by the user, by descending difference.
    genres: Vec<GenreView>,
    /// Decades with at least three ratings by the user, by descending difference.
    decades: Vec<DecadeView>,
    /// The item that the user rated most differently from all others.
    most_different: Option<DifferentView>,
    /// PCS between the user's ratings and the items' means over other raters: 1 for a typical taste.
    usualness: Option<f64>,
    /// The most similar neighbour in the active users' model.
    closest: Option<ClosestView>,
    /// Number of the user's ratings for each value, in ascending order of values.
    histogram: Vec<Bin>,
}

/// The user's ratings of a genre.
#[derive(Serialize, ToSchema)]
struct GenreView {
    /// The genre.
    genre: String,
    /// Number of ratings.
    count: usize,
    /// The mean of these ratings.
    mean: f64,
    /// That mean minus the mean of all ratings by the user.
    difference: f64,
}

/// The user's ratings of a decade.
#[derive(Serialize, ToSchema)]
struct DecadeView {
    /// Its first year.
    decade: i32,
    /// Number of ratings.
    count: usize,
    /// The mean of these ratings.
    mean: f64,
    /// That mean minus the mean of all ratings by the user.
    difference: f64,
}

/// The item that a user rated most differently from all others.
#[derive(Serialize, ToSchema)]
struct DifferentView {
    /// Its id.
    item: String,
    /// Its title; null if unknown.
    title: Option<String>,
    /// The user's rating.
    rating: f64,
    /// The mean of the others' ratings.
    mean: f64,
    /// `rating` minus `mean`.
    difference: f64,
}

/// The most similar neighbour.
#[derive(Serialize, ToSchema)]
struct ClosestView {
    /// Its id.
    neighbour: String,
    /// The weighted similarity.
    similarity: f64,
    /// Number of co-rated items.
    overlap: u32,
}

/// Facts about a user: generosity, genres and decades, how typical their taste is, closest neighbour
#[utoipa::path(get, path = "/v1/users/{user}/facts", tag = "users", params(UserPath), responses(
    (status = 200, description = "The facts", body = FactsView)
))]
async fn facts(
    State(app): State<Arc<App>>,
    request: Conditional,
    Path(path): Path<UserPath>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        let user = moment.user(path.user.as_str())?;
        Ok(Json(view(moment, path.user.into_string(), moment.facts(user))))
    };
    app.engine()?.respond(Effort::Heavy, request, work).await
}

fn view(moment: &Moment<'_>, user: String, facts: Facts) -> FactsView {
    let genre = |fact: likemind::facts::GenreFact| {
        let likemind::facts::GenreFact { genre, count, mean, difference } = fact;
        GenreView { genre, count, mean, difference }
    };
    let decade = |fact: likemind::facts::DecadeFact| {
        let likemind::facts::DecadeFact { decade, count, mean, difference } = fact;
        DecadeView { decade, count, mean, difference }
    };
    let different = |most: likemind::facts::MostDifferent| DifferentView {
        item: moment.names().item(most.item).to_owned(),
        title: moment.names().info(most.item).title.clone(),
        rating: most.rating,
        mean: most.mean,
        difference: most.difference,
    };
    let closest = |neighbour: likemind::Neighbour| ClosestView {
        neighbour: moment.names().user(neighbour.index.user()).to_owned(),
        similarity: neighbour.similarity,
        overlap: neighbour.overlap,
    };
    FactsView {
        user,
        ratings: facts.ratings,
        mean: facts.mean,
        generosity: facts.generosity,
        genres: facts.genres.into_iter().map(genre).collect(),
        decades: facts.decades.into_iter().map(decade).collect(),
        most_different: facts.most_different.map(different),
        usualness: facts.usualness,
        closest: facts.closest.map(closest),
        histogram: bins(facts.histogram),
    }
}
