//! `likemind models`

use crate::args::Shared;
use crate::database;
use crate::output::Output;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::Result;
use clap::{Args, Subcommand};
use likemind_engine::{ModelState, models};
use likemind_store::{ModelId, ModelInfo, ModelSpec};
use serde::Serialize;

/// Lists, activates or deletes stored models
#[derive(Args)]
pub(crate) struct Models {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Lists all stored models, oldest first, and how far they are behind the ratings
    ///
    /// A model is exact if it answers as if it had just been fitted, even if its stored lists are some
    /// changes behind: they are brought up to date when they are read. Models of other kinds than neighbours
    /// answer for later ratings and people too, from what they learnt. An import can be a single change.
    List,
    /// Makes a stored model the active one of its kind and side, for example as a rollback
    Activate {
        /// Number of the model
        model: ModelId,
    },
    /// Deletes a model that is not active
    Delete {
        /// Number of the model
        model: ModelId,
    },
}

#[derive(Serialize)]
struct Listed {
    model: ModelId,
    #[serde(flatten)]
    info: ModelInfo,
    exact: bool,
    behind: u64,
}

impl From<ModelState> for Listed {
    fn from(ModelState { info, behind, exact }: ModelState) -> Self {
        Self { model: info.id, info, exact, behind }
    }
}

impl Record for Listed {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("model", |listed| Field::text(listed.model.to_string())),
            column("kind", |listed| Field::text(listed.info.kind.to_string())),
            column("side", |listed| Field::text(listed.info.side.to_string())),
            column("active", |listed| Field::text(if listed.info.active { "yes" } else { "no" })),
            column("exact", |listed| Field::text(if listed.exact { "yes" } else { "no" })),
            column("behind", |listed| Field::Count(listed.behind)),
            column("parameters", |listed| Field::text(describe(&listed.info))),
            column("rows", |listed| Field::Count(listed.info.rows)),
            column("pairs", |listed| Field::Count(listed.info.pairs)),
            column("seconds", |listed| Field::Real(Some(listed.info.seconds))),
            column("digest", |listed| Field::Digest(&listed.info.digest)),
        ]
    }
}

impl Models {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        match self.action {
            Action::List => {}
            Action::Activate { model } => store.activate_model(model).await?,
            Action::Delete { model } => store.delete_model(model).await?,
        }
        let listed: Vec<_> = models(&store).await?.into_iter().map(Listed::from).collect();
        out.many(&listed)
    }
}

/// The parameters of a model, for people.
fn describe(info: &ModelInfo) -> String {
    match &info.parameters {
        ModelSpec::Neighbours(parameters) => {
            let options = parameters.options();
            let similarity = options.similarity;
            format!("{} {} k={}", similarity.measure, similarity.weighting, options.k)
        }
        ModelSpec::ItemKriging(options) => {
            format!("cosine={} ridge={}", options.cosine, options.ridge)
        }
        ModelSpec::Ridge(options) => format!("ridge={:.0}", options.ridge),
        _ => String::new(),
    }
}
