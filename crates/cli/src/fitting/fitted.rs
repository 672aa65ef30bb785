//! The result of a fit.

use crate::record::{Field, Record, RecordColumn, column};
use crate::text::grouped;
use likemind::evaluate::RankingQuality;
use likemind::kriging::HeldOutErrors;
use likemind::reach::Obstacle;
use likemind::{ModelOptions, Reach, Side};
use likemind_engine::{FitQuality, ItemQuality};
use likemind_store::{ModelId, ModelKind, ModelSpec};
use serde::Serialize;

/// A fitted model.
#[derive(Serialize)]
pub(crate) struct Fitted {
    model: ModelId,
    kind: ModelKind,
    side: Side,
    rows: u64,
    /// Only of neighbours.
    with_neighbours: Option<u64>,
    pairs: u64,
    seconds: f64,
    digest: String,
}

impl Record for Fitted {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("model", |fitted| Field::text(fitted.model.to_string())),
            column("kind", |fitted| Field::text(fitted.kind.to_string())),
            column("side", |fitted| Field::text(fitted.side.to_string())),
            column("rows", |fitted| Field::Count(fitted.rows)),
            column("with_neighbours", |fitted| {
                fitted.with_neighbours.map_or(Field::Text("".into()), Field::Count)
            }),
            column("pairs", |fitted| Field::Count(fitted.pairs)),
            column("seconds", |fitted| Field::Real(Some(fitted.seconds))),
            column("digest", |fitted| Field::text(&fitted.digest)),
        ]
    }
}

impl From<likemind_engine::Fitted> for Fitted {
    fn from(fitted: likemind_engine::Fitted) -> Self {
        let likemind_engine::Fitted { model, kind, side, rows, pairs, seconds, digest, .. } =
            fitted;
        let with_neighbours = match fitted.quality {
            FitQuality::Neighbours(reach) => Some(reach.with_neighbours),
            FitQuality::Items(_) => None,
        };
        Self { model, kind, side, rows, with_neighbours, pairs, seconds, digest }
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

/// A remark on the quality of a model; `None` if there is nothing to say.
pub(super) fn remark(quality: &FitQuality, spec: &ModelSpec) -> Option<String> {
    match (quality, spec) {
        (FitQuality::Neighbours(reach), ModelSpec::Neighbours(parameters)) => {
            warning(reach, parameters.options())
        }
        (FitQuality::Items(quality), _) => quality_of(quality),
        _ => None,
    }
}

/// The quality on held-out training ratings.
fn quality_of(quality: &ItemQuality) -> Option<String> {
    match quality {
        ItemQuality::Kriging { held_out, falls_back } => held_out.map(|errors| {
            let HeldOutErrors { ratings, rmse, baseline_rmse } = errors;
            let ratings = grouped(ratings as u64);
            if *falls_back {
                format!(
                    "item kriging predicts {ratings} held-out ratings no better than the baseline (RMSE \
                     {baseline_rmse:.4}), so the baseline predicts"
                )
            } else {
                format!(
                    "item kriging: RMSE {rmse:.4} on {ratings} held-out ratings, where the baseline alone has {baseline_rmse:.4}"
                )
            }
        }),
        ItemQuality::Ridge { held_out } => held_out.map(|quality| {
            let RankingQuality { at, ndcg, users, .. } = quality;
            let users = grouped(users as u64);
            format!("ridge: nDCG@{at} {ndcg:.4} on held-out ratings of {users} users")
        }),
        _ => None,
    }
}

/// The warning about a model with hardly any neighbours; `None` for others.
fn warning(reach: &Reach, options: &ModelOptions) -> Option<String> {
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
