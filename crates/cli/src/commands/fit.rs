//! `likemind fit`

mod detach;
mod dry_run;

use crate::args::{NeighbourArgs, Shared};
use crate::client::ServerArgs;
use crate::database;
use crate::fitting::{fit, plain_options};
use crate::messages::note;
use crate::output::Output;
use crate::values;
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use likemind::{KrigingOptions, ModelParameters, RatingScale, RidgeOptions, Side};
use likemind_engine::FitOptions;
use likemind_store::ModelSpec;
use std::time::Duration;

/// Fits a model, by default the neighbours of all users
///
/// Compares all pairs, keeps the nearest neighbours of every row, and makes them the active model.
/// Other kinds of models learn from all ratings how items go together, for better predictions or
/// recommendations; they hold for people and ratings that come later.
#[derive(Args)]
pub(crate) struct Fit {
    /// Kind of the model
    #[arg(long, value_enum, default_value_t = Kind::Neighbours)]
    model: Kind,
    /// Side of the neighbours [default: users]
    #[arg(long, value_enum)]
    side: Option<Sides>,
    /// With --model item-kriging, ridge or all: uses the default constants, instead of choosing
    /// them on held-out training ratings
    #[arg(long)]
    fixed_constants: bool,
    #[command(flatten)]
    neighbours: NeighbourArgs,
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = values::threads())]
    threads: Option<usize>,
    /// Interval between checkpoints (half of it before the first), which bounds the work that a
    /// crash can lose
    #[arg(long, value_name = "SECONDS", default_value_t = FitOptions::CHECKPOINT_EVERY.as_secs_f64(), value_parser = values::interval)]
    checkpoint_every: f64,
    /// Pause of each thread after every tile, to leave processor time to others
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = values::rest)]
    rest: f64,
    /// Number of models of a kind and side to keep: the new one, the one it replaces, then the most
    /// recent
    #[arg(long, value_name = "N", default_value_t = FitOptions::KEEP_MODELS as u16, value_parser = clap::value_parser!(u16).range(1..))]
    keep_models: u16,
    /// Only estimates the number of pairs, the time and the memory
    #[arg(long)]
    dry_run: bool,
    /// Starts the job in a running service (--server, or the default address) and does not wait for
    /// it
    #[arg(long, conflicts_with_all = ["threads", "checkpoint_every", "rest", "keep_models", "dry_run"])]
    detach: bool,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Kind {
    /// The nearest neighbours of users or items
    #[value(alias = "knn")]
    Neighbours,
    /// Predicts ratings from all ratings of a person at once
    ItemKriging,
    /// Ranks items by all ratings of a person at once
    Ridge,
    /// All of these, one after the other, for the best recommendations and predictions; for counts
    /// without item kriging
    All,
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

impl Kind {
    fn has_neighbours(self) -> bool {
        matches!(self, Self::Neighbours | Self::All)
    }
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
    fn options(&self, spec: ModelSpec) -> Result<FitOptions> {
        Ok(plain_options(spec)?
            .with_threads(self.threads)
            .with_checkpoint_every(Duration::from_secs_f64(self.checkpoint_every))
            .with_rest(Duration::from_secs_f64(self.rest))
            .with_keep_models(self.keep_models.into()))
    }

    /// The parameters of neighbours, by side, for ratings on this scale.
    fn neighbours(&self, scale: Option<RatingScale>) -> Result<Vec<ModelParameters>> {
        let sides = self.side.unwrap_or(Sides::Users).list().iter();
        let of_side = |&side| self.neighbours.options(side, scale).check();
        Ok(sides.map(of_side).collect::<Result<_, _>>()?)
    }

    /// The models to fit to ratings on this scale.
    fn specs(&self, scale: Option<RatingScale>) -> Result<Vec<ModelSpec>> {
        let has_counts = scale.is_some_and(|scale| scale.has_counts());
        let search = !self.fixed_constants;
        let mut specs = Vec::new();
        if self.model.has_neighbours() {
            specs.extend(self.neighbours(scale)?.into_iter().map(ModelSpec::from));
        }
        if self.model == Kind::ItemKriging || (self.model == Kind::All && !has_counts) {
            specs.push(KrigingOptions::default().with_search(search).into());
        }
        if matches!(self.model, Kind::Ridge | Kind::All) {
            specs.push(RidgeOptions::default().with_search(search).into());
        }
        Ok(specs)
    }

    /// Rejects options of models other than those to fit.
    fn check_options(&self) -> Result<()> {
        if self.model == Kind::Neighbours && self.fixed_constants {
            bail!(
                "expected --fixed-constants with --model item-kriging, ridge or all, found it alone"
            );
        }
        let side = self.side.map(|_| "--side");
        match side.or_else(|| self.neighbours.first_given()) {
            Some(option) if !self.model.has_neighbours() => {
                bail!("expected --model neighbours or all with {option}, found another model")
            }
            _ => Ok(()),
        }
    }

    /// Writes notes about what is different for counts.
    fn note_counts(&self, scale: Option<RatingScale>) {
        let Some(scale) = scale.filter(RatingScale::has_counts) else { return };
        if self.model.has_neighbours() && !self.neighbours.similarity.has_measure() {
            note(format_args!(
                "the ratings are counts ({scale}), so neighbours are compared by who has which items \
                 (--measure binary-cosine); --measure pcs compares how often"
            ));
        }
        if self.model == Kind::All {
            note(format_args!(
                "no item kriging: it predicts opinions, and counts are not opinions"
            ));
        }
    }

    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        self.check_options()?;
        // Invalid options are reported even if there is no database.
        let specs = self.specs(None)?;
        if self.detach || self.server.server.is_some() {
            if !self.detach {
                bail!("expected --detach with --server: a service runs the job on its own");
            }
            if self.fixed_constants {
                bail!("expected no --fixed-constants with --detach: a service chooses constants");
            }
            return detach::run(
                &self.server.or_default()?,
                &specs,
                self.neighbours.similarity.has_measure(),
                out,
            );
        }
        if self.dry_run && self.model != Kind::Neighbours {
            bail!("expected --dry-run with --model neighbours: only their cost can be estimated");
        }
        let store = database::open(&shared.db()).await?;
        if self.dry_run {
            let matrix = store.matrix().await?;
            store.close().await;
            let parameters = self.neighbours(Some(*matrix.scale()))?;
            return dry_run::run(&matrix, &parameters, self.threads, out);
        }
        let scale = store.summary().await?.scale;
        self.note_counts(scale);
        let mut fitted = Vec::new();
        for spec in self.specs(scale)? {
            fitted.push(fit(&store, self.options(spec)?, shared.progress).await?);
        }
        store.close().await;
        match &fitted[..] {
            [one] => out.one(one),
            several => out.many(several),
        }
    }
}
