//! `likemind models`

use crate::args::Shared;
use crate::commands::fit;
use crate::database;
use crate::output::{self, Field, Record};
use anyhow::Result;
use clap::{Args, Subcommand};
use likemind_store::{ModelId, ModelInfo};
use serde::Serialize;

/// Lists, activates or deletes stored models
#[derive(Args)]
pub(crate) struct Models {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// All stored models, oldest first
    List,
    /// Makes a stored model answer for its side: rollback, or forward again
    Activate {
        /// The model's number
        model: ModelId,
    },
    /// Deletes a model that is not active
    Delete {
        /// The model's number
        model: ModelId,
    },
}

#[derive(Serialize)]
struct Listed {
    model: ModelId,
    #[serde(flatten)]
    info: ModelInfo,
}

impl Record for Listed {
    const COLUMNS: &'static [&'static str] =
        &["model", "side", "active", "parameters", "rows", "pairs", "seconds", "digest"];

    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::text(self.model.to_string()),
            Field::text(self.info.side.to_string()),
            Field::text(if self.info.active { "yes" } else { "no" }),
            Field::text(fit::describe(&self.info)),
            Field::Count(self.info.rows),
            Field::Count(self.info.pairs),
            Field::Real(Some(self.info.seconds)),
            Field::Digest(&self.info.digest),
        ]
    }
}

impl Models {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        let store = database::open(shared.db()).await?;
        match self.action {
            Action::List => {}
            Action::Activate { model } => store.activate_model(model).await?,
            Action::Delete { model } => store.delete_model(model).await?,
        }
        let models = store.models().await?;
        let listed: Vec<_> =
            models.into_iter().map(|info| Listed { model: info.id, info }).collect();
        output::many(shared.format, &listed)
    }
}
