//! Databases with invented people.

use likemind::{Catalogue, ItemInfo, ModelOptions, RatingScale, RatingTable, Side};
use likemind_engine::{FitOptions, FitStop};
use likemind_store::{ImportBatch, ImportMode, Keep, ScaleChoice, Store};
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

/// Default size of the sample.
const USERS: usize = 600;
const FILMS: usize = 200;

/// A folder with a database.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) file: PathBuf,
}

impl Place {
    /// An empty database.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        Self { folder, file }
    }

    /// The sample, with a model of each side.
    pub(crate) async fn with_models() -> Self {
        let place = Self::with_ratings().await;
        let store = place.store().await;
        fit(&store, Side::Users).await;
        fit(&store, Side::Items).await;
        store.close().await;
        place
    }

    /// The sample without models.
    pub(crate) async fn with_ratings() -> Self {
        Self::with_sample(USERS, FILMS).await
    }

    /// A larger sample, whose model takes some time.
    pub(crate) async fn with_many_ratings() -> Self {
        Self::with_sample(2_000, 500).await
    }

    async fn with_sample(users: usize, films: usize) -> Self {
        let place = Self::new();
        let store = place.store().await;
        import_sample(&store, users, films).await;
        store.close().await;
        place
    }

    pub(crate) async fn store(&self) -> Store {
        Store::create_or_open(&self.file).await.unwrap()
    }
}

/// Invented users, including Ada and Bruno, who each prefer one of two genres.
fn sample(users: usize, films: usize) -> (RatingTable, Catalogue) {
    let (mut table, mut catalogue) = (RatingTable::new(), Catalogue::new());
    let mut random = Random(1);
    for user in 0..users {
        let name = match user {
            0 => "Ada".to_owned(),
            1 => "Bruno".to_owned(),
            user => format!("user {user}"),
        };
        let mut time = 1_600_000_000 + random.below(1_000_000) as i64;
        for film in 0..films {
            // The first films are the most popular.
            if random.below(films) < film / 2 + films / 8 {
                continue;
            }
            let likes = user % 2 == film % 2;
            let level = 2 + random.below(4) + if likes { 4 } else { 0 };
            time += 60;
            table.push(&name, &format!("film-{film}"), level as f64 / 2.0, Some(time)).unwrap();
        }
    }
    for film in 0..films {
        let genre = if film % 2 == 0 { "Comedy" } else { "Horror" };
        let item = table.add_item(&format!("film-{film}")).unwrap();
        let title = Some(format!("The Film of <b>No. {film}</b>"));
        let year = Some(1950 + film as i32 / 3);
        catalogue.set(item, ItemInfo { title, year, genres: vec![genre.to_owned()] });
    }
    (table, catalogue)
}

/// A seeded random number generator.
struct Random(u64);

impl Random {
    /// A random number below `bound`.
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

pub(crate) async fn import(store: &Store) {
    import_sample(store, USERS, FILMS).await;
}

async fn import_sample(store: &Store, users: usize, films: usize) {
    let (table, catalogue) = sample(users, films);
    let batch = ImportBatch::new(&table, RatingScale::HALF_STARS)
        .with_name("sample")
        .with_catalogue(&catalogue);
    store.import(batch, &mut |_| ()).await.unwrap();
}

/// Options of fits in tests.
pub(crate) fn fit_options(side: Side) -> FitOptions {
    FitOptions::new(ModelOptions::new(side).check().unwrap(), "a test")
        .with_threads(Some(1))
        .with_checkpoint_every(Duration::from_secs(8))
}

pub(crate) async fn fit(store: &Store, side: Side) {
    likemind_engine::fit(store, fit_options(side), &FitStop::default(), &mut |_| ()).await.unwrap();
}
