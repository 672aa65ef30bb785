//! Predicted ratings.

use super::model_kind::PredictorName;
use super::{RatingPath, Routes};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path, Query};
use crate::known::Conditional;
use crate::problem::Answer;
use axum::extract::State;
use axum::response::Response;
use likemind::{Model, Source};
use likemind_engine::{ModelChoice, Moment, Naming, NotOpinions};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(predict))
}

/// Options of a prediction.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PredictionQuery {
    /// Kind of the model that predicts. By default item kriging, or else neighbours.
    #[param(inline)]
    model_kind: Option<PredictorName>,
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
    /// Interval that contains the rating with a probability of 80 %; null unless item kriging predicts.
    interval: Option<[f64; 2]>,
    /// Number of the model that predicts.
    model: i64,
    /// Kind of the model that predicts: `item-kriging` or `neighbours`.
    model_kind: &'static str,
    /// Number of neighbours, or of ratings of the user, that it is computed from.
    raters: usize,
    /// 0 to 1. Of neighbours Σs/(1 + Σs), with their similarities s; of item kriging the share of the
    /// variance that the user's ratings explain.
    confidence: Option<f64>,
    /// `neighbours`, or the fallback: `baseline`.
    #[schema(value_type = String, example = "neighbours")]
    source: Source,
}

/// The predicted rating of a user for an item
#[utoipa::path(get, path = "/v1/users/{user}/predictions/{item}", tag = "recommendations", params(RatingPath, PredictionQuery), responses(
    (status = 200, description = "The prediction", body = Predicted)
))]
async fn predict(
    State(app): State<Arc<App>>,
    request: Conditional,
    Path(RatingPath { user, item }): Path<RatingPath>,
    Query(PredictionQuery { model_kind }): Query<PredictionQuery>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        NotOpinions::check(moment.matrix().scale())?;
        let person = moment.person(user.as_str())?;
        let index = moment.item(item.as_str())?;
        let kind = model_kind.map(PredictorName::into);
        let model = moment.predicting(ModelChoice { kind, side: None }, &person)?;
        let prediction = model.session(&person)?.predict(index);
        Ok(Json(Predicted {
            user: user.into_string(),
            item: item.into_string(),
            title: moment.names().info(index).title.clone(),
            prediction: prediction.rating,
            interval: prediction.interval,
            model: model.id.0,
            model_kind: model.kind.name(),
            raters: prediction.raters,
            confidence: prediction.confidence,
            source: prediction.source,
        }))
    };
    app.engine()?.respond(Effort::Light, request, work).await
}
