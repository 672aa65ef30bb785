//! What is asked for, in the query or in the body.

use crate::engine::{Effort, Engine};
use crate::extract::within;
use crate::problem::{Answer, Problem};
use crate::routes::model_kind::RankerName;
use crate::routes::side::SideName;
use likemind::Side;
use likemind_engine::{ItemFilter, ModelChoice, Years};
use likemind_store::ModelKind;
use serde::Deserialize;
use utoipa::IntoParams;

/// Default and maximum number of recommendations.
const DEFAULT: u32 = 10;
const MAX: u32 = 1_000;
/// Maximum number of recommendations that count as a light request.
const LIGHT: u32 = 100;

/// Options of recommendations to a user.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RecommendationQuery {
    /// Number of items.
    #[param(minimum = 1, maximum = 1000, default = 10)]
    n: Option<u32>,
    /// Whether to include the reasons.
    #[serde(default)]
    #[param(default = false)]
    explain: bool,
    /// Only items of this genre, ignoring case.
    genre: Option<String>,
    /// Only items of these years: `1990-1999`, `1990-`, `-1999` or `1999`.
    #[param(
        pattern = "^([0-9]{1,9}|[0-9]{1,9}-|-[0-9]{1,9}|[0-9]{1,9}-[0-9]{1,9})$",
        example = "1990-1999"
    )]
    years: Option<String>,
    /// Only items with at least this predicted rating; the lowest rating of the scale allows all.
    /// By default items predicted below the person's mean are left out, unless there are too few
    /// others.
    min_prediction: Option<f64>,
    /// Whether to include items that the user has rated.
    #[serde(default)]
    #[param(default = false)]
    include_rated: bool,
    /// Only neighbours of this side. By default ridge regression ranks, or else the neighbours of
    /// users, or else of items.
    #[param(inline)]
    side: Option<SideName>,
    /// Only models of this kind.
    #[param(inline)]
    model_kind: Option<RankerName>,
}

/// A validated request.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) n: u32,
    pub(super) explain: bool,
    pub(super) filter: ItemFilter,
    pub(super) least_prediction: Option<f64>,
    pub(super) with_rated: bool,
    pub(super) choice: ModelChoice,
}

impl TryFrom<RecommendationQuery> for Request {
    type Error = Problem;

    fn try_from(query: RecommendationQuery) -> Answer<Self> {
        let RecommendationQuery { n, explain, genre, years, min_prediction, .. } = query;
        let filter = ItemFilter::default().with_genres(genre.into_iter().collect());
        Ok(Self {
            n: checked_count(n)?,
            explain,
            filter: filter.with_years(checked_years(years)?),
            least_prediction: min_prediction.map(checked_prediction).transpose()?,
            with_rated: query.include_rated,
            choice: checked_choice(query.model_kind, query.side)?,
        })
    }
}

impl Request {
    /// Recommendations by items are heavy, as they walk the lists of all items that the person
    /// rated; so are those by models of all items, and those with conditions that many items may
    /// fail.
    pub(super) fn effort(&self, engine: &Engine) -> Effort {
        let by_users = engine.answers_by_users(self.choice);
        let is_short = self.n <= LIGHT && !self.explain && self.least_prediction.is_none();
        if by_users && is_short { Effort::Light } else { Effort::Heavy }
    }
}

/// The number of items: `n`, or the default.
pub(super) fn checked_count(n: Option<u32>) -> Answer<u32> {
    within("n", n.unwrap_or(DEFAULT), 1, MAX)
}

/// The models that answer. A side is that of neighbours.
pub(super) fn checked_choice(
    kind: Option<RankerName>,
    side: Option<SideName>,
) -> Answer<ModelChoice> {
    if let (Some(RankerName::Ridge), Some(_)) = (kind, side) {
        let detail = "expected no side with the model kind ridge, found one";
        return Err(Problem::unprocessable(detail));
    }
    Ok(ModelChoice { kind: kind.map(ModelKind::from), side: side.map(Side::from) })
}

pub(super) fn checked_years(years: Option<String>) -> Answer<Option<Years>> {
    let parsed = years.map(|years| years.parse()).transpose();
    parsed.map_err(|error: likemind_engine::YearsError| Problem::bad(error.to_string()))
}

/// Rejects NaN and infinities, which numbers in a query can be.
fn checked_prediction(least: f64) -> Answer<f64> {
    if least.is_finite() {
        return Ok(least);
    }
    Err(Problem::bad(format!("expected a finite min_prediction, found {least}")))
}
