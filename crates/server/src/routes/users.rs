//! People: who there is, and forgetting them.

use super::{Routes, UserPath};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path, Query};
use crate::part::Part;
use crate::problem::Answer;
use axum::extract::State;
use likemind::{Side, UserIdx};
use likemind_engine::{Moment, Naming};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// How many are listed.
const USUAL: u32 = 20;
const MOST: u32 = 100;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(user, forget))
}

/// Which users.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Sought {
    /// A part of the id; all have an empty text.
    #[serde(default)]
    #[param(default = "")]
    query: String,
}

/// Some users.
#[derive(Serialize, ToSchema)]
struct Users {
    /// In the order of their first appearance.
    users: Vec<UserLine>,
    /// How many fit in all.
    total: usize,
}

/// A user.
#[derive(Serialize, ToSchema)]
struct UserLine {
    /// The id.
    user: String,
    /// How many ratings the user gave.
    ratings: usize,
}

/// Users, found by a part of their id
#[utoipa::path(get, path = "/v1/users", tag = "users", params(Sought, Part<USUAL, MOST>), responses(
    (status = 200, description = "At most 100 users", body = Users)
))]
async fn list(
    State(app): State<Arc<App>>,
    Query(sought): Query<Sought>,
    Part(slice): Part<USUAL, MOST>,
) -> Answer<Json<Users>> {
    let work = move |moment: &Moment<'_>| {
        let rows = moment.matrix().rows(Side::Users);
        let found = moment.find_users(&sought.query);
        let listed = |&user: &UserIdx| UserLine {
            user: moment.names().user(user).to_owned(),
            ratings: rows.row_len(user),
        };
        let users = slice.of(&found).iter().map(listed).collect();
        Ok(Json(Users { users, total: found.len() }))
    };
    app.engine()?.answer(Effort::Heavy, work).await
}

/// A user.
#[derive(Serialize, ToSchema)]
struct User {
    /// The id.
    user: String,
    /// How many ratings the user gave.
    ratings: usize,
    /// Their mean; null without any.
    mean: Option<f64>,
}

/// A user
#[utoipa::path(get, path = "/v1/users/{user}", tag = "users", params(UserPath), responses(
    (status = 200, description = "The user", body = User)
))]
async fn user(State(app): State<Arc<App>>, Path(path): Path<UserPath>) -> Answer<Json<User>> {
    let work = move |moment: &Moment<'_>| {
        let person = moment.person(path.user.as_str())?;
        let (ratings, mean) = (person.ratings().len(), person.mean());
        Ok(Json(User { user: path.user.into_string(), ratings, mean }))
    };
    app.engine()?.answer(Effort::Light, work).await
}

/// What forgetting did.
#[derive(Serialize, ToSchema)]
struct Forgotten {
    /// How many ratings went.
    ratings: u64,
    /// The data set's sequence after it.
    sequence: u64,
    /// Whether nothing of the person is left in the database's file. If not, another process still
    /// reads it as it was, and the service overwrites what is left when that is over.
    erased: bool,
}

/// Forgets a person: all ratings, and the id
#[utoipa::path(delete, path = "/v1/users/{user}", tag = "users", params(UserPath), responses(
    (status = 200, description = "The person is forgotten", body = Forgotten)
))]
async fn forget(
    State(app): State<Arc<App>>,
    Path(path): Path<UserPath>,
) -> Answer<Json<Forgotten>> {
    let live = app.engine()?.live().clone();
    let forgotten =
        app.run_to_completion(async move { Ok(live.forget(path.user.as_str()).await?) }).await?;
    let likemind_store::Forgotten { ratings, sequence, erased, .. } = forgotten;
    Ok(Json(Forgotten { ratings, sequence, erased }))
}
