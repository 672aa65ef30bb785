//! How far, and whom, an item divides.

use super::{ItemPath, Routes};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path};
use crate::known::Conditional;
use crate::problem::Answer;
use axum::extract::State;
use axum::response::Response;
use likemind::facts::{Division, GenreDivision};
use likemind_engine::Moment;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(division))
}

/// How far, and whom, an item divides.
#[derive(Serialize, ToSchema)]
struct DivisionView {
    /// The item's id.
    item: String,
    /// The standard deviation of its ratings; null if there are none.
    deviation: Option<f64>,
    /// The share of the other items with a smaller deviation, 0 to 1, among those with at least 20 ratings; null if
    /// this item has fewer.
    wider_than: Option<f64>,
    /// The genres whose fans differ from the other raters by more than chance, by descending difference.
    genres: Vec<GenreDivisionView>,
}

/// The fans of a genre compared with the other raters of an item. Whether a rater is a fan depends on their ratings of
/// other items.
#[derive(Serialize, ToSchema)]
struct GenreDivisionView {
    /// The genre.
    genre: String,
    /// Number of raters whose mean rating of the genre is higher than that of all items.
    fans: usize,
    /// Number of the other raters who have rated at least three items of the genre.
    others: usize,
    /// The mean of the fans' ratings of the item, each minus the person's mean.
    fans_opinion: f64,
    /// The same for the others.
    others_opinion: f64,
    /// `fans_opinion` minus `others_opinion`.
    difference: f64,
}

/// How far, and whom, an item divides
#[utoipa::path(get, path = "/v1/items/{item}/division", tag = "items", params(ItemPath), responses(
    (status = 200, description = "The deviation of its ratings, and the fans of each genre", body = DivisionView)
))]
async fn division(
    State(app): State<Arc<App>>,
    request: Conditional,
    Path(path): Path<ItemPath>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        let item = moment.item(path.item.as_str())?;
        let Division { deviation, wider_than, genres } = moment.division(item);
        let genres = genres.into_iter().map(GenreDivisionView::from).collect();
        Ok(Json(DivisionView { item: path.item.into_string(), deviation, wider_than, genres }))
    };
    app.engine()?.respond(Effort::Heavy, request, work).await
}

impl From<GenreDivision> for GenreDivisionView {
    fn from(of_genre: GenreDivision) -> Self {
        let GenreDivision { genre, fans, others, fans_opinion, others_opinion, difference } =
            of_genre;
        Self { genre, fans, others, fans_opinion, others_opinion, difference }
    }
}
