//! Flipped bits are detected, or harmless.

mod common;

use common::Place;
use common::errors::IntoStoreError;
use common::everything::filled;
use likemind::{ItemInfo, RatingMatrix, RatingScale, RatingTable};
use likemind_store::{FoundItem, ModelInfo, ModelKind, Store, StoreError};
use std::fs;
use std::panic;
use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// All content that the store returns.
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
    /// Digests of the models' contents.
    contents: Vec<String>,
    rated: Vec<(String, u64)>,
}

async fn content(file: &Path) -> Result<Content, StoreError> {
    let store = Store::open_existing(file).await.map_err(IntoStoreError::into_store_error)?;
    let (users, items) = (store.user_ids().await?, store.item_ids().await?);
    let catalogue = store.catalogue().await?;
    let models = store.models().await?;
    let mut contents = Vec::new();
    for model in &models {
        let digest = match model.kind {
            ModelKind::Neighbours => {
                store.neighbour_index(model.id).await.map(|index| index.digest())
            }
            _ => store.item_model(model.id).await.map(|model| model.pack().digest().to_owned()),
        };
        contents.push(digest.map_err(IntoStoreError::into_store_error)?);
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
        contents,
        rated: store.find_items("", 100).await?.into_iter().map(rated).collect(),
    };
    store.close().await;
    Ok(content)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Flip {
    /// Opening the database fails.
    OpenFails,
    /// `verify` detects it.
    Detected,
    /// Not detected, and the content is unchanged.
    Harmless,
}

async fn outcome(file: &Path, sound: &Content) -> Flip {
    let Ok(store) = Store::open_existing(file).await else { return Flip::OpenFails };
    let verified = store.verify(&mut |_| ()).await;
    store.close().await;
    match verified {
        Ok(verified) if verified.is_sound() => {
            assert_eq!(&content(file).await.unwrap(), sound);
            Flip::Harmless
        }
        _ => Flip::Detected,
    }
}

static PANICS: AtomicBool = AtomicBool::new(false);

/// Records all panics from now on, including those on threads of the driver, which callers only see
/// as errors.
fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous_hook = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            PANICS.store(true, Ordering::Relaxed);
            previous_hook(panic);
        }));
    });
}

/// Checks `count` copies of a database, each with another bit flipped.
async fn flip(count: usize) {
    let place = Place::new();
    filled(&place).await.close().await;
    let whole = fs::read(&place.file).unwrap();
    let sound = content(&place.file).await.unwrap();
    // Most of a small database is zeros; skip these bytes.
    let written: Vec<usize> = (0..whole.len()).filter(|&at| whole[at] != 0).collect();
    let mut outcomes = Vec::new();
    watch_panics();
    for nth in 0..count {
        // Evenly over the file, and over the bits of a byte.
        let at = written[nth * written.len() / count];
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (nth * 5 % 8);
        let copy = Place::new();
        fs::write(&copy.file, &bytes).unwrap();
        outcomes.push(outcome(&copy.file, &sound).await);
    }
    assert!(!PANICS.load(Ordering::Relaxed), "a thread panicked");
    let of = |wanted| outcomes.iter().filter(|&&outcome| outcome == wanted).count();
    let (open_fails, detected, harmless) =
        (of(Flip::OpenFails), of(Flip::Detected), of(Flip::Harmless));
    println!("{count} flips: {open_fails} fail to open, {detected} detected, {harmless} harmless");
    assert!(detected > outcomes.len() / 2, "most flips had no effect");
}

#[tokio::test]
async fn flipped_bits_are_detected_or_harmless() {
    flip(60).await;
}

#[tokio::test]
#[ignore = "half a minute: .ci/full flips"]
async fn thousands_of_flipped_bits_are_detected_or_harmless() {
    flip(4_000).await;
}

#[tokio::test]
async fn detects_truncated_files() {
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
