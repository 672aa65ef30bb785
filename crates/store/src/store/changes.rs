//! What changed since a sequence number.

use crate::changes::Changes;
use crate::count::count;
use crate::error::StoreError;
use crate::sqlite::changes;
use crate::store::Store;

impl Store {
    /// The number of the last change of users, items or ratings; 0 before the first. Made for
    /// asking often: takes some ten microseconds.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn sequence(&self) -> Result<u64, StoreError> {
        self.named(async {
            Ok(count(changes::current(&mut *self.database.connection().await?).await?))
        })
        .await
    }

    /// The first `limit` changes after `sequence`, as a model or a matrix of that sequence needs
    /// them to catch up; none if it is the last. [`Changes::Unfollowable`] also if what cannot be
    /// followed comes after these.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn changes_since(&self, sequence: u64, limit: usize) -> Result<Changes, StoreError> {
        self.named(async {
            let mut reading = self.database.reading().await?;
            let to = changes::current(&mut reading).await?;
            let from = i64::try_from(sequence).unwrap_or(i64::MAX);
            if from > to || !changes::is_followable(&mut reading, from, to).await? {
                return Ok(Changes::Unfollowable);
            }
            let last = from.saturating_add(i64::try_from(limit).unwrap_or(i64::MAX)).min(to);
            let singles = changes::between(&mut reading, from, last).await?;
            Ok(singles.map_or(Changes::Unfollowable, Changes::Single))
        })
        .await
    }
}
