//! Compares the lists of open stores with those of a fit.

use super::Place;
use super::fits::{fitted, made_anew, options_of};
use super::ratings::{import, table};
use likemind::{ModelOptions, ModelParameters, Neighbour, RowIdx, Side};
use likemind_engine::{FitOptions, LiveStore};
use likemind_store::{Change, RateError, Store};
use std::time::Duration;

pub(crate) const SIDES: [Side; 2] = [Side::Users, Side::Items];

/// A rating of a user for an item to set; 0 removes it.
pub(crate) type Rating = (u32, u32, u32);

pub(crate) fn parameters(side: Side, options: ModelOptions) -> ModelParameters {
    options.with_side(side).check().unwrap()
}

pub(crate) fn fit_options(side: Side, options: ModelOptions) -> FitOptions {
    options_of(parameters(side, options)).with_checkpoint_every(Duration::from_millis(1))
}

pub(crate) fn ids(&(user, item, _): &Rating) -> (String, String) {
    (format!("user {user}"), format!("item {item}"))
}

pub(crate) fn change(&(_, _, level): &Rating) -> Change {
    match level {
        0 => Change::Remove,
        level => Change::Set { rating: f64::from(level), timestamp: None },
    }
}

/// Sets a rating in the way another process would.
pub(crate) async fn elsewhere(store: &Store, ratings: &[Rating]) {
    for rating in ratings {
        let (user, item) = ids(rating);
        known(store.rate(&user, &item, change(rating)).await);
    }
}

/// Removing a rating of an unknown user or item is refused, and does no harm.
pub(crate) fn known<T>(result: Result<T, RateError>) {
    match result {
        Ok(_) | Err(RateError::UnknownId { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

fn bits(list: &[Neighbour]) -> Vec<(RowIdx, u32, u64)> {
    list.iter().map(|n| (n.index, n.overlap, n.similarity.to_bits())).collect()
}

/// Compares the served lists with those of a fit.
pub(crate) async fn check(live: &LiveStore, options: ModelOptions) {
    for side in SIDES {
        let wanted = made_anew(live.store(), parameters(side, options)).await;
        let view = live.view();
        let model = view.model(side).unwrap();
        assert!(model.is_exact);
        for row in RowIdx::first(wanted.rows()) {
            let now = bits(model.neighbours.list(row));
            assert_eq!(now, bits(wanted.list(row)), "{row:?} of {side}, {options:?}");
        }
    }
}

/// Compares the stored lists with those of a fit to the same ratings.
pub(crate) async fn check_stored(live: &LiveStore, options: ModelOptions) {
    let state = live.store().data_state().await.unwrap();
    for side in SIDES {
        let wanted = made_anew(live.store(), parameters(side, options)).await;
        let (info, index) = live.store().active_index(side).await.unwrap().unwrap();
        assert_eq!((info.sequence, &info.data_digest), (state.sequence, &state.digest));
        assert_eq!((info.digest, info.rows), (wanted.digest(), wanted.rows() as u64));
        assert_eq!((info.entries, index), (wanted.entries() as u64, wanted));
    }
}

pub(crate) async fn fit_side(store: &Store, side: Side, options: ModelOptions) {
    fitted(store, fit_options(side, options)).await;
}

/// A database with these ratings and models of both sides.
pub(crate) async fn start(place: &Place, first: &[Rating], options: ModelOptions) -> LiveStore {
    let store = place.open().await;
    let mut ratings = table(&[("user 0", "item 0", 3.0), ("user 1", "item 0", 4.0)]);
    for rating in first.iter().filter(|rating| rating.2 > 0) {
        let (user, item) = ids(rating);
        ratings.push(&user, &item, f64::from(rating.2), None).unwrap();
    }
    ratings.deduplicate();
    import(&store, &ratings).await;
    for side in SIDES {
        fit_side(&store, side, options).await;
    }
    LiveStore::open(store, &SIDES).await.unwrap()
}
