//! Models of all items.

use super::watch::Watch;
use likemind::evaluate::RankingQuality;
use likemind::kriging::HeldOutErrors;
use likemind::model::ObservedFitError;
use likemind::{ItemKriging, ItemRidge, RatingMatrix};
use likemind_store::{ItemModel, ModelSpec, PackedItemModel};

/// A fitted model of all items.
pub(super) struct Learnt {
    pub(super) packed: PackedItemModel,
    pub(super) items: u64,
    pub(super) pairs: u64,
    pub(super) quality: ItemQuality,
}

/// The quality of a model of all items on held-out training ratings, on which its constants were
/// chosen. `None` if nothing was held out.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ItemQuality {
    /// Errors of predictions by item kriging.
    Kriging {
        /// The errors.
        held_out: Option<HeldOutErrors>,
        /// Whether the baseline predicted better, so that all predictions are those of the baseline.
        falls_back: bool,
    },
    /// Lists ranked by ridge regression.
    Ridge {
        /// The quality of lists of ten items.
        held_out: Option<RankingQuality>,
    },
}

/// Fits a model; `None` if it is cancelled.
pub(super) fn learn(
    matrix: &RatingMatrix,
    spec: ModelSpec,
    watch: &Watch,
) -> Result<Option<Learnt>, String> {
    let fitted = match spec {
        ModelSpec::ItemKriging(options) => {
            ItemKriging::fit_observed(matrix, options, watch).map(|fitted| {
                let (held_out, falls_back) = (fitted.held_out(), fitted.falls_back());
                (ItemModel::Kriging(fitted), ItemQuality::Kriging { held_out, falls_back })
            })
        }
        ModelSpec::Ridge(options) => {
            ItemRidge::fit_observed(matrix, options, watch).map(|fitted| {
                let held_out = fitted.held_out();
                (ItemModel::Ridge(fitted), ItemQuality::Ridge { held_out })
            })
        }
        spec => return Err(format!("expected a model of all items, found {}", spec.kind())),
    };
    match fitted {
        Ok((model, quality)) => {
            let (items, pairs) = (model.items(), model.pairs());
            Ok(Some(Learnt { packed: model.pack(), items, pairs, quality }))
        }
        Err(ObservedFitError::Cancelled(_)) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}
