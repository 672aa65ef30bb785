//! Shared options of commands.

use crate::output::Format;
use crate::progress::ProgressMode;
use anyhow::{Result, bail};
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};
use likemind::{
    Centre, Dialect, Measure, ModelOptions, PredictionOptions, RatingScale, Side, Weighting,
};
use likemind_data::Implicit;
use likemind_engine::{LiveModel, ModelChoice};
use likemind_store::{Location, ModelKind};
use std::path::Path;

/// Heading of the options of all commands.
const EVERY_COMMAND: &str = "Options of every command";

/// Options of all commands.
#[derive(Args)]
pub(crate) struct Shared {
    /// The database file [default: likemind.db]
    #[arg(
        long, global = true, value_name = "PATH", env = "LIKEMIND_DB",
        value_parser = OsStringValueParser::new().try_map(|text| Location::parse(&text)),
        help_heading = EVERY_COMMAND
    )]
    pub(crate) db: Option<Location>,
    /// Format of results on standard output
    #[arg(
        long, global = true, value_enum, default_value_t = Format::Table, help_heading = EVERY_COMMAND
    )]
    pub(crate) format: Format,
    /// Format of progress on standard error; auto draws a bar on a terminal
    #[arg(
        long, global = true, value_enum, default_value_t = ProgressMode::Auto,
        help_heading = EVERY_COMMAND
    )]
    pub(crate) progress: ProgressMode,
}

impl Shared {
    /// The database, by default the one in the current folder.
    pub(crate) fn db(&self) -> Location {
        self.db.clone().unwrap_or_else(|| Path::new("likemind.db").into())
    }
}

/// How rows without ratings are counted.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImplicitChoice {
    /// The rating is the number of rows of the user and the item
    Count,
    /// The rating is 1
    Once,
}

impl From<ImplicitChoice> for Implicit {
    fn from(choice: ImplicitChoice) -> Self {
        match choice {
            ImplicitChoice::Count => Self::Count,
            ImplicitChoice::Once => Self::Once,
        }
    }
}

/// Options of the similarity. The dialect sets the defaults.
#[derive(Args)]
pub(crate) struct SimilarityArgs {
    /// Conventions of a library: likemind, surprise, mymedialite, mahout, lenskit
    #[arg(long, default_value_t = Dialect::Likemind)]
    pub(crate) dialect: Dialect,
    /// Measure: pcs, cosine, msd, jaccard, overlap, binary-cosine, pearson-baseline, centred-cosine
    /// [default: pcs, or binary-cosine for counts]
    #[arg(long)]
    pub(crate) measure: Option<Measure>,
    /// Weighting by the overlap n: none, shrink:50 for n/(n+50), shrink-less-one:100, herlocker:50,
    /// mahout [default: shrink:50]
    #[arg(long)]
    pub(crate) weighting: Option<Weighting>,
    /// Minimum overlap; pairs with fewer co-ratings have no similarity [default: 2]
    #[arg(long, value_name = "N")]
    pub(crate) min_overlap: Option<u32>,
}

impl SimilarityArgs {
    /// Whether a measure is chosen, by name or by a dialect; otherwise the scale decides.
    pub(crate) fn has_measure(&self) -> bool {
        self.measure.is_some() || self.dialect != Dialect::Likemind
    }

    /// The options for a side and for ratings on this scale, unchecked.
    pub(crate) fn options(&self, side: Side, scale: Option<RatingScale>) -> ModelOptions {
        let by_scale = scale.filter(|_| !self.has_measure());
        let measure = self.measure.or(by_scale.map(|scale| Measure::for_scale(&scale)));
        let mut options = self.dialect.options(side, measure);
        let similarity = &mut options.similarity;
        similarity.weighting = self.weighting.unwrap_or(similarity.weighting);
        similarity.min_overlap = self.min_overlap.unwrap_or(similarity.min_overlap);
        options
    }
}

/// Options of the neighbour lists. The dialect sets the defaults.
#[derive(Args)]
pub(crate) struct NeighbourArgs {
    #[command(flatten)]
    pub(crate) similarity: SimilarityArgs,
    /// Maximum number of neighbours kept per user or item [default: 100]
    #[arg(short = 'k', long = "neighbours", value_name = "K")]
    pub(crate) k: Option<usize>,
    /// Only larger similarities are kept; -1 keeps all [default: 0]
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    pub(crate) min_similarity: Option<f64>,
}

impl NeighbourArgs {
    /// The first of these options that was given.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        let similarity = &self.similarity;
        let options = [
            ("--dialect", similarity.dialect != Dialect::Likemind),
            ("--measure", similarity.measure.is_some()),
            ("--weighting", similarity.weighting.is_some()),
            ("--min-overlap", similarity.min_overlap.is_some()),
            ("--neighbours", self.k.is_some()),
            ("--min-similarity", self.min_similarity.is_some()),
        ];
        options.into_iter().find_map(|(name, is_given)| is_given.then_some(name))
    }

    pub(crate) fn options(&self, side: Side, scale: Option<RatingScale>) -> ModelOptions {
        let options = self.similarity.options(side, scale);
        options
            .with_k(self.k.unwrap_or(options.k))
            .with_min_similarity(self.min_similarity.unwrap_or(options.min_similarity))
    }
}

/// Options of the prediction formula. The dialect sets the defaults.
#[derive(Args, Default)]
pub(crate) struct PredictionArgs {
    /// What ratings are measured from: none, mean, zscore, baseline [default: baseline]
    #[arg(long)]
    pub(crate) centre: Option<Centre>,
    /// Maximum number of neighbours that predict a rating, most similar first [default: 40]
    #[arg(long, value_name = "N")]
    pub(crate) raters: Option<usize>,
    /// Minimum number of neighbours; with fewer, the baseline is predicted [default: 1]
    #[arg(long, value_name = "N")]
    pub(crate) min_raters: Option<usize>,
    /// Shrinkage towards the baseline if there are few or weak neighbours [default: 0.2]
    #[arg(long, value_name = "L")]
    pub(crate) denominator_shrinkage: Option<f64>,
}

impl PredictionArgs {
    /// Whether any of these options was given.
    pub(crate) fn are_given(&self) -> bool {
        let Self { centre, raters, min_raters, denominator_shrinkage } = self;
        centre.is_some()
            || raters.is_some()
            || min_raters.is_some()
            || denominator_shrinkage.is_some()
    }

    /// The models that answer: only neighbours if these options, which are theirs, were given.
    pub(crate) fn choice(
        &self,
        kind: Option<ModelKind>,
        side: Option<Side>,
    ) -> Result<ModelChoice> {
        let neighbours = kind.is_none_or(|kind| kind == ModelKind::Neighbours);
        if !neighbours && (side.is_some() || self.are_given()) {
            let option = if side.is_some() { "--side" } else { "the options of predictions" };
            bail!("expected --model neighbours with {option}, found another model");
        }
        Ok(if self.are_given() {
            ModelChoice::neighbours(side)
        } else {
            ModelChoice { kind, side }
        })
    }

    /// The options for a stored model, unchecked.
    pub(crate) fn of_model(&self, model: &LiveModel<'_>) -> PredictionOptions {
        self.options(model.dialect(), model.info.side)
    }

    /// The options for a dialect and a side, unchecked.
    pub(crate) fn options(&self, dialect: Dialect, side: Side) -> PredictionOptions {
        let own = dialect.prediction(side, self.centre);
        own.with_raters(self.raters.unwrap_or(own.raters))
            .with_min_raters(self.min_raters.unwrap_or(own.min_raters))
            .with_denominator_shrinkage(
                self.denominator_shrinkage.unwrap_or(own.denominator_shrinkage),
            )
    }
}

/// A user or an item.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct RowArgs {
    /// The user's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) user: Option<String>,
    /// The item's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) item: Option<String>,
}
