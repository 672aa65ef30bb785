//! `likemind predict`

use crate::args::{PredictionArgs, Shared};
use crate::engine::{self, Engine};
use crate::output::{self, Field, Record};
use anyhow::Result;
use clap::Args;
use likemind::{Predictor, Profile, Side, Source};
use likemind_store::Store;
use serde::Serialize;

/// Predicts what a user would give to an item
///
/// From the stored neighbours that rated the item; the source says so, or names the fallback.
#[derive(Args)]
pub(crate) struct Predict {
    /// The user's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    user: String,
    /// The item's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    item: String,
    /// Whose neighbours to predict by [default: users, else items, whichever has a model]
    #[arg(long)]
    side: Option<Side>,
    #[command(flatten)]
    rule: PredictionArgs,
}

#[derive(Serialize)]
struct Predicted {
    user: String,
    item: String,
    prediction: f64,
    raters: u64,
    confidence: Option<f64>,
    source: Source,
}

impl Record for Predicted {
    const COLUMNS: &'static [&'static str] =
        &["user", "item", "prediction", "raters", "confidence", "source"];

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::Text(self.user.clone()),
            Field::Text(self.item.clone()),
            Field::Real(Some(self.prediction)),
            Field::Count(self.raters),
            Field::Real(self.confidence),
            Field::Text(self.source.name().to_owned()),
        ]
    }
}

impl Predict {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        let store = Store::open_existing(shared.db()).await?;
        let user = engine::user(&store, &self.user).await?;
        let item = engine::item(&store, &self.item).await?;
        let engine = Engine::open(&store, self.side).await?;
        let view = engine.view();
        let person = Profile::of_user(view.matrix(), user);
        let prediction = engine.predictor(&view, &self.rule)?.predict(&person, item);
        let predicted = Predicted {
            user: self.user,
            item: self.item,
            prediction: prediction.rating,
            raters: prediction.terms.len() as u64,
            confidence: prediction.confidence,
            source: prediction.source,
        };
        output::one(shared.format, &predicted)
    }
}
