//! Opening the database for a command, which waits for its turn to write: an import of another process
//! may take half a minute.

use crate::messages::note;
use likemind_store::{Location, OpenError, Store};

/// The database at `location`, which must be there.
pub(crate) async fn open(location: &Location) -> Result<Store, OpenError> {
    Ok(patient(Store::open_existing(location).await?))
}

/// The database at `location`, which is made where there is none.
pub(crate) async fn create_or_open(location: &Location) -> Result<Store, OpenError> {
    Ok(patient(Store::create_or_open(location).await?))
}

fn patient(store: Store) -> Store {
    store.patient(|| note(format_args!("waiting for another process that writes to the database")))
}
