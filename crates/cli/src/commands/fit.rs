//! `likemind fit`

mod dry_run;

use crate::args::{NeighbourArgs, Shared, in_pool};
use crate::output::{self, Field, Record};
use crate::progress::{ProgressMode, Reporter};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use likemind::{AllPairs, Kernel, ModelParameters, RatingMatrix, Side};
use likemind_store::{ModelId, ModelInfo, NewModel, Store};
use serde::Serialize;
use std::time::Instant;

/// Compares all pairs, keeps the most similar neighbours of each, and makes them the active model.
#[derive(Args)]
pub(crate) struct Fit {
    /// Whose neighbours
    #[arg(long, value_enum, default_value_t = Sides::Users)]
    side: Sides,
    #[command(flatten)]
    neighbours: NeighbourArgs,
    /// How many threads to use [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Computes nothing, but says how many pairs there are, and how long they would take, in how
    /// much memory
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sides {
    /// Of users
    Users,
    /// Of items
    Items,
    /// Of users, then of items: two models
    Both,
}

impl Sides {
    fn list(self) -> &'static [Side] {
        match self {
            Self::Users => &[Side::Users],
            Self::Items => &[Side::Items],
            Self::Both => &[Side::Users, Side::Items],
        }
    }
}

/// A model that was made.
#[derive(Serialize)]
pub(crate) struct Fitted {
    model: ModelId,
    side: Side,
    rows: u64,
    pairs: u64,
    seconds: f64,
    digest: String,
}

impl Record for Fitted {
    const COLUMNS: &'static [&'static str] =
        &["model", "side", "rows", "pairs", "seconds", "digest"];

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::Text(self.model.to_string()),
            Field::Text(self.side.to_string()),
            Field::Count(self.rows),
            Field::Count(self.pairs),
            Field::Real(Some(self.seconds)),
            Field::Text(self.digest.clone()),
        ]
    }
}

impl Fitted {
    /// One line for people.
    pub(crate) fn summary(&self) -> String {
        let pairs = output::grouped(self.pairs);
        format!(
            "{pairs} pairs in {:.2} s: model {} is stored and active.",
            self.seconds, self.model
        )
    }
}

impl Fit {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        if self.threads == Some(0) {
            bail!("expected --threads of at least 1, found 0");
        }
        let sides = self.side.list().iter();
        let parameters: Vec<ModelParameters> =
            sides.map(|&side| self.neighbours.options(side).check()).collect::<Result<_, _>>()?;
        let store = Store::open_existing(shared.db()).await?;
        let matrix = store.matrix().await?;
        if self.dry_run {
            store.close().await;
            return dry_run::run(&matrix, &parameters, self.threads, shared);
        }
        let mut fitted = Vec::new();
        for parameters in parameters {
            fitted.push(fit(&store, &matrix, parameters, self.threads, shared.progress).await?);
        }
        store.close().await;
        match &fitted[..] {
            [one] => output::one(shared.format, one),
            several => output::many(shared.format, several),
        }
    }
}

/// Computes a model and makes it the active one.
pub(crate) async fn fit(
    store: &Store,
    matrix: &RatingMatrix,
    parameters: ModelParameters,
    threads: Option<usize>,
    progress: ProgressMode,
) -> Result<Fitted> {
    let data_digest = store.data_digest().await?;
    let sequence = store.summary().await?.sequence;
    let kernel = forced_kernel()?;
    let start = Instant::now();
    let (index, pairs) = in_pool(threads, || {
        let all_pairs = AllPairs::with_kernel(matrix, parameters, kernel);
        let pairs = all_pairs.pairs();
        let reporter = Reporter::new(progress, "comparing", "pairs", pairs);
        all_pairs.run(&reporter).map(|index| (index, pairs))
    })??;
    let seconds = start.elapsed().as_secs_f64();
    let digest = index.digest();
    let model = NewModel {
        parameters: &parameters,
        index: &index,
        digest: &digest,
        data_digest: &data_digest,
        sequence,
        pairs,
        seconds,
    };
    let saving = Reporter::new(progress, "saving", "lists", index.rows() as u64);
    let model = store.save_model(model, &mut |progress| saving.set(progress.done)).await?;
    let side = parameters.side();
    Ok(Fitted { model, side, rows: index.rows() as u64, pairs, seconds, digest })
}

/// The kernel that the environment asks for.
fn forced_kernel() -> Result<Option<Kernel>> {
    match std::env::var("LIKEMIND_KERNEL") {
        Ok(name) if !name.is_empty() => {
            Ok(Some(Kernel::named(&name).context("in the variable LIKEMIND_KERNEL")?))
        }
        _ => Ok(None),
    }
}

/// One line on a model for people.
pub(crate) fn describe(info: &ModelInfo) -> String {
    let options = info.parameters.options();
    let similarity = options.similarity;
    format!("{} {} k={}", similarity.measure, similarity.weighting, options.k)
}
