//! Opening the database for a command, which waits for its turn to write: an import of another process
//! may take half a minute.

use crate::messages::note;
use anyhow::Result;
use likemind_store::Store;
use std::path::Path;

/// The database at `path`, which must be there.
pub(crate) async fn open(path: &Path) -> Result<Store> {
    Ok(patient(Store::open_existing(path).await?))
}

/// The database at `path`, which is made where there is none.
pub(crate) async fn create_or_open(path: &Path) -> Result<Store> {
    Ok(patient(Store::create_or_open(path).await?))
}

fn patient(store: Store) -> Store {
    store.patient(|| note(format_args!("waiting for another process that writes to the database")))
}
