//! Reading ratings.

use crate::error::StoreError;
use crate::fault::Fault;
use crate::ratings::TimedRating;
use crate::sqlite::{data_set, ids, ratings};
use crate::store::Store;
use likemind::{RatingTable, UserIdx};

impl Store {
    /// At most `limit` ratings of a user after the first `offset`, newest first: by time, unknown times
    /// last, then by the order in which they came here. None of an unknown user.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn ratings_of(
        &self,
        user: UserIdx,
        offset: usize,
        limit: usize,
    ) -> Result<Vec<TimedRating>, StoreError> {
        let newest = async {
            let mut connection = self.database.connection().await?;
            ratings::newest_of(&mut connection, user, offset, limit).await
        };
        self.named(newest).await
    }

    /// All ratings with their times, in the order of user and item, with all ids. One million takes
    /// about a second; [`matrix`](Self::matrix) is far faster where times are not needed.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if they are not as they were written.
    pub async fn ratings(&self) -> Result<RatingTable, StoreError> {
        self.named(async {
            let mut reading = self.database.reading().await?;
            let kept = data_set::read(&mut reading).await?.rows;
            let ids = ids::all_of_both(&mut reading, &kept).await?;
            let known = ids.counts();
            let mut table = RatingTable::with_ids(ids.users, ids.items);
            ratings::for_each(&mut reading, &kept, known, |rating| {
                table.push_rating(rating).map_err(|error| Fault::Damaged(error.to_string()))
            })
            .await?;
            Ok(table)
        })
        .await
    }
}
