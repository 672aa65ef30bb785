//! How a writer waits for another process that writes: there is one at a time.

use super::Transaction;
use crate::fault::Fault;
use sqlx::SqlitePool;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// After so long people are told why nothing happens.
const TELL_AFTER: Duration = Duration::from_secs(1);

/// Gives up as soon as the connection does, unless it is [patient](Turn::patient).
#[derive(Clone, Default)]
pub(crate) struct Turn {
    tell: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl fmt::Debug for Turn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.tell.is_some() { "Turn(patient)" } else { "Turn" })
    }
}

impl Turn {
    /// Waits for however long it takes. `tell` is called once for each turn that takes a second.
    pub(crate) fn patient(tell: impl Fn() + Send + Sync + 'static) -> Self {
        Self { tell: Some(Arc::new(tell)) }
    }

    /// A transaction that may write.
    ///
    /// # Errors
    /// One that [is busy](Fault::is_busy) if this is not patient and another process goes on writing;
    /// all that can go wrong with a file.
    pub(crate) async fn begin(&self, pool: &SqlitePool) -> Result<Transaction, Fault> {
        match &self.tell {
            None => begin(pool).await,
            Some(tell) => tell_if_long(begin_in_turn(pool), &**tell).await,
        }
    }
}

async fn begin(pool: &SqlitePool) -> Result<Transaction, Fault> {
    Ok(pool.begin_with("BEGIN IMMEDIATE").await?)
}

async fn begin_in_turn(pool: &SqlitePool) -> Result<Transaction, Fault> {
    loop {
        match begin(pool).await {
            Err(fault) if fault.is_busy() => {}
            begun => return begun,
        }
    }
}

/// Waits for `work`, and calls `tell` if that takes long.
async fn tell_if_long<T>(work: impl Future<Output = T>, tell: &(dyn Fn() + Send + Sync)) -> T {
    let mut work = pin!(work);
    if let Ok(done) = timeout(TELL_AFTER, &mut work).await {
        return done;
    }
    tell();
    work.await
}
