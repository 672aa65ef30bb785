//! Helpers shared by the tests of the store.
#![allow(dead_code, unused_imports, reason = "each test file uses only some of them")]

pub(crate) mod errors;
pub(crate) mod everything;
pub(crate) mod item_models;
pub(crate) mod jobs;
mod place;
mod ratings;
#[cfg(target_os = "linux")]
pub(crate) mod small_disk;
mod stored_model;

pub(crate) use place::*;
pub(crate) use ratings::*;
pub(crate) use stored_model::save_model;

use likemind::RatingTable;
use likemind_store::{ImportError, ImportSummary, Store, Summary};

/// Returns a summary of the database and its digest.
pub(crate) async fn state(store: &Store) -> (Summary, String) {
    (store.summary().await.unwrap(), store.data_digest().await.unwrap())
}

pub(crate) async fn import(
    store: &Store,
    table: &RatingTable,
) -> Result<ImportSummary, ImportError> {
    store.import(batch(table), &mut |_| ()).await
}
