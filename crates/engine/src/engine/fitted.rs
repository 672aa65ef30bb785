//! The fitted reference of predictions.

use crate::live::{LiveModel, LiveStore, LiveView};
use likemind::{Centring, Dialect, PredictionOptions, RatingMatrix, Side};
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
    /// Fits to the ratings, which cannot change in the meantime.
    pub(super) fn to_view(view: &LiveView<'_>) -> Self {
        Basis::of(view).fit(view.matrix())
    }

    /// Fits to a copy of the ratings, so that they can change in the meantime.
    pub(super) fn to_copy(live: &LiveStore) -> Self {
        let (basis, matrix) = {
            // A change that waited for the view would block all other readers while the ratings are
            // copied.
            let _unchanged = live.hold_changes();
            let view = live.view();
            (Basis::of(&view), view.matrix().clone())
        };
        basis.fit(&matrix)
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

/// The state to fit to, without its ratings.
struct Basis {
    sequence: u64,
    models: Models,
    /// The options of users and items.
    options: [PredictionOptions; 2],
}

impl Basis {
    fn of(view: &LiveView<'_>) -> Self {
        let options = [Side::Users, Side::Items].map(|side| options(view, side));
        Self { sequence: view.sequence(), models: models(view), options }
    }

    fn fit(self, matrix: &RatingMatrix) -> Fitted {
        let Self { sequence, models, options: [users, items] } = self;
        let fit = |options| {
            let centring = Centring::fit(matrix, options);
            // The options of every dialect are valid, which is tested.
            Arc::new(centring.unwrap_or_else(|error| unreachable!("{error}")))
        };
        let of_users = fit(users);
        let of_items = if items == users { Arc::clone(&of_users) } else { fit(items) };
        Fitted { centring: [of_users, of_items], sequence, models }
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
