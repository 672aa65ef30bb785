//! Opening the database for a command. It waits for other processes that write: an import may take half a
//! minute.

use crate::messages::note;
use likemind_store::{Location, OpenError, Store};

/// Opens the database at `location`, which must exist.
pub(crate) async fn open(location: &Location) -> Result<Store, OpenError> {
    Ok(patient(Store::open_existing(location).await?))
}

/// Opens the database at `location`, creating it if necessary.
pub(crate) async fn create_or_open(location: &Location) -> Result<Store, OpenError> {
    Ok(patient(Store::create_or_open(location).await?))
}

fn patient(store: Store) -> Store {
    store.patient(|| note(format_args!("waiting for another process that writes to the database")))
}
