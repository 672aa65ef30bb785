//! Bits that change by themselves are found, or harmless.

mod common;

use common::Place;
use common::errors::OfStore;
use common::everything::filled;
use likemind::{ItemInfo, RatingMatrix, RatingScale, RatingTable};
use likemind_store::{FoundItem, ModelInfo, Store, StoreError};
use std::fs;
use std::panic;
use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

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
    let store = Store::open_existing(file).await.map_err(OfStore::of_store)?;
    let (users, items) = (store.user_ids().await?, store.item_ids().await?);
    let catalogue = store.catalogue().await?;
    let models = store.models().await?;
    let mut neighbours = Vec::new();
    for model in &models {
        neighbours.push(store.neighbour_index(model.id).await.map_err(OfStore::of_store)?.digest());
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
#[ignore = "half a minute: .ci/full flips"]
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
    }
}
