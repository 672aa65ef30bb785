//! `likemind fit`

mod detach;
mod dry_run;

use crate::args::{NeighbourArgs, Shared};
use crate::client::ServerArgs;
use crate::database;
use crate::fitting::{fit, plain_options};
use crate::output::Output;
use crate::values;
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use likemind::{ModelParameters, Side};
use likemind_engine::FitOptions;
use std::time::Duration;

/// Precomputes the neighbours of all users (or items)
///
/// Compares all pairs, keeps the nearest neighbours of every row, and makes them the active model.
#[derive(Args)]
pub(crate) struct Fit {
    /// Side of the model
    #[arg(long, value_enum, default_value_t = Sides::Users)]
    side: Sides,
    #[command(flatten)]
    neighbours: NeighbourArgs,
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = values::threads())]
    threads: Option<usize>,
    /// Interval between checkpoints (half of it before the first), which bounds the work that a crash can
    /// lose
    #[arg(long, value_name = "SECONDS", default_value_t = FitOptions::CHECKPOINT_EVERY.as_secs_f64(), value_parser = values::interval)]
    checkpoint_every: f64,
    /// Pause of each thread after every tile, to leave processor time to others
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = values::rest)]
    rest: f64,
    /// Number of models of a side to keep: the new one, the one it replaces, then the most recent
    #[arg(long, value_name = "N", default_value_t = FitOptions::KEEP_MODELS as u16, value_parser = clap::value_parser!(u16).range(1..))]
    keep_models: u16,
    /// Only estimates the number of pairs, the time and the memory
    #[arg(long)]
    dry_run: bool,
    /// Starts the job in a running service (--server, or the default address) and does not wait for it
    #[arg(long, conflicts_with_all = ["threads", "checkpoint_every", "rest", "keep_models", "dry_run"])]
    detach: bool,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sides {
    /// Neighbours of users
    Users,
    /// Neighbours of items
    Items,
    /// Both, as two models
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

impl Fit {
    fn options(&self, parameters: ModelParameters) -> Result<FitOptions> {
        Ok(plain_options(parameters)?
            .with_threads(self.threads)
            .with_checkpoint_every(Duration::from_secs_f64(self.checkpoint_every))
            .with_rest(Duration::from_secs_f64(self.rest))
            .with_keep_models(self.keep_models.into()))
    }

    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let sides = self.side.list().iter();
        let parameters: Vec<ModelParameters> =
            sides.map(|&side| self.neighbours.options(side).check()).collect::<Result<_, _>>()?;
        if self.detach || self.server.server.is_some() {
            if !self.detach {
                bail!("expected --detach with --server: a service runs the job on its own");
            }
            return detach::run(&self.server.or_default()?, &parameters, out);
        }
        let store = database::open(&shared.db()).await?;
        if self.dry_run {
            let matrix = store.matrix().await?;
            store.close().await;
            return dry_run::run(&matrix, &parameters, self.threads, out);
        }
        let mut fitted = Vec::new();
        for parameters in parameters {
            fitted.push(fit(&store, self.options(parameters)?, shared.progress).await?);
        }
        store.close().await;
        match &fitted[..] {
            [one] => out.one(one),
            several => out.many(several),
        }
    }
}
