//! Reading changes since a sequence number.

use crate::changes::Changes;
use crate::count::count;
use crate::error::StoreError;
use crate::sqlite::changes;
use crate::store::Store;

impl Store {
    /// Returns the number of the last change of users, items or ratings; 0 before the first. Takes
    /// about ten microseconds, so it is suitable for polling.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn sequence(&self) -> Result<u64, StoreError> {
        self.run(async {
            Ok(count(changes::current_sequence(&mut *self.database.connection().await?).await?))
        })
        .await
    }

    /// Returns the first `limit` changes after `sequence`, with which a model or matrix of that
    /// sequence catches up; empty if `sequence` is the last. Returns [`Changes::Unavailable`] also
    /// if a change that cannot be followed comes after the first `limit`.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn changes_since(&self, sequence: u64, limit: usize) -> Result<Changes, StoreError> {
        self.run(async {
            let mut tx = self.database.begin_read().await?;
            let to = changes::current_sequence(&mut tx).await?;
            let from = i64::try_from(sequence).unwrap_or(i64::MAX);
            if from > to || !changes::is_followable(&mut tx, from, to).await? {
                return Ok(Changes::Unavailable);
            }
            let last = from.saturating_add(i64::try_from(limit).unwrap_or(i64::MAX)).min(to);
            let singles = changes::between(&mut tx, from, last).await?;
            Ok(singles.map_or(Changes::Unavailable, Changes::Single))
        })
        .await
    }
}
