//! What is not as it was written is found.

mod common;

use common::jobs::{progress, request};
use common::{Place, batch, execute, fit_options, import, raw, save_model};
use likemind::{
    Catalogue, ItemIdx, ItemInfo, ModelOptions, RatingMatrix, RatingScale, RatingTable, Side,
};
use likemind_store::{
    Change, FitEnd, FitOptions, FitStop, FoundItem, ImportBatch, ImportMode, Keep, ModelId,
    ModelInfo, Part, ScaleChoice, Store, StoreError, Verified,
};
use std::fs;
use std::panic;
use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

async fn verify(store: &Store) -> Verified {
    store.verify(&mut |_| ()).await.unwrap()
}

async fn assert_sound(store: &Store) {
    let verified = verify(store).await;
    assert!(verified.is_sound() && verified.had_digests, "{verified:#?}");
}

fn set(rating: f64, timestamp: Option<i64>) -> Change {
    Change::Set { rating, timestamp }
}

/// Titles for the first `items` of a table.
fn titles(items: u32) -> Catalogue {
    let mut catalogue = Catalogue::new();
    for item in 0..items {
        let info = ItemInfo {
            title: Some(format!("The {item}th")),
            year: (item % 3 > 0).then_some(1950 + item as i32),
            genres: vec!["Drama".to_owned(); item as usize % 2],
        };
        catalogue.set(ItemIdx(item), info);
    }
    catalogue
}

/// Ratings of `users` users, who have some in common.
fn many(users: u32, shift: u32) -> RatingTable {
    let mut table = RatingTable::new();
    for user in 0..users {
        for item in (0..12).filter(|item| (user + item) % 3 > 0) {
            let rating = f64::from((user * 7 + item * 3 + shift) % 5 + 1);
            let time = (item % 4 > 0).then_some(i64::from(1_000 * user + item + shift));
            table.push(&format!("user {user}"), &format!("item {item}"), rating, time).unwrap();
        }
    }
    table
}

async fn fit(store: &Store, side: Side) {
    let parameters = ModelOptions { k: 5, ..ModelOptions::new(side) };
    let options = FitOptions { parameters: parameters.check().unwrap(), ..fit_options() };
    let end = store.fit(options, &FitStop::default(), &mut |_| ()).await.unwrap();
    assert!(matches!(end, FitEnd::Done(_)));
}

/// A database with something in every table.
async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    let (table, catalogue) = (many(30, 0), titles(9));
    store
        .import(ImportBatch { catalogue: &catalogue, ..batch(&table) }, &mut |_| ())
        .await
        .unwrap();
    fit(&store, Side::Users).await;
    fit(&store, Side::Items).await;
    store.rate("user 3", "item 2", set(2.0, Some(5))).await.unwrap();
    store.rate("user 4", "item 12", set(4.0, None)).await.unwrap();
    store.rate("user 5", "item 3", Change::Remove).await.unwrap();
    let held = store.begin_fit(&request("a test")).await.unwrap();
    held.save_checkpoint(0, b"not one that a fit could read", progress(3)).await.unwrap();
    held.interrupted(None).await.unwrap();
    store
}

#[tokio::test]
async fn every_change_keeps_the_digests() {
    let place = Place::new();
    let store = place.open().await;
    assert_sound(&store).await;
    let first = many(20, 0);
    import(&store, &first).await.unwrap();
    assert_sound(&store).await;
    // Titles come, change in part, and go on where the import has none.
    for known in [4, 9, 2] {
        let catalogue = titles(known);
        let import = ImportBatch { catalogue: &catalogue, ..batch(&first) };
        store.import(import, &mut |_| ()).await.unwrap();
        assert_sound(&store).await;
    }
    // Once as one change that cannot be followed, and once as single ones, with a model to follow.
    for shift in [1, 2] {
        for keep in [Keep::Newest, Keep::Existing, Keep::Incoming] {
            for (users, shift) in [(23, shift), (22, shift + 2), (21, shift)] {
                let table = many(users, shift);
                let import = ImportBatch { keep, ..batch(&table) };
                store.import(import, &mut |_| ()).await.unwrap();
                assert_sound(&store).await;
            }
        }
        save_model(&store).await;
    }
    // The same values at other times.
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
    fit(&store, Side::Users).await;
    assert_sound(&store).await;
    store.activate_model(store.models().await.unwrap()[0].id).await.unwrap();
    assert_sound(&store).await;
    let replace = ImportBatch { mode: ImportMode::Replace, ..batch(&first) };
    store.import(replace, &mut |_| ()).await.unwrap();
    assert_sound(&store).await;
}

#[tokio::test]
async fn zeros_of_either_sign_and_real_values_keep_the_digests() {
    let place = Place::new();
    let store = place.open().await;
    let mut table = RatingTable::new();
    for (user, item, rating) in
        [("a", "x", -0.0), ("a", "y", 0.1 + 0.2), ("b", "x", -9.75), ("b", "y", 1e-300)]
    {
        table.push(user, item, rating, None).unwrap();
    }
    let scale: RatingScale = "-10:10".parse().unwrap();
    let import = ImportBatch { scale, scale_choice: ScaleChoice::Found, ..batch(&table) };
    store.import(import, &mut |_| ()).await.unwrap();
    assert_sound(&store).await;
    store.rate("b", "x", set(-0.0, None)).await.unwrap();
    store.rate("a", "x", set(0.0, Some(1))).await.unwrap();
    assert_sound(&store).await;
    store.import(import, &mut |_| ()).await.unwrap();
    assert_sound(&store).await;
}

/// A change past the store, and where it is found.
const DAMAGE: &[(&str, &[Part])] = &[
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
    ("UPDATE models SET parameters = replace(parameters, '5', '6')", &MODELS),
    ("UPDATE models SET data_digest = digest", &MODELS),
    ("UPDATE models SET seconds = seconds + 1", &MODELS),
    ("UPDATE models SET active = 0", &MODELS),
    ("DELETE FROM neighbours WHERE row = 5", &MODELS),
    ("UPDATE neighbours SET row = 1000 WHERE row = 11", &MODELS),
    (
        "INSERT INTO neighbours SELECT model, row + 1000, indices, overlaps, similarities \
      FROM neighbours WHERE row = 0",
        &MODELS,
    ),
    ("UPDATE neighbours SET overlaps = indices WHERE row = 1", &MODELS),
    ("UPDATE jobs SET state = 'done', side = 'users', parameters = '{'", &[Part::Jobs]),
];

const MODELS: [Part; 2] = [Part::Model(ModelId(1)), Part::Model(ModelId(2))];

#[tokio::test]
async fn what_other_programs_change_is_found_where_it_is() {
    let place = Place::new();
    let store = filled(&place).await;
    assert_sound(&store).await;
    store.close().await;
    for &(sql, parts) in DAMAGE {
        let copy = Place::new();
        fs::copy(&place.file, &copy.file).unwrap();
        execute(&mut copy.raw().await, sql).await;
        let verified = verify(&copy.open().await).await;
        let found: Vec<Part> = verified.damaged().map(|part| part.part).collect();
        assert_eq!(found, parts, "{sql}: {verified:#?}");
    }
}

#[tokio::test]
async fn reading_all_of_a_damaged_table_is_an_error() {
    let place = Place::new();
    filled(&place).await.close().await;
    let damaged = async |sql: &'static str| {
        let copy = Place::new();
        fs::copy(&place.file, &copy.file).unwrap();
        execute(&mut copy.raw().await, sql).await;
        (copy.open().await, copy)
    };
    let told = |error: StoreError| {
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    };
    let (store, _copy) = damaged("UPDATE ratings SET timestamp = 6 WHERE timestamp = 5").await;
    told(store.ratings().await.unwrap_err());
    let (store, copy) = damaged("UPDATE users SET id = 'user 1O' WHERE idx = 10").await;
    told(store.user_ids().await.unwrap_err());
    let backup = copy.folder.path().join("copy.db");
    told(store.backup(&backup).await.unwrap_err());
    assert!(!backup.exists());
    let (store, _copy) = damaged("UPDATE items SET title = 'The 5ht' WHERE idx = 5").await;
    told(store.catalogue().await.unwrap_err());
    // The values of the rows alone, since there is no packed copy of them.
    let lost = "UPDATE ratings SET rating = rating % 5 + 1 WHERE user = 7 AND item = 0; \
                DELETE FROM snapshot_parts";
    let (store, _copy) = damaged(lost).await;
    told(store.fit(fit_options(), &FitStop::default(), &mut |_| ()).await.unwrap_err());
    told(store.repack().await.unwrap_err());
}

#[tokio::test]
async fn a_damaged_rating_is_named() {
    let place = Place::new();
    let store = filled(&place).await;
    execute(&mut place.raw().await, "UPDATE ratings SET rating = 6 - rating WHERE user = 7").await;
    let verified = verify(&store).await;
    let damage = verified.damaged().next().and_then(|part| part.damage.clone()).unwrap();
    assert!(damage.contains("the first of \"item 4\" by \"user 7\""), "{damage}");
}

#[tokio::test]
async fn what_follows_from_sound_rows_is_made_anew() {
    let place = Place::new();
    let store = filled(&place).await;
    let matrix = store.matrix().await.unwrap();
    for sql in [
        "UPDATE snapshot_parts SET bytes = substr(bytes, 2)",
        "UPDATE changes SET rating = 5 WHERE sequence = 2",
    ] {
        execute(&mut place.raw().await, sql).await;
        assert!(!verify(&store).await.is_sound());
        store.repack().await.unwrap();
        assert_sound(&store).await;
        assert_eq!(store.matrix().await.unwrap(), matrix);
        fit(&store, Side::Users).await;
        assert_sound(&store).await;
    }
}

#[tokio::test]
async fn a_damaged_model_can_be_replaced_and_deleted() {
    let place = Place::new();
    let store = filled(&place).await;
    execute(&mut place.raw().await, "UPDATE models SET pairs = pairs + 1 WHERE id = 1").await;
    assert!(store.active_model(Side::Users).await.is_err());
    fit(&store, Side::Users).await;
    assert!(!verify(&store).await.is_sound());
    store.delete_model(ModelId(1)).await.unwrap();
    assert_sound(&store).await;
}

#[tokio::test]
async fn databases_without_digests_get_them_when_they_are_found_sound() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for fixture in ["schema_1.db", "schema_2_films.db"] {
        let place = Place::new();
        fs::copy(folder.join(fixture), &place.file).unwrap();
        let store = place.open().await;
        // Changes go on without any.
        store.rate("ada", "Brazil", set(1.0, None)).await.unwrap();
        let verified = verify(&store).await;
        assert!(verified.is_sound() && !verified.had_digests, "{verified:#?}");
        assert_sound(&store).await;
        store.rate("ada", "Brazil", set(2.0, Some(7))).await.unwrap();
        assert_sound(&store).await;
        execute(&mut place.raw().await, "UPDATE ratings SET timestamp = 8").await;
        assert!(!verify(&store).await.is_sound());
    }
}

#[tokio::test]
async fn damage_is_not_made_the_measure() {
    let place = Place::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema_2_films.db");
    fs::copy(fixture, &place.file).unwrap();
    let store = place.open().await;
    execute(&mut place.raw().await, "UPDATE ratings SET rating = 6 - rating WHERE user = 1").await;
    for _ in 0..2 {
        let verified = verify(&store).await;
        assert!(!verified.is_sound() && !verified.had_digests, "{verified:#?}");
    }
}

/// What people get out of a database.
#[derive(PartialEq, Debug)]
struct Content {
    users: Vec<String>,
    items: Vec<(String, ItemInfo)>,
    ratings: RatingTable,
    matrix: RatingMatrix,
    scale: RatingScale,
    name: Option<String>,
    sequence: u64,
    models: Vec<ModelInfo>,
    neighbours: Vec<String>,
    rated: Vec<(String, u64)>,
}

async fn content(file: &Path) -> Result<Content, StoreError> {
    let store = Store::open_existing(file).await?;
    let (users, items) = (store.user_ids().await?, store.item_ids().await?);
    let catalogue = store.catalogue().await?;
    let models = store.models().await?;
    let mut neighbours = Vec::new();
    for model in &models {
        neighbours.push(store.neighbour_index(model.id).await?.digest());
    }
    let rated = |item: FoundItem| (item.id, item.ratings);
    let summary = store.summary().await?;
    let matrix = store.matrix().await?;
    let items = items.iter().map(|(item, id)| (id.to_owned(), catalogue.get(item).clone()));
    let content = Content {
        users: users.iter().map(|(_, id)| id.to_owned()).collect(),
        items: items.collect(),
        ratings: store.ratings().await?,
        scale: *matrix.scale(),
        matrix,
        name: summary.name,
        sequence: summary.sequence,
        models,
        neighbours,
        rated: store.find_items("", 100).await?.into_iter().map(rated).collect(),
    };
    store.close().await;
    Ok(content)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Flip {
    /// Opening the database is an error.
    Refused,
    /// `verify` tells.
    Found,
    /// Nobody is told, and nothing is other than it was.
    Harmless,
}

async fn outcome(file: &Path, sound: &Content) -> Flip {
    let Ok(store) = Store::open_existing(file).await else { return Flip::Refused };
    let verified = store.verify(&mut |_| ()).await;
    store.close().await;
    match verified {
        Ok(verified) if verified.is_sound() => {
            assert_eq!(&content(file).await.unwrap(), sound);
            Flip::Harmless
        }
        _ => Flip::Found,
    }
}

static PANICS: AtomicBool = AtomicBool::new(false);

/// Notes panics from now on, also on threads of the driver, where they are errors to whoever asked.
fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            PANICS.store(true, Ordering::Relaxed);
            tell(panic);
        }));
    });
}

/// Copies a database `count` times, each with another bit of it flipped.
async fn flip(count: usize) {
    let place = Place::new();
    filled(&place).await.close().await;
    let whole = fs::read(&place.file).unwrap();
    let sound = content(&place.file).await.unwrap();
    // Most of a small database is empty: those bytes are left out.
    let written: Vec<usize> = (0..whole.len()).filter(|&at| whole[at] != 0).collect();
    let mut outcomes = Vec::new();
    watch_panics();
    for turn in 0..count {
        // Evenly over the file, and over the bits of a byte.
        let at = written[turn * written.len() / count];
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (turn * 5 % 8);
        let copy = Place::new();
        fs::write(&copy.file, &bytes).unwrap();
        outcomes.push(outcome(&copy.file, &sound).await);
    }
    assert!(!PANICS.load(Ordering::Relaxed), "a thread panicked");
    let of = |wanted| outcomes.iter().filter(|&&outcome| outcome == wanted).count();
    let (refused, found, harmless) = (of(Flip::Refused), of(Flip::Found), of(Flip::Harmless));
    println!("{count} flips: {refused} refused, {found} found, {harmless} harmless");
    assert!(found > outcomes.len() / 2, "hardly a bit of it mattered");
}

#[tokio::test]
async fn flipped_bits_are_found_or_harmless() {
    flip(60).await;
}

#[tokio::test]
#[ignore = "some minutes long: .ci/full flips"]
async fn thousands_of_flipped_bits_are_found_or_harmless() {
    flip(4_000).await;
}

#[tokio::test]
async fn a_file_cut_short_is_found() {
    let place = Place::new();
    filled(&place).await.close().await;
    let whole = fs::read(&place.file).unwrap();
    let sound = content(&place.file).await.unwrap();
    for share in [2, 3, 10] {
        let copy = Place::new();
        fs::write(&copy.file, &whole[..whole.len() / share]).unwrap();
        assert_ne!(outcome(&copy.file, &sound).await, Flip::Harmless);
        drop(raw(&copy.file).await);
    }
}
