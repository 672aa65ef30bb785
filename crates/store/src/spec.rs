//! Kinds of models and their parameters.

use likemind::{KrigingOptions, ModelParameters, RidgeOptions, Side};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of a model, which determines its parameters and what is stored of it. More kinds may
/// follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ModelKind {
    /// The most similar neighbours of every user or every item: [`ModelParameters`], and a list for
    /// each row.
    Neighbours,
    /// [`ItemKriging`](likemind::ItemKriging), which predicts ratings.
    ItemKriging,
    /// [`ItemRidge`](likemind::ItemRidge), which ranks items.
    Ridge,
}

impl ModelKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Neighbours, Self::ItemKriging, Self::Ridge];

    /// Returns the name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neighbours => "neighbours",
            Self::ItemKriging => "item-kriging",
            Self::Ridge => "ridge",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for ModelKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// The kind of a model with its parameters. As JSON it is the parameters alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ModelSpec {
    /// Parameters of neighbour lists.
    Neighbours(ModelParameters),
    /// Options of item kriging.
    ItemKriging(KrigingOptions),
    /// Options of ridge regression.
    Ridge(RidgeOptions),
}

impl ModelSpec {
    /// Returns the kind.
    pub fn kind(&self) -> ModelKind {
        match self {
            Self::Neighbours(_) => ModelKind::Neighbours,
            Self::ItemKriging(_) => ModelKind::ItemKriging,
            Self::Ridge(_) => ModelKind::Ridge,
        }
    }

    /// Returns the side of which the model contains relations: those of neighbours, and items for all
    /// other kinds.
    pub fn side(&self) -> Side {
        match self {
            Self::Neighbours(parameters) => parameters.side(),
            Self::ItemKriging(_) | Self::Ridge(_) => Side::Items,
        }
    }

    /// Returns the parameters of neighbour lists; `None` if it is of another kind.
    pub fn neighbours(&self) -> Option<&ModelParameters> {
        match self {
            Self::Neighbours(parameters) => Some(parameters),
            _ => None,
        }
    }

    /// Returns the parameters as JSON; `None` if reading them back would not give the same, as with
    /// infinite ones.
    pub(crate) fn to_json(self) -> Option<String> {
        let text = serde_json::to_string(&self).ok()?;
        let read = Self::from_json(self.kind(), &text).ok()?;
        (read == self).then_some(text)
    }

    pub(crate) fn from_json(kind: ModelKind, text: &str) -> serde_json::Result<Self> {
        Ok(match kind {
            ModelKind::Neighbours => Self::Neighbours(serde_json::from_str(text)?),
            ModelKind::ItemKriging => Self::ItemKriging(serde_json::from_str(text)?),
            ModelKind::Ridge => Self::Ridge(serde_json::from_str(text)?),
        })
    }
}

impl From<ModelParameters> for ModelSpec {
    fn from(parameters: ModelParameters) -> Self {
        Self::Neighbours(parameters)
    }
}

impl From<KrigingOptions> for ModelSpec {
    fn from(options: KrigingOptions) -> Self {
        Self::ItemKriging(options)
    }
}

impl From<RidgeOptions> for ModelSpec {
    fn from(options: RidgeOptions) -> Self {
        Self::Ridge(options)
    }
}
