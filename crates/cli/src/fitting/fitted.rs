//! The result of a fit.

use crate::record::{Field, Record, RecordColumn, column};
use crate::text::grouped;
use likemind::reach::Obstacle;
use likemind::{ModelOptions, Reach, Side};
use likemind_store::ModelId;
use serde::Serialize;

/// A fitted model.
#[derive(Serialize)]
pub(crate) struct Fitted {
    model: ModelId,
    side: Side,
    rows: u64,
    with_neighbours: u64,
    pairs: u64,
    seconds: f64,
    digest: String,
}

impl Record for Fitted {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("model", |fitted| Field::text(fitted.model.to_string())),
            column("side", |fitted| Field::text(fitted.side.to_string())),
            column("rows", |fitted| Field::Count(fitted.rows)),
            column("with_neighbours", |fitted| Field::Count(fitted.with_neighbours)),
            column("pairs", |fitted| Field::Count(fitted.pairs)),
            column("seconds", |fitted| Field::Real(Some(fitted.seconds))),
            column("digest", |fitted| Field::text(&fitted.digest)),
        ]
    }
}

impl From<likemind_engine::Fitted> for Fitted {
    fn from(fitted: likemind_engine::Fitted) -> Self {
        let likemind_engine::Fitted { model, side, rows, pairs, seconds, digest, reach, .. } =
            fitted;
        let with_neighbours = reach.with_neighbours;
        Self { model, side, rows, with_neighbours, pairs, seconds, digest }
    }
}

impl Fitted {
    /// A summary in one line.
    pub(crate) fn summary(&self) -> String {
        let pairs = grouped(self.pairs);
        format!(
            "{pairs} pairs in {:.2} s: model {} is stored and active.",
            self.seconds, self.model
        )
    }
}

/// The warning about a model with hardly any neighbours; `None` for others.
pub(super) fn warning(reach: &Reach, options: &ModelOptions) -> Option<String> {
    let why = reach.obstacle?;
    let Reach { side, rated, with_neighbours, .. } = reach;
    let remedy = remedy(why, options);
    Some(format!(
        "{with_neighbours} of {rated} {side} with ratings have a neighbour: {why}; {remedy}"
    ))
}

/// The note about deleted models.
pub(super) fn pruned(models: &[ModelId]) -> String {
    let numbers: Vec<String> = models.iter().map(ModelId::to_string).collect();
    let what = if models.len() == 1 { "model" } else { "models" };
    format!("deleted older {what} {}; --keep-models sets how many are kept", numbers.join(", "))
}

fn remedy(why: Obstacle, options: &ModelOptions) -> String {
    let ModelOptions { side, min_similarity, similarity, .. } = options;
    let by_who_rated = "--measure binary-cosine compares who rated what, instead of how";
    match why {
        Obstacle::AllRatingsEqual | Obstacle::NoVariation => by_who_rated.to_owned(),
        Obstacle::FewRatings | Obstacle::FewShared if similarity.min_overlap > 2 => {
            format!("--min-overlap is {}; it can be 2", similarity.min_overlap)
        }
        Obstacle::FewRatings | Obstacle::FewShared => {
            let other = match side {
                Side::Users => Side::Items,
                Side::Items => Side::Users,
            };
            format!(
                "--side {other} may find more; {by_who_rated}, and with --min-overlap 1 a single \
                 co-rating is enough"
            )
        }
        Obstacle::Unlike => format!(
            "--min-similarity is {min_similarity}; a lower one keeps more (-1 keeps all, including \
             opposites)"
        ),
        _ => "other ratings or another --measure may help".to_owned(),
    }
}
