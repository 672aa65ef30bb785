//! Storing and reading models of all items.

mod common;

use common::errors::IntoStoreError;
use common::everything::{many, set};
use common::item_models::{kriging, ridge, save, save_kriging, save_ridge};
use common::jobs::{progress, request, run_fit};
use common::{Place, execute_in, import, integrity};
use likemind::{KrigingOptions, RidgeOptions, RowIdx, Side};
use likemind_store::{
    Changes, FitRequest, ImportMode, ItemModel, JobState, ModelError, ModelId, ModelKind,
    ModelSpec, NewItemModel, Store, StoreError,
};

const ITEM_KINDS: [ModelKind; 2] = [ModelKind::ItemKriging, ModelKind::Ridge];

async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    import(&store, &many(30, 0)).await.unwrap();
    store
}

async fn active(store: &Store, kind: ModelKind) -> Option<(ModelId, ItemModel)> {
    let active = store.active_item_model(kind).await.unwrap();
    let info = store.active_item_model_info(kind).await.unwrap();
    assert_eq!(active.as_ref().map(|(info, _)| info), info.as_ref());
    active.map(|(info, model)| (info.id, model))
}

#[tokio::test]
async fn what_is_stored_is_read_back() {
    let place = Place::new();
    let store = filled(&place).await;
    let matrix = store.matrix().await.unwrap();
    for kind in ModelKind::ALL {
        assert_eq!(active(&store, kind).await, None);
    }
    let models = [kriging(&matrix), ridge(&matrix, 50.0)];
    for (model, kind) in models.iter().zip(ITEM_KINDS) {
        let id = save(&store, model).await.unwrap();
        assert_eq!(active(&store, kind).await, Some((id, model.clone())));
        assert_eq!(&store.item_model(id).await.unwrap(), model);
    }
    store.close().await;
    let store = place.open().await;
    let infos = store.models().await.unwrap();
    for ((info, model), kind) in infos.iter().zip(&models).zip(ITEM_KINDS) {
        assert_eq!((info.kind, info.side, info.active), (kind, Side::Items, true));
        assert_eq!((info.rows, info.entries, info.pairs, info.seconds), (12, 66, 66, 0.25));
        assert_eq!((info.parameters, &*info.digest), (model.spec(), model.pack().digest()));
        assert_eq!(info.data_digest, store.data_digest().await.unwrap());
        assert_eq!(active(&store, kind).await, Some((info.id, model.clone())));
    }
    assert!(store.verify(&mut |_| ()).await.unwrap().is_sound());
    // They are not neighbours.
    assert_eq!(active(&store, ModelKind::Neighbours).await, None);
    assert_eq!(store.active_model(Side::Items).await.unwrap(), None);
}

#[tokio::test]
async fn each_kind_has_its_own_active_model() {
    let place = Place::new();
    let store = filled(&place).await;
    let kriging = save_kriging(&store).await.unwrap();
    let first = save_ridge(&store, 10.0).await.unwrap();
    run_fit(&store, Side::Items).await;
    let second = save_ridge(&store, 20.0).await.unwrap();
    let ids = async || {
        let of_kind = async |kind| active(&store, kind).await.map(|(id, _)| id);
        (of_kind(ModelKind::ItemKriging).await, of_kind(ModelKind::Ridge).await)
    };
    assert_eq!(ids().await, (Some(kriging), Some(second)));
    store.activate_model(first).await.unwrap();
    assert_eq!(ids().await, (Some(kriging), Some(first)));
    assert!(store.active_model(Side::Items).await.unwrap().is_some());

    let error = store.delete_model(first).await.unwrap_err();
    let message =
        "expected a model that is not in use, found model 2, the active one of kind ridge";
    assert_eq!(error.to_string(), message);
    store.delete_model(second).await.unwrap();
    let parts = "SELECT count(*) FROM model_parts WHERE model = ?";
    let left = sqlx::query_scalar(parts).bind(second.0).fetch_one(&mut place.raw().await).await;
    assert_eq!(left.map(|left: i64| left).unwrap(), 0);
}

#[tokio::test]
async fn a_model_of_one_kind_is_not_read_as_another() {
    let place = Place::new();
    let store = filled(&place).await;
    let item_model = save_ridge(&store, 10.0).await.unwrap();
    run_fit(&store, Side::Users).await;
    let neighbours = store.active_model(Side::Users).await.unwrap().unwrap().id;
    for error in [
        store.neighbour_index(item_model).await.map(drop),
        store.neighbours_of(item_model, RowIdx(0)).await.map(drop),
        store.item_model(neighbours).await.map(drop),
    ] {
        assert!(matches!(error, Err(ModelError::Inconsistent { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn rejects_models_that_do_not_fit_the_data_set() {
    let place = Place::new();
    let store = filled(&place).await;
    let small = ridge(&store.matrix().await.unwrap(), 10.0).pack();
    let sequence = store.sequence().await.unwrap();
    let new = NewItemModel { packed: &small, data_digest: "", sequence, seconds: 0.0 };
    let future = NewItemModel { sequence: sequence + 1, ..new };
    let other = Place::new();
    let other = other.open().await;
    import(&other, &common::table(common::SMALL)).await.unwrap();
    for result in [
        store.save_item_model(future, &mut |_| ()).await,
        other.save_item_model(NewItemModel { sequence: 1, ..new }, &mut |_| ()).await,
    ] {
        assert!(matches!(result, Err(ModelError::Inconsistent { .. })), "{result:?}");
    }
    assert_eq!(store.models().await.unwrap(), []);
}

#[tokio::test]
async fn damage_is_detected() {
    for damage in [
        "UPDATE model_parts SET bytes = zeroblob(length(bytes))",
        "UPDATE model_parts SET bytes = substr(bytes, 2)",
        "DELETE FROM model_parts",
        "UPDATE models SET parameters = replace(parameters, '4096', '4095'), checksum = NULL",
        "UPDATE models SET row_count = 11, checksum = NULL",
    ] {
        let place = Place::new();
        let store = filled(&place).await;
        let id = save_ridge(&store, 10.0).await.unwrap();
        execute_in(&place.file, damage).await;
        let verified = store.verify(&mut |_| ()).await.unwrap();
        assert!(!verified.is_sound(), "{damage}");
        if !damage.contains("row_count") {
            let error = store.item_model(id).await.unwrap_err().into_store_error();
            assert!(matches!(error, StoreError::Damaged { .. }), "{damage}: {error}");
        }
    }
}

#[tokio::test]
async fn a_job_makes_a_model_and_prunes_its_kind_only() {
    let place = Place::new();
    let store = filled(&place).await;
    run_fit(&store, Side::Items).await;
    let oldest = save_ridge(&store, 10.0).await.unwrap();
    let options = RidgeOptions::default().with_search(false);
    let wanted = FitRequest { parameters: options.into(), ..request("a test") };
    let begun = store.begin_fit(&wanted).await.unwrap();
    begun.interrupt(None).await.unwrap();
    // Another kind is another job.
    let parameters = KrigingOptions::default().into();
    let other = store.begin_fit(&FitRequest { parameters, ..request("a test") }).await.unwrap();
    assert_ne!(other.info().id, begun.info().id);
    other.cancel().await.unwrap();
    let held = store.begin_fit(&wanted).await.unwrap();
    let info = held.info().clone();
    assert_eq!((info.id, info.model_kind), (begun.info().id, ModelKind::Ridge));
    assert_eq!((info.side, info.parameters), (Side::Items, ModelSpec::Ridge(options)));
    let model = ridge(&store.matrix().await.unwrap(), 400.0);
    let packed = model.pack();
    let (data_digest, sequence) = (&*info.data_digest, info.sequence);
    let new = NewItemModel { packed: &packed, data_digest, sequence, seconds: 1.5 };
    let saved = held.finish(new, 1, Some(progress(10)), &mut |_| ()).await.unwrap();
    assert_eq!(saved.pruned, [oldest]);
    assert_eq!(active(&store, ModelKind::Ridge).await, Some((saved.model, model)));
    let job = store.job(info.id).await.unwrap();
    assert_eq!((job.state, job.model), (JobState::Done, Some(saved.model)));
    assert!(store.active_model(Side::Items).await.unwrap().is_some());
}

#[tokio::test]
async fn later_ratings_and_forgotten_users_leave_the_model_and_new_data_replaces_it() {
    let place = Place::new();
    let store = filled(&place).await;
    let id = save_ridge(&store, 10.0).await.unwrap();
    let model = store.item_model(id).await.unwrap();
    store.rate("user 3", "item 2", set(2.0, None)).await.unwrap();
    store.forget("user 4").await.unwrap();
    import(&store, &many(40, 1)).await.unwrap();
    assert_eq!(active(&store, ModelKind::Ridge).await, Some((id, model)));
    assert_eq!(integrity(&place).await, "ok");

    let table = many(20, 2);
    let replace = common::batch(&table).with_mode(ImportMode::Replace);
    store.import(replace, &mut |_| ()).await.unwrap();
    assert_eq!(store.models().await.unwrap(), []);
    assert!(matches!(store.item_model(id).await, Err(ModelError::Unknown { .. })));
}

#[tokio::test]
async fn the_log_of_changes_is_not_kept_for_models_of_all_items() {
    let place = Place::new();
    let store = filled(&place).await;
    save_ridge(&store, 10.0).await.unwrap();
    let before = store.sequence().await.unwrap();
    store.rate("user 3", "item 2", set(2.0, None)).await.unwrap();
    run_fit(&store, Side::Users).await;
    store.rate("user 3", "item 2", set(3.0, None)).await.unwrap();
    // A new packed copy needs no changes from before.
    let model = store.active_model(Side::Users).await.unwrap().unwrap().id;
    store.forget("user 9").await.unwrap();
    run_fit(&store, Side::Users).await;
    store.delete_model(model).await.unwrap();
    assert!(matches!(store.changes_since(before, 99).await.unwrap(), Changes::Unavailable));
}
