//! Reading ratings.

use crate::error::StoreError;
use crate::fault::Fault;
use crate::ratings::TimedRating;
use crate::sqlite::{data_set, ids, ratings};
use crate::store::Store;
use likemind::{RatingTable, UserIdx};

impl Store {
    /// Returns at most `limit` ratings of a user after the first `offset`, newest first: by time,
    /// unknown times last, then by order of arrival. Empty for an unknown user.
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
        self.run(newest).await
    }

    /// Returns all ratings with their times and all ids, ordered by user and item. One million
    /// takes about a second; [`matrix`](Self::matrix) is much faster if times are not needed.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if they are damaged.
    pub async fn ratings(&self) -> Result<RatingTable, StoreError> {
        self.run(async {
            let mut tx = self.database.begin_read().await?;
            let digests = data_set::read(&mut tx).await?.rows;
            let ids = ids::all_of_both(&mut tx, &digests).await?;
            let known = ids.counts();
            let mut table = RatingTable::with_ids(ids.users, ids.items);
            ratings::for_each(&mut tx, &digests, known, |rating| {
                table.push_rating(rating).map_err(|error| Fault::Damaged(error.to_string()))
            })
            .await?;
            Ok(table)
        })
        .await
    }
}
