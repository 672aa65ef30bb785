//! What predictions are measured from.

use crate::live::{LiveModel, LiveStore, LiveView};
use likemind::{Centring, Dialect, PredictionOptions, Side};
use likemind_store::ModelId;
use std::sync::Arc;

/// It is fitted anew after so many changes of ratings, or after a hundredth of all if that is fewer.
const MOST_CHANGES: u64 = 10_000;
/// But not for a handful.
const FEWEST_CHANGES: u64 = 20;

/// The models served, by side.
pub(super) type Models = [Option<ModelId>; 2];

/// What predictions are measured from, and what it was fitted to.
#[derive(Clone)]
pub(super) struct Fitted {
    /// By side, each by the rule of its model's dialect.
    centring: [Arc<Centring>; 2],
    pub(super) sequence: u64,
    models: Models,
}

impl Fitted {
    /// Fits to a copy, so that ratings can go on changing meanwhile.
    pub(super) fn to(live: &LiveStore) -> Self {
        let (matrix, sequence, models, [users, items]) = {
            let view = live.view();
            let rules = [Side::Users, Side::Items].map(|side| rule(&view, side));
            (view.matrix().clone(), view.sequence(), models(&view), rules)
        };
        let fit = |rule| {
            let centring = Centring::fit(&matrix, rule);
            // A dialect's options are valid; a test says so.
            Arc::new(centring.unwrap_or_else(|error| unreachable!("{error}")))
        };
        let of_users = fit(users);
        let of_items = if items == users { Arc::clone(&of_users) } else { fit(items) };
        Self { centring: [of_users, of_items], sequence, models }
    }

    pub(super) fn of(&self, side: Side) -> &Centring {
        let [of_users, of_items] = &self.centring;
        match side {
            Side::Users => of_users,
            Side::Items => of_items,
        }
    }

    /// Whether it is to be fitted anew to what there is now.
    pub(super) fn is_outdated(&self, view: &LiveView<'_>) -> bool {
        let part = view.matrix().ratings() as u64 / 100;
        let most = part.clamp(FEWEST_CHANGES, MOST_CHANGES);
        models(view) != self.models || view.sequence().abs_diff(self.sequence) >= most
    }
}

pub(super) fn models(view: &LiveView<'_>) -> Models {
    [Side::Users, Side::Items].map(|side| view.model(side).map(|model| model.info.id))
}

/// How the model of a side predicts.
fn rule(view: &LiveView<'_>, side: Side) -> PredictionOptions {
    let dialect = view.model(side).as_ref().map_or(Dialect::default(), LiveModel::dialect);
    dialect.prediction(side, None)
}
