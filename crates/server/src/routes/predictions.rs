//! Predicted ratings.

use super::{RatingPath, Routes};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path};
use crate::known::Conditional;
use crate::problem::Answer;
use axum::extract::State;
use axum::response::Response;
use likemind::{Model, Source};
use likemind_engine::{Moment, Naming};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(predict))
}

/// The predicted rating of a user for an item.
#[derive(Serialize, ToSchema)]
struct Predicted {
    /// The user's id.
    user: String,
    /// The item's id.
    item: String,
    /// The title of the item; null if unknown.
    title: Option<String>,
    /// The predicted rating, within the scale.
    prediction: f64,
    /// Number of neighbours that it is computed from.
    raters: usize,
    /// Σs/(1 + Σs) of their similarities s, 0 to 1.
    confidence: Option<f64>,
    /// `neighbours`, or the fallback: `baseline`.
    #[schema(value_type = String, example = "neighbours")]
    source: Source,
}

/// The predicted rating of a user for an item
#[utoipa::path(get, path = "/v1/users/{user}/predictions/{item}", tag = "recommendations", params(RatingPath), responses(
    (status = 200, description = "The prediction", body = Predicted)
))]
async fn predict(
    State(app): State<Arc<App>>,
    request: Conditional,
    Path(RatingPath { user, item }): Path<RatingPath>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        let person = moment.person(user.as_str())?;
        let index = moment.item(item.as_str())?;
        let model = moment.model(None)?;
        let prediction = moment.answers(&model).session(&person)?.predict(index);
        Ok(Json(Predicted {
            user: user.into_string(),
            item: item.into_string(),
            title: moment.names().info(index).title.clone(),
            prediction: prediction.rating,
            raters: prediction.raters,
            confidence: prediction.confidence,
            source: prediction.source,
        }))
    };
    app.engine()?.respond(Effort::Light, request, work).await
}
