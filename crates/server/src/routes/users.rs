//! Users: searching, reading and forgetting.

use super::{Routes, UserPath};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path, Query};
use crate::known::Conditional;
use crate::part::Part;
use crate::problem::Answer;
use axum::extract::State;
use axum::response::Response;
use likemind::{Side, UserIdx};
use likemind_engine::{Moment, Naming};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// Default and maximum number of listed entries.
const DEFAULT: u32 = 20;
const MAX: u32 = 100;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(user, forget))
}

/// A search for users.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct UserQuery {
    /// A part of the id; an empty text matches all users.
    #[serde(default)]
    #[param(default = "")]
    query: String,
}

/// A page of users.
#[derive(Serialize, ToSchema)]
struct Users {
    /// In order of their first appearance.
    users: Vec<UserLine>,
    /// Total number of matches.
    total: usize,
}

/// A user.
#[derive(Serialize, ToSchema)]
struct UserLine {
    /// The id.
    user: String,
    /// Number of ratings by the user.
    ratings: usize,
}

/// Users, found by a part of their id
#[utoipa::path(get, path = "/v1/users", tag = "users", params(UserQuery, Part<DEFAULT, MAX>), responses(
    (status = 200, description = "At most 100 users", body = Users)
))]
async fn list(
    State(app): State<Arc<App>>,
    request: Conditional,
    Query(search): Query<UserQuery>,
    Part(slice): Part<DEFAULT, MAX>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        let rows = moment.matrix().rows(Side::Users);
        let found = moment.find_users(&search.query);
        let listed = |&user: &UserIdx| UserLine {
            user: moment.names().user(user).to_owned(),
            ratings: rows.row_len(user),
        };
        let users = slice.of(&found).iter().map(listed).collect();
        Ok(Json(Users { users, total: found.len() }))
    };
    app.engine()?.respond(Effort::Heavy, request, work).await
}

/// A user.
#[derive(Serialize, ToSchema)]
struct User {
    /// The id.
    user: String,
    /// Number of ratings by the user.
    ratings: usize,
    /// Their mean; null if there are none.
    mean: Option<f64>,
}

/// A user
#[utoipa::path(get, path = "/v1/users/{user}", tag = "users", params(UserPath), responses(
    (status = 200, description = "The user", body = User)
))]
async fn user(
    State(app): State<Arc<App>>,
    request: Conditional,
    Path(path): Path<UserPath>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        let person = moment.person(path.user.as_str())?;
        let (ratings, mean) = (person.ratings().len(), person.mean());
        Ok(Json(User { user: path.user.into_string(), ratings, mean }))
    };
    app.engine()?.respond(Effort::Light, request, work).await
}

/// The result of forgetting a user.
#[derive(Serialize, ToSchema)]
struct Forgotten {
    /// Number of removed ratings.
    ratings: u64,
    /// Sequence number of the data set after the change.
    sequence: u64,
    /// Whether the database file contains no more data of the user. If `false`, another process is still
    /// reading an old state, and the service erases the rest afterwards.
    erased: bool,
}

/// Erases a user: all ratings, and the id
#[utoipa::path(delete, path = "/v1/users/{user}", tag = "users", params(UserPath), responses(
    (status = 200, description = "The user is erased", body = Forgotten)
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
