//! The job to start, as requested.

use crate::problem::Problem;
use crate::routes::side::SideName;
use likemind::{
    KrigingOptions, Measure, ModelOptions, ParameterError, RatingScale, RidgeOptions, Side,
    Weighting,
};
use likemind_store::{ModelKind, ModelSpec};
use serde::Deserialize;
use utoipa::ToSchema;

/// Maximum number of neighbours kept per row.
const MAX_NEIGHBOURS: u32 = 10_000;

/// The kind of a job.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// Fits a model.
    Fit,
}

/// The kind of a model.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Model {
    /// Compares all pairs and keeps the nearest neighbours of every row.
    #[default]
    Neighbours,
    /// Predicts ratings from all ratings of a person at once.
    ItemKriging,
    /// Ranks items by all ratings of a person at once.
    Ridge,
}

impl From<Model> for ModelKind {
    fn from(model: Model) -> Self {
        match model {
            Model::Neighbours => Self::Neighbours,
            Model::ItemKriging => Self::ItemKriging,
            Model::Ridge => Self::Ridge,
        }
    }
}

/// A job to start.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewJob {
    /// The kind of the job.
    kind: Kind,
    /// The kind of the model.
    #[serde(default)]
    #[schema(default = "neighbours")]
    model: Model,
    /// The side of the neighbours; required for these, and only for these, like the following
    /// options.
    side: Option<SideName>,
    /// Maximum number of neighbours kept per row.
    #[schema(minimum = 1, maximum = 10000, default = 100)]
    k: Option<u32>,
    /// `pcs`, `cosine`, `msd`, `jaccard`, `overlap`, `binary-cosine`, `pearson-baseline` or
    /// `centred-cosine`. By default `pcs`, or `binary-cosine` if ratings are counts.
    #[schema(
        pattern = "^(pcs|cosine|msd|jaccard|overlap|binary-cosine|pearson-baseline|centred-cosine)$"
    )]
    measure: Option<String>,
    /// Weighting by the overlap n: `none`, `shrink:50` for n/(n + 50), `shrink-less-one:100`,
    /// `herlocker:50` or `mahout`.
    #[schema(
        default = "shrink:50",
        pattern = "^(none|mahout|(shrink|shrink-less-one|herlocker):[1-9][0-9]{0,5})$"
    )]
    weighting: Option<String>,
    /// Minimum overlap; pairs with fewer co-ratings have no similarity.
    #[schema(minimum = 1, maximum = 8388607, default = 2)]
    min_overlap: Option<u32>,
    /// Only larger similarities are kept; −1 keeps all correlations.
    #[schema(default = 0)]
    min_similarity: Option<f64>,
}

impl NewJob {
    /// The model to fit; `scale` is that of the ratings, if there are any.
    pub(super) fn spec(&self, scale: Option<&RatingScale>) -> Result<ModelSpec, Problem> {
        let Self { kind: Kind::Fit, model, .. } = *self;
        if let (Model::ItemKriging | Model::Ridge, Some(option)) = (model, self.first_option()) {
            let kind = ModelKind::from(model);
            let detail = format!("expected no options with the model {kind}, found {option:?}");
            return Err(Problem::unprocessable(detail));
        }
        match model {
            Model::Neighbours => self.neighbours(scale),
            Model::ItemKriging => Ok(KrigingOptions::default().into()),
            Model::Ridge => Ok(RidgeOptions::default().into()),
        }
    }

    /// The name of the first option of neighbours that is given.
    fn first_option(&self) -> Option<&'static str> {
        let options = [
            ("side", self.side.is_some()),
            ("k", self.k.is_some()),
            ("measure", self.measure.is_some()),
            ("weighting", self.weighting.is_some()),
            ("min_overlap", self.min_overlap.is_some()),
            ("min_similarity", self.min_similarity.is_some()),
        ];
        options.into_iter().find_map(|(name, is_given)| is_given.then_some(name))
    }

    fn neighbours(&self, scale: Option<&RatingScale>) -> Result<ModelSpec, Problem> {
        let refused = |error: ParameterError| Problem::unprocessable(error.to_string());
        let side = self.side.ok_or_else(|| {
            Problem::unprocessable(
                "expected the side of the neighbours, \"users\" or \"items\", found none",
            )
        })?;
        let mut options = ModelOptions::new(Side::from(side));
        if let Some(k) = self.k {
            if !(1..=MAX_NEIGHBOURS).contains(&k) {
                let detail = format!("expected k from 1 to {MAX_NEIGHBOURS}, found {k}");
                return Err(Problem::unprocessable(detail));
            }
            options.k = k as usize;
        }
        let measure = self.measure.as_ref().map(|measure| measure.parse::<Measure>());
        if let Some(measure) = measure.transpose().map_err(refused)? {
            options.similarity.measure = measure;
        } else if let Some(scale) = scale {
            options.similarity.measure = Measure::for_scale(scale);
        }
        if let Some(weighting) = &self.weighting {
            options.similarity.weighting = weighting.parse::<Weighting>().map_err(refused)?;
        }
        options.similarity.min_overlap = self.min_overlap.unwrap_or(options.similarity.min_overlap);
        options.min_similarity = self.min_similarity.unwrap_or(options.min_similarity);
        Ok(options.check().map_err(refused)?.into())
    }
}
