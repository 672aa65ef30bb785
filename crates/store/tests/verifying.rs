//! Verification finds all damage.

mod common;

use common::errors::IntoStoreError;
use common::everything::{filled, many, set, titles};
use common::jobs::run_fit;
use common::{Place, batch, execute_in, import, save_model};
use likemind::{RatingScale, RatingTable, Side};
use likemind_store::{
    Change, ImportMode, Keep, ModelId, Part, ScaleChoice, Store, StoreError, Verified,
};
use std::fs;
use std::path::Path;

async fn verify(store: &Store) -> Verified {
    store.verify(&mut |_| ()).await.unwrap()
}

async fn assert_sound(store: &Store) {
    let verified = verify(store).await;
    assert!(verified.is_sound() && verified.had_digests, "{verified:#?}");
}

#[tokio::test]
async fn every_change_keeps_the_digests() {
    let place = Place::new();
    let store = place.open().await;
    assert_sound(&store).await;
    let first = many(20, 0);
    import(&store, &first).await.unwrap();
    assert_sound(&store).await;
    // Titles are added, some change, and the others stay when the import has none.
    for known in [4, 9, 2] {
        let catalogue = titles(known);
        let import = batch(&first).with_catalogue(&catalogue);
        store.import(import, &mut |_| ()).await.unwrap();
        assert_sound(&store).await;
    }
    // Logged once as markers, and once one by one, since there is a model.
    for shift in [1, 2] {
        for keep in [Keep::Newest, Keep::Existing, Keep::Incoming] {
            for (users, shift) in [(23, shift), (22, shift + 2), (21, shift)] {
                let table = many(users, shift);
                let import = batch(&table).with_keep(keep);
                store.import(import, &mut |_| ()).await.unwrap();
                assert_sound(&store).await;
            }
        }
        save_model(&store).await;
    }
    // The same values with other times.
    let mut later = RatingTable::new();
    for rating in many(21, 2).iter() {
        let (user, item) = (format!("user {}", rating.user.0), format!("item {}", rating.item.0));
        later.push(&user, &item, rating.rating, Some(1 << 40)).unwrap();
    }
    import(&store, &later).await.unwrap();
    assert_sound(&store).await;
    store.rate("user 1", "item 0", set(3.0, None)).await.unwrap();
    store.rate("new", "item 99", set(3.0, Some(-1))).await.unwrap();
    store.rate("user 1", "item 1", Change::Remove).await.unwrap();
    assert_sound(&store).await;
    store.forget("user 2").await.unwrap();
    assert_sound(&store).await;
    store.set_scale(Some("0:10:1".parse().unwrap())).await.unwrap();
    assert_sound(&store).await;
    store.set_scale(None).await.unwrap();
    store.rate("new", "item 1", set(9.5, None)).await.unwrap();
    assert_sound(&store).await;
    run_fit(&store, Side::Users).await;
    assert_sound(&store).await;
    store.activate_model(store.models().await.unwrap()[0].id).await.unwrap();
    assert_sound(&store).await;
    let replace = batch(&first).with_mode(ImportMode::Replace);
    store.import(replace, &mut |_| ()).await.unwrap();
    assert_sound(&store).await;
}

#[tokio::test]
async fn signed_zeros_and_real_values_keep_the_digests() {
    let place = Place::new();
    let store = place.open().await;
    let mut table = RatingTable::new();
    for (user, item, rating) in
        [("a", "x", -0.0), ("a", "y", 0.1 + 0.2), ("b", "x", -9.75), ("b", "y", 1e-300)]
    {
        table.push(user, item, rating, None).unwrap();
    }
    let scale: RatingScale = "-10:10".parse().unwrap();
    let import = batch(&table).with_scale(scale).with_scale_choice(ScaleChoice::Found);
    store.import(import, &mut |_| ()).await.unwrap();
    assert_sound(&store).await;
    store.rate("b", "x", set(-0.0, None)).await.unwrap();
    store.rate("a", "x", set(0.0, Some(1))).await.unwrap();
    assert_sound(&store).await;
    store.import(import, &mut |_| ()).await.unwrap();
    assert_sound(&store).await;
}

/// A change that bypasses the store, and the parts where it is found.
const DAMAGE: &[(&str, &[Part])] = &[
    (
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'title', 'Title') \
      WHERE name = 'items'",
        &[Part::File, Part::Titles],
    ),
    ("UPDATE data_set SET sequence = sequence + 1", &[Part::DataSet]),
    ("UPDATE data_set SET scale = '1:6:1'", &[Part::DataSet]),
    ("UPDATE data_set SET name = 'tesu'", &[Part::DataSet]),
    ("UPDATE data_set SET digest = zeroblob(16)", &[Part::DataSet]),
    ("UPDATE data_set SET row_digests = zeroblob(64)", &[Part::DataSet]),
    ("UPDATE data_set SET row_digests = NULL", &[Part::DataSet]),
    ("UPDATE users SET id = 'user 1O' WHERE idx = 10", &[Part::Users]),
    ("UPDATE items SET id = 'item 1O' WHERE idx = 10", &[Part::Items]),
    ("UPDATE items SET title = 'The 5ht' WHERE idx = 5", &[Part::Titles]),
    ("UPDATE items SET year = 1959 WHERE idx = 0", &[Part::Titles]),
    ("UPDATE items SET genres = NULL WHERE idx = 1", &[Part::Titles]),
    ("UPDATE items SET genres = '[' WHERE idx = 1", &[Part::Titles]),
    ("UPDATE items SET rating_count = rating_count + 1 WHERE idx = 1", &[Part::Ratings]),
    ("UPDATE items SET rating_sum = rating_sum + 1 WHERE idx = 1", &[Part::Ratings]),
    ("UPDATE ratings SET rating = rating % 5 + 1 WHERE user = 7 AND item = 0", &[Part::Ratings]),
    ("UPDATE ratings SET rating = 2.000000000001 WHERE user = 3 AND item = 2", &[Part::Ratings]),
    ("UPDATE ratings SET timestamp = timestamp + 1 WHERE user = 7 AND item = 0", &[Part::Ratings]),
    ("UPDATE ratings SET timestamp = NULL WHERE user = 7 AND item = 0", &[Part::Ratings]),
    ("UPDATE ratings SET sequence = 0 WHERE user = 7 AND item = 0", &[Part::Ratings]),
    ("UPDATE ratings SET item = 1 WHERE user = 7 AND item = 0", &[Part::Ratings]),
    ("DELETE FROM ratings WHERE user = 29 AND item > 9", &[Part::Ratings]),
    ("UPDATE changes SET rating = 5 WHERE sequence = 2", &[Part::Changes, Part::PackedRatings]),
    ("UPDATE changes SET item = 4 WHERE sequence = 2", &[Part::Changes, Part::PackedRatings]),
    ("DELETE FROM changes WHERE sequence = 3", &[Part::Changes]),
    ("UPDATE snapshot_parts SET bytes = substr(bytes, 2)", &[Part::PackedRatings]),
    ("UPDATE snapshot_parts SET part = 1", &[Part::PackedRatings]),
    ("UPDATE models SET parameters = replace(parameters, '0', '6')", &ALL_MODELS),
    ("UPDATE models SET data_digest = digest", &ALL_MODELS),
    ("UPDATE models SET seconds = seconds + 1", &ALL_MODELS),
    ("UPDATE models SET active = 0", &ALL_MODELS),
    ("DELETE FROM neighbours WHERE row = 5", &MODELS),
    ("UPDATE neighbours SET row = 1000 WHERE row = 11", &MODELS),
    (
        "INSERT INTO neighbours SELECT model, row + 1000, indices, overlaps, similarities, spare \
      FROM neighbours WHERE row = 0",
        &MODELS,
    ),
    ("UPDATE neighbours SET overlaps = indices WHERE row = 1", &MODELS),
    ("UPDATE model_parts SET bytes = substr(bytes, 2)", &ITEM_MODELS),
    ("DELETE FROM model_parts", &ITEM_MODELS),
    ("UPDATE jobs SET state = 'done', side = 'users', parameters = '{'", &[Part::Jobs]),
];

const MODELS: [Part; 2] = [Part::Model(ModelId(1)), Part::Model(ModelId(2))];
const ITEM_MODELS: [Part; 2] = [Part::Model(ModelId(3)), Part::Model(ModelId(4))];
const ALL_MODELS: [Part; 4] = [MODELS[0], MODELS[1], ITEM_MODELS[0], ITEM_MODELS[1]];

#[tokio::test]
async fn changes_by_other_programs_are_located() {
    let place = Place::new();
    let store = filled(&place).await;
    assert_sound(&store).await;
    store.close().await;
    for &(sql, parts) in DAMAGE {
        let copy = Place::new();
        fs::copy(&place.file, &copy.file).unwrap();
        execute_in(&copy.file, sql).await;
        let verified = verify(&copy.open().await).await;
        let found: Vec<Part> = verified.damaged().map(|part| part.part).collect();
        assert_eq!(found, parts, "{sql}: {verified:#?}");
    }
}

#[tokio::test]
async fn reading_a_damaged_table_fails() {
    let place = Place::new();
    filled(&place).await.close().await;
    let damaged = async |sql: &'static str| {
        let copy = Place::new();
        fs::copy(&place.file, &copy.file).unwrap();
        execute_in(&copy.file, sql).await;
        (copy.open().await, copy)
    };
    let assert_damaged = |error: StoreError| {
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    };
    let (store, _copy) = damaged("UPDATE ratings SET timestamp = 6 WHERE timestamp = 5").await;
    assert_damaged(store.ratings().await.unwrap_err());
    let (store, copy) = damaged("UPDATE users SET id = 'user 1O' WHERE idx = 10").await;
    assert_damaged(store.user_ids().await.unwrap_err());
    let backup = copy.folder.path().join("copy.db");
    assert_damaged(store.backup(&backup).await.unwrap_err().into_store_error());
    assert!(!backup.exists());
    let (store, _copy) = damaged("UPDATE items SET title = 'The 5ht' WHERE idx = 5").await;
    assert_damaged(store.catalogue().await.unwrap_err());
    // Without a packed copy, the rows are read.
    let lost = "UPDATE ratings SET rating = rating % 5 + 1 WHERE user = 7 AND item = 0; \
                DELETE FROM snapshot_parts";
    let (store, _copy) = damaged(lost).await;
    assert_damaged(store.matrix().await.unwrap_err());
    assert_damaged(store.repack().await.unwrap_err());
}

#[tokio::test]
async fn a_damaged_rating_is_named() {
    let place = Place::new();
    let store = filled(&place).await;
    execute_in(&place.file, "UPDATE ratings SET rating = 6 - rating WHERE user = 7").await;
    let verified = verify(&store).await;
    let damage = verified.damaged().next().and_then(|part| part.damage.clone()).unwrap();
    assert!(damage.contains("the first of \"item 4\" by \"user 7\""), "{damage}");
}

#[tokio::test]
async fn repack_rebuilds_what_derives_from_intact_rows() {
    let place = Place::new();
    let store = filled(&place).await;
    let matrix = store.matrix().await.unwrap();
    for sql in [
        "UPDATE snapshot_parts SET bytes = substr(bytes, 2)",
        "UPDATE changes SET rating = 5 WHERE sequence = 2",
    ] {
        execute_in(&place.file, sql).await;
        assert!(!verify(&store).await.is_sound());
        store.repack().await.unwrap();
        assert_sound(&store).await;
        assert_eq!(store.matrix().await.unwrap(), matrix);
        run_fit(&store, Side::Users).await;
        assert_sound(&store).await;
    }
}

#[tokio::test]
async fn a_damaged_model_can_be_replaced_and_deleted() {
    let place = Place::new();
    let store = filled(&place).await;
    execute_in(&place.file, "UPDATE models SET pairs = pairs + 1 WHERE id = 1").await;
    assert!(store.active_model(Side::Users).await.is_err());
    run_fit(&store, Side::Users).await;
    assert!(!verify(&store).await.is_sound());
    store.delete_model(ModelId(1)).await.unwrap();
    assert_sound(&store).await;
}

#[tokio::test]
async fn intact_databases_without_digests_get_them_when_verified() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for fixture in ["schema_1.db", "schema_2_films.db"] {
        let place = Place::new();
        fs::copy(folder.join(fixture), &place.file).unwrap();
        let store = place.open().await;
        // Changes work without digests.
        store.rate("ada", "Brazil", set(1.0, None)).await.unwrap();
        let verified = verify(&store).await;
        assert!(verified.is_sound() && !verified.had_digests, "{verified:#?}");
        assert_sound(&store).await;
        store.rate("ada", "Brazil", set(2.0, Some(7))).await.unwrap();
        assert_sound(&store).await;
        execute_in(&place.file, "UPDATE ratings SET timestamp = 8").await;
        assert!(!verify(&store).await.is_sound());
    }
}

#[tokio::test]
async fn damaged_databases_get_no_digests() {
    let place = Place::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema_2_films.db");
    fs::copy(fixture, &place.file).unwrap();
    let store = place.open().await;
    execute_in(&place.file, "UPDATE ratings SET rating = 6 - rating WHERE user = 1").await;
    for _ in 0..2 {
        let verified = verify(&store).await;
        assert!(!verified.is_sound() && !verified.had_digests, "{verified:#?}");
    }
}
