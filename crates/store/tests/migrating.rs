//! Opening databases of earlier schemas loses nothing.

mod common;

use common::jobs::run_fit;
use common::{Place, execute_in, integrity};
use likemind::{DenseIdx, Ids, Rating, RatingMatrix, Side};
use likemind_store::{
    Change, Changes, FitRequest, JobKind, JobState, ModelInfo, ModelKind, OpenError, Store,
};
use sqlx::SqliteConnection;
use std::fs;
use std::path::PathBuf;

const NEIGHBOURS: ModelKind = ModelKind::Neighbours;

/// Returns a database of every earlier schema, written by that version of likemind: ada, bob and
/// cyd rated Heat, Ran, Alien and Brazil ten times, and each side has an active model.
fn fixtures() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let databases: Vec<_> =
        files.filter(|file| file.extension().is_some_and(|end| end == "db")).collect();
    assert!(!databases.is_empty());
    databases
}

fn copies() -> impl Iterator<Item = Place> {
    fixtures().into_iter().map(|fixture| {
        let place = Place::new();
        fs::copy(fixture, &place.file).unwrap();
        place
    })
}

type RatingRow = (u32, u32, f64, Option<i64>);

/// The content that must be preserved, read without the store.
#[derive(Debug, PartialEq)]
struct Content {
    users: Vec<String>,
    items: Vec<String>,
    ratings: Vec<RatingRow>,
    models: Vec<(i64, String, String, String, i64)>,
    data: (String, i64, Vec<u8>),
}

async fn content(connection: &mut SqliteConnection) -> Content {
    let ids = async |connection: &mut SqliteConnection, sql: &'static str| {
        sqlx::query_scalar(sql).fetch_all(connection).await.unwrap()
    };
    let ratings = "SELECT user, item, rating, timestamp FROM ratings ORDER BY user, item";
    let models = "SELECT id, side, digest, data_digest, sequence FROM models ORDER BY id";
    let data = "SELECT scale, sequence, digest FROM data_set";
    Content {
        users: ids(connection, "SELECT id FROM users ORDER BY idx").await,
        items: ids(connection, "SELECT id FROM items ORDER BY idx").await,
        ratings: sqlx::query_as(ratings).fetch_all(&mut *connection).await.unwrap(),
        models: sqlx::query_as(models).fetch_all(&mut *connection).await.unwrap(),
        data: sqlx::query_as(data).fetch_one(connection).await.unwrap(),
    }
}

fn names<I: DenseIdx>(ids: &Ids<I>) -> Vec<String> {
    ids.iter().map(|(_, id)| id.to_owned()).collect()
}

#[tokio::test]
async fn preserves_all_content() {
    for place in copies() {
        let before = content(&mut place.raw().await).await;
        assert_eq!(before.users, ["ada", "bob", "cyd"]);
        let mut items = before.items.clone();
        items.sort();
        assert_eq!(items, ["Alien", "Brazil", "Heat", "Ran"]);
        assert_eq!((before.ratings.len(), before.models.len()), (10, 2));

        let store = Store::open_existing(&place.file).await.unwrap();
        assert_eq!(names(&store.user_ids().await.unwrap()), before.users);
        assert_eq!(names(&store.item_ids().await.unwrap()), before.items);
        let table = store.ratings().await.unwrap();
        let row = |Rating { user, item, rating, timestamp }| (user.0, item.0, rating, timestamp);
        assert_eq!(table.iter().map(row).collect::<Vec<RatingRow>>(), before.ratings);
        let matrix = store.matrix().await.unwrap();
        assert_eq!(matrix, RatingMatrix::from_table(&table, *matrix.scale()).unwrap());
        for side in [Side::Users, Side::Items] {
            let model = store.active_model(side).await.unwrap().unwrap();
            // Reading it verifies its digest.
            assert!(store.neighbour_index(model.id).await.unwrap().entries() > 0);
        }
        store.close().await;
        assert_eq!(content(&mut place.raw().await).await, before);
        assert_eq!(integrity(&place).await, "ok");
    }
}

#[tokio::test]
async fn the_digest_is_the_one_of_this_version() {
    for place in copies() {
        let (old, fresh) = (place.open().await, Place::new());
        let table = old.ratings().await.unwrap();
        let scale = *old.matrix().await.unwrap().scale();
        let new = fresh.open().await;
        let import = common::batch(&table).with_scale(scale);
        new.import(import, &mut |_| ()).await.unwrap();
        assert_eq!(old.data_digest().await.unwrap(), new.data_digest().await.unwrap());
    }
}

#[tokio::test]
async fn opening_twice_migrates_once() {
    for place in copies() {
        place.open().await.close().await;
        let mut raw = place.raw().await;
        let version = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut raw).await;
        assert_eq!(version.map(|version: i64| version).unwrap(), 8);
        drop(raw);
        let first = fs::read(&place.file).unwrap();
        place.open().await.close().await;
        assert_eq!(fs::read(&place.file).unwrap(), first);
    }
}

#[tokio::test]
async fn models_and_jobs_from_before_kinds_get_one() {
    for place in copies() {
        let store = place.open().await;
        let models = store.models().await.unwrap();
        assert_eq!(models.iter().map(|model| model.kind).collect::<Vec<_>>(), [NEIGHBOURS; 2]);
        for job in store.jobs().await.unwrap() {
            assert_eq!((job.kind, job.model_kind), (JobKind::Fit, NEIGHBOURS));
        }
        // Existing checksums remain valid.
        assert!(store.verify(&mut |_| ()).await.unwrap().is_sound());
        // Each kind and side has one active model.
        run_fit(&store, Side::Users).await;
        let active = |info: &ModelInfo| info.active && info.side == Side::Users;
        assert_eq!(store.models().await.unwrap().iter().filter(|info| active(info)).count(), 1);
    }
}

#[tokio::test]
async fn resumes_a_job_of_an_earlier_schema() {
    let place = Place::new();
    let fixture = fixtures().into_iter().find(|file| file.ends_with("schema_5_films.db"));
    fs::copy(fixture.unwrap(), &place.file).unwrap();
    let left = "INSERT INTO jobs (kind, side, parameters, state, sequence, data_digest, tiles, \
         tiles_done, pairs, pairs_done, work_done, seconds, created_at, cancel_requested) \
         SELECT 'fit', side, parameters, 'running', sequence, data_digest, 9, 3, 3, 1, 0.25, 1.5, \
         1, 0 FROM models WHERE side = 'users'";
    execute_in(&place.file, left).await;
    let store = place.open().await;
    let job = store.jobs().await.unwrap().pop().unwrap();
    assert_eq!((job.kind, job.state), (JobKind::Fit, JobState::Queued));
    let parameters = job.parameters;
    let request = FitRequest { parameters, holder: "a test".to_owned(), resume_job: None };
    let held = store.begin_fit(&request).await.unwrap();
    assert_eq!((held.info().id, held.info().tiles_done), (job.id, 3));
}

/// Models from before the log can be brought up to date by it.
#[tokio::test]
async fn earlier_models_can_catch_up() {
    for place in copies() {
        let store = place.open().await;
        let model = store.active_model(Side::Users).await.unwrap().unwrap();
        assert_eq!(model.sequence, store.sequence().await.unwrap());
        let none = store.changes_since(model.sequence, 9).await.unwrap();
        assert_eq!(none, Changes::Single(vec![]));
        let change = Change::Set { rating: 3.0, timestamp: None };
        store.rate("cyd", "Ran", change).await.unwrap();
        store.rate("dee", "Ran", change).await.unwrap();
        let Changes::Single(two) = store.changes_since(model.sequence, 9).await.unwrap() else {
            panic!("two single changes")
        };
        assert_eq!(two.iter().map(|change| change.user.0).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(store.matrix().await.unwrap().users(), 4);
    }
}

#[tokio::test]
async fn a_later_schema_is_rejected_untouched() {
    for place in copies() {
        let later = "PRAGMA user_version = 99; PRAGMA journal_mode = DELETE";
        execute_in(&place.file, later).await;
        let before = fs::read(&place.file).unwrap();
        let error = Store::open_existing(&place.file).await.unwrap_err();
        assert!(matches!(error, OpenError::Newer { found: 99, known: 8, .. }), "{error}");
        assert_eq!(fs::read(&place.file).unwrap(), before);
    }
}
