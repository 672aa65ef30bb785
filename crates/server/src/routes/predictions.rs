//! What is to be expected of a person.

use super::{RatingPath, Routes};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path};
use crate::problem::Answer;
use axum::extract::State;
use likemind::{Model, Source};
use likemind_engine::{Moment, Naming};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::routes;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(predict))
}

/// What a user is expected to give to an item.
#[derive(Serialize, ToSchema)]
struct Predicted {
    /// The user's id.
    user: String,
    /// The item's id.
    item: String,
    /// The item's title, where known.
    title: Option<String>,
    /// The expected rating, on the scale.
    prediction: f64,
    /// How many neighbours it is made of.
    raters: usize,
    /// How much they are worth together, 0 to 1.
    confidence: Option<f64>,
    /// `neighbours`, or what stands in for them: `baseline`.
    #[schema(value_type = String, example = "neighbours")]
    source: Source,
}

/// What a user would give to an item
#[utoipa::path(get, path = "/v1/users/{user}/predictions/{item}", tag = "recommendations", params(RatingPath), responses(
    (status = 200, description = "The prediction", body = Predicted)
))]
async fn predict(
    State(app): State<Arc<App>>,
    Path(RatingPath { user, item }): Path<RatingPath>,
) -> Answer<Json<Predicted>> {
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
    app.engine()?.answer(Effort::Light, work).await
}
