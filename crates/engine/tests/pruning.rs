//! A fit deletes old models of its side.

mod common;

use common::fits::{fit_options, fitted, options_of, parameters};
use common::ratings::filled;
use common::{Place, execute_in, integrity};
use likemind::Side;
use likemind_engine::{FitStop, Fitted};
use likemind_store::{ModelId, Store};

async fn fit(store: &Store, side: Side, keep_models: usize) -> Fitted {
    fitted(store, options_of(parameters(side)).with_keep_models(keep_models)).await
}

async fn models(store: &Store) -> Vec<i64> {
    store.models().await.unwrap().iter().map(|model| model.id.0).collect()
}

#[tokio::test]
async fn a_fit_keeps_the_newest_models_of_its_side() {
    let place = Place::new();
    let store = filled(&place).await;
    fit(&store, Side::Items, 3).await;
    for _ in 0..3 {
        assert_eq!(fit(&store, Side::Users, 3).await.pruned, []);
    }
    assert_eq!(models(&store).await, [1, 2, 3, 4]);
    assert_eq!(fit(&store, Side::Users, 3).await.pruned, [ModelId(2)]);
    assert_eq!(models(&store).await, [1, 3, 4, 5]);
    let lists = sqlx::query_scalar("SELECT count(DISTINCT model) FROM neighbours");
    let lists: i64 = lists.fetch_one(&mut place.raw().await).await.unwrap();
    assert_eq!(lists, 4);
    assert_eq!(fit(&store, Side::Users, 2).await.pruned, [ModelId(3), ModelId(4)]);
    assert_eq!(models(&store).await, [1, 5, 6]);
    assert_eq!(fit(&store, Side::Users, 0).await.pruned, [ModelId(5), ModelId(6)]);
    assert_eq!(models(&store).await, [1, 7], "the new one stays in any case");
    assert_eq!(integrity(&place).await, "ok");
}

#[tokio::test]
async fn a_model_that_was_activated_again_is_kept() {
    let place = Place::new();
    let store = filled(&place).await;
    for _ in 0..3 {
        fit(&store, Side::Users, 3).await;
    }
    store.activate_model(ModelId(1)).await.unwrap();
    assert_eq!(fit(&store, Side::Users, 3).await.pruned, [ModelId(2)]);
    assert_eq!(models(&store).await, [1, 3, 4]);
}

#[tokio::test]
async fn a_failed_fit_deletes_no_models() {
    let place = Place::new();
    let store = filled(&place).await;
    fit(&store, Side::Users, 1).await;
    fit(&store, Side::Users, 2).await;
    let fail = "CREATE TRIGGER fail BEFORE INSERT ON neighbours WHEN new.row = 2 \
                BEGIN SELECT RAISE(ABORT, 'injected'); END";
    execute_in(&place.file, fail).await;
    let options = fit_options().with_keep_models(1);
    likemind_engine::fit(&store, options, &FitStop::default(), &mut |_| ()).await.unwrap_err();
    assert_eq!(models(&store).await, [1, 2]);
    assert_eq!(store.active_model(Side::Users).await.unwrap().unwrap().id, ModelId(2));
}

#[tokio::test]
async fn the_log_is_pruned_with_the_models_that_needed_it() {
    let place = Place::new();
    let store = filled(&place).await;
    fit(&store, Side::Users, 3).await;
    let set = |rating| likemind_store::Change::Set { rating, timestamp: None };
    store.rate("ada", "Heat", set(3.0)).await.unwrap();
    let logged = async || {
        let count = sqlx::query_scalar("SELECT count(*) FROM changes");
        count.fetch_one(&mut place.raw().await).await.unwrap()
    };
    // Packs the current ratings again.
    execute_in(&place.file, "DELETE FROM snapshot_parts").await;
    let before: i64 = logged().await;
    fit(&store, Side::Users, 1).await;
    let after: i64 = logged().await;
    assert!(after < before, "{after} of {before} changes are left");
}
