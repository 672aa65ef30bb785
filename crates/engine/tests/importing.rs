//! Imports and their progress.

mod common;

use common::Place;
use likemind_data::{Dataset, Layout, sample};
use likemind_engine::{Step, StepProgress, import};
use likemind_store::{ImportMode, Keep};

fn named(name: &str, layout: Layout) -> Dataset {
    let mut dataset = sample(0);
    (dataset.name, dataset.layout) = (name.to_owned(), layout);
    dataset
}

#[tokio::test]
async fn adding_a_published_data_set_to_another_is_reported() {
    let place = Place::new();
    let store = place.open().await;
    let films = named("ml-1m", Layout::Ml1m);
    let add = ImportMode::Add;
    let first = import(&store, &films, add, Keep::Newest, &mut |_| ()).await.unwrap();
    assert!(first.before.is_none() && first.mixed_with(&films).is_none());
    let again = import(&store, &films, add, Keep::Newest, &mut |_| ()).await.unwrap();
    assert_eq!(again.mixed_with(&films), None, "the same");
    assert_eq!((again.summary.added, again.before.unwrap().ratings), (0, first.summary.added));

    let music = named("lastfm-2k", Layout::Lastfm2k);
    let other = import(&store, &music, add, Keep::Newest, &mut |_| ()).await.unwrap();
    assert_eq!(other.mixed_with(&music), Some("ml-1m"));
    let own = named("mine.csv", Layout::Csv);
    let added = import(&store, &own, add, Keep::Newest, &mut |_| ()).await.unwrap();
    assert_eq!(added.mixed_with(&own), None, "a file of one's own");
    let replaced = import(&store, &music, ImportMode::Replace, Keep::Newest, &mut |_| ()).await;
    assert_eq!(replaced.unwrap().mixed_with(&music), None, "nothing of the other stays");
}

#[tokio::test]
async fn the_progress_ends_with_all_ratings() {
    let place = Place::new();
    let (store, dataset) = (place.open().await, sample(0));
    let mut told: Vec<StepProgress> = Vec::new();
    let mut tell = |advance| told.push(advance);
    import(&store, &dataset, ImportMode::Add, Keep::Newest, &mut tell).await.unwrap();
    let all = dataset.ratings.len() as u64;
    assert_eq!(
        told.last(),
        Some(&StepProgress { step: Step::Importing, done: all, total: all, share: 1.0 })
    );
    assert!(told.is_sorted_by_key(|advance| advance.done));
}
