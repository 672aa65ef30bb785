//! The fitted reference of predictions.

use crate::live::{LiveModel, LiveStore, LiveView};
use likemind::{Centring, Dialect, PredictionOptions, Side};
use likemind_store::ModelId;
use std::sync::Arc;

/// Bounds of the number of changed ratings after which it is refitted; between them, 1 % of all ratings.
const MAXIMUM_CHANGES: u64 = 10_000;
const MINIMUM_CHANGES: u64 = 20;

/// The active models, by side.
pub(super) type Models = [Option<ModelId>; 2];

/// The reference of predictions, and the state that it was fitted to.
#[derive(Clone)]
pub(super) struct Fitted {
    /// By side, each with the prediction options of its model's dialect.
    centring: [Arc<Centring>; 2],
    pub(super) sequence: u64,
    models: Models,
}

impl Fitted {
    /// Fits to a copy of the ratings, so that they can change in the meantime.
    pub(super) fn to(live: &LiveStore) -> Self {
        let (matrix, sequence, models, [users, items]) = {
            // A change that waited for the view would block all other readers while the ratings are
            // copied.
            let _unchanged = live.hold_changes();
            let view = live.view();
            let options = [Side::Users, Side::Items].map(|side| options(&view, side));
            (view.matrix().clone(), view.sequence(), models(&view), options)
        };
        let fit = |options| {
            let centring = Centring::fit(&matrix, options);
            // The options of every dialect are valid, which is tested.
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

    /// Whether it has to be refitted.
    pub(super) fn is_outdated(&self, view: &LiveView<'_>) -> bool {
        let percent = view.matrix().ratings() as u64 / 100;
        let changes = percent.clamp(MINIMUM_CHANGES, MAXIMUM_CHANGES);
        models(view) != self.models || view.sequence().abs_diff(self.sequence) >= changes
    }
}

pub(super) fn models(view: &LiveView<'_>) -> Models {
    [Side::Users, Side::Items].map(|side| view.model(side).map(|model| model.info.id))
}

/// The prediction options of the model of a side.
fn options(view: &LiveView<'_>, side: Side) -> PredictionOptions {
    let dialect = view.model(side).as_ref().map_or(Dialect::default(), LiveModel::dialect);
    dialect.prediction(side, None)
}
