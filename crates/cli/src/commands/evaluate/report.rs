//! Output of the metrics of an evaluation.

use crate::output::{Format, Output};
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::Result;
use likemind::evaluate::RatingAccuracy;
use likemind_engine::Figures;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A metric with its mean and its value on each held-out set.
#[derive(Serialize)]
struct Figure {
    figure: String,
    mean: f64,
    #[serde(skip)]
    each: Vec<f64>,
}

impl Record for Figure {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("figure", |figure| Field::text(&figure.figure)),
            column("mean", |figure| Field::Real(Some(figure.mean))),
            column("folds", |figure| Field::text(figure.folds())),
        ]
    }
}

impl Figure {
    fn folds(&self) -> String {
        let each: Vec<_> = self.each.iter().map(|value| format!("{value:.4}")).collect();
        each.join(" ")
    }
}

/// All metrics.
pub(crate) struct Report {
    figures: Vec<Figure>,
}

impl Report {
    pub(crate) fn new(sets: &[Figures]) -> Self {
        let at = sets.first().map_or(0, |set| set.ranking.at);
        let figure = |name: String, of: &dyn Fn(&Figures) -> f64| {
            let each: Vec<f64> = sets.iter().map(of).collect();
            let mean = each.iter().sum::<f64>() / each.len() as f64;
            Figure { figure: name, mean, each }
        };
        let accuracy = |name: &str, of: &dyn Fn(&RatingAccuracy) -> f64| {
            figure(name.to_owned(), &|set| set.accuracy.as_ref().map_or(f64::NAN, of))
        };
        let mut figures = Vec::new();
        if sets.iter().any(|set| set.accuracy.is_some()) {
            figures.extend([
                accuracy("rmse", &|accuracy| accuracy.rmse),
                accuracy("mae", &|accuracy| accuracy.mae),
                accuracy("by_neighbours", &|accuracy| accuracy.by_neighbours),
                accuracy("in_interval", &|accuracy| accuracy.in_interval),
            ]);
        }
        // Models without intervals.
        figures.retain(|figure| figure.figure != "in_interval" || !figure.mean.is_nan());
        figures.extend([
            figure(format!("hr@{at}"), &|set| set.ranking.hit_rate),
            figure(format!("precision@{at}"), &|set| set.ranking.precision),
            figure(format!("recall@{at}"), &|set| set.ranking.recall),
            figure(format!("ndcg@{at}"), &|set| set.ranking.ndcg),
            figure(format!("map@{at}"), &|set| set.ranking.map),
            figure(format!("coverage@{at}"), &|set| set.ranking.coverage),
        ]);
        Self { figures }
    }

    /// Writes the metrics. JSON is an object with the mean of each metric, and `folds` with the same fields
    /// for each held-out set.
    pub(crate) fn print(&self, out: &mut Output<'_>) -> Result<()> {
        if out.format() != Format::Json {
            return out.many(&self.figures);
        }
        let sets = self.figures.first().map_or(0, |figure| figure.each.len());
        let object = |value: &dyn Fn(&Figure) -> f64| -> Map<String, Value> {
            let named = self.figures.iter().map(|f| (f.figure.clone(), json!(value(f))));
            named.collect()
        };
        let mut all = object(&|figure| figure.mean);
        let folds: Vec<Value> =
            (0..sets).map(|set| object(&|figure| figure.each[set]).into()).collect();
        all.insert("folds".to_owned(), folds.into());
        out.json(&all)
    }
}
