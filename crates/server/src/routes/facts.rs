//! What is remarkable about a person.

use super::{Routes, UserPath};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path};
use crate::histogram::{Bin, bins};
use crate::problem::Answer;
use axum::extract::State;
use likemind::Facts;
use likemind_engine::{Moment, Naming};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(facts))
}

/// What a person's ratings say, beside those of others.
#[derive(Serialize, ToSchema)]
struct FactsView {
    /// The user's id.
    user: String,
    /// How many ratings the user gave.
    ratings: usize,
    /// Their mean; null without any.
    mean: Option<f64>,
    /// The user's mean less the mean that the same items have from all who rated them.
    generosity: Option<f64>,
    /// Genres of which the user rated at least three, by falling difference.
    genres: Vec<GenreView>,
    /// Decades of which the user rated at least three, by falling difference.
    decades: Vec<DecadeView>,
    /// The item where the user differs most from everyone else.
    most_different: Option<DifferentView>,
    /// PCS between the user's ratings and the items' means by others: 1 is to rate as everyone does.
    usualness: Option<f64>,
    /// The most similar neighbour of the active model of users.
    closest: Option<ClosestView>,
    /// How often the user gave each rating, in ascending order.
    histogram: Vec<Bin>,
}

/// How the user rates one genre.
#[derive(Serialize, ToSchema)]
struct GenreView {
    /// The genre.
    genre: String,
    /// How many of its items the user rated.
    count: usize,
    /// The mean of these ratings.
    mean: f64,
    /// That mean less the mean of all ratings of the user.
    difference: f64,
}

/// How the user rates what was released in one decade.
#[derive(Serialize, ToSchema)]
struct DecadeView {
    /// Its first year.
    decade: i32,
    /// How many of its items the user rated.
    count: usize,
    /// The mean of these ratings.
    mean: f64,
    /// That mean less the mean of all ratings of the user.
    difference: f64,
}

/// The item where a user differs most from everyone else.
#[derive(Serialize, ToSchema)]
struct DifferentView {
    /// Its id.
    item: String,
    /// Its title, where known.
    title: Option<String>,
    /// What the user gave.
    rating: f64,
    /// The mean of what the others gave.
    mean: f64,
    /// `rating` less `mean`.
    difference: f64,
}

/// The most similar neighbour.
#[derive(Serialize, ToSchema)]
struct ClosestView {
    /// Its id.
    neighbour: String,
    /// How similar.
    similarity: f64,
    /// How many items both rated.
    overlap: u32,
}

/// Facts about a user: how generous, which genres and decades, how usual, whose like
#[utoipa::path(get, path = "/v1/users/{user}/facts", tag = "users", params(UserPath), responses(
    (status = 200, description = "The facts", body = FactsView)
))]
async fn facts(State(app): State<Arc<App>>, Path(path): Path<UserPath>) -> Answer<Json<FactsView>> {
    let work = move |moment: &Moment<'_>| {
        let user = moment.user(path.user.as_str())?;
        Ok(Json(view(moment, path.user.into_string(), moment.facts(user))))
    };
    app.engine()?.answer(Effort::Heavy, work).await
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
