//! Waiting for the write lock of the database, which only one process holds at a time.

use super::Transaction;
use crate::fault::Fault;
use sqlx::SqlitePool;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Time after which a wait is reported.
const REPORT_AFTER: Duration = Duration::from_secs(1);

/// How long to wait for the write lock: as long as the busy timeout of the connection, or without a
/// limit if [patient](LockWait::patient).
#[derive(Clone, Default)]
pub(crate) struct LockWait {
    report: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl fmt::Debug for LockWait {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.report.is_some() { "LockWait(patient)" } else { "LockWait" })
    }
}

impl LockWait {
    /// Waits without a limit. `report` is called once for each wait that takes longer than a second.
    pub(crate) fn patient(report: impl Fn() + Send + Sync + 'static) -> Self {
        Self { report: Some(Arc::new(report)) }
    }

    /// Begins a write transaction.
    ///
    /// # Errors
    /// A [busy](Fault::is_busy) fault if this is not patient and another process keeps writing; any
    /// other fault of the database.
    pub(crate) async fn begin(&self, pool: &SqlitePool) -> Result<Transaction, Fault> {
        match &self.report {
            None => begin(pool).await,
            Some(report) => report_long_wait(begin_patiently(pool), &**report).await,
        }
    }
}

async fn begin(pool: &SqlitePool) -> Result<Transaction, Fault> {
    Ok(pool.begin_with("BEGIN IMMEDIATE").await?)
}

async fn begin_patiently(pool: &SqlitePool) -> Result<Transaction, Fault> {
    loop {
        match begin(pool).await {
            Err(fault) if fault.is_busy() => {}
            begun => return begun,
        }
    }
}

/// Waits for `work`, and calls `report` if it takes longer than [`REPORT_AFTER`].
async fn report_long_wait<T>(
    work: impl Future<Output = T>,
    report: &(dyn Fn() + Send + Sync),
) -> T {
    let mut work = pin!(work);
    if let Ok(done) = timeout(REPORT_AFTER, &mut work).await {
        return done;
    }
    report();
    work.await
}
