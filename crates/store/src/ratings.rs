//! Reading ratings row by row.

use crate::bulk::fetch_many;
use crate::error::{Fault, StoreError};
use crate::ids;
use crate::open::Store;
use likemind::{ItemIdx, Rating, RatingTable, UserIdx};
use sqlx::SqliteConnection;

/// How many rows are fetched at once: rows take much room outside the database.
const PAGE: i64 = 20_000;

/// Gives every rating to `take`, in the order of user and item.
pub(crate) async fn for_each(
    connection: &mut SqliteConnection,
    mut take: impl FnMut(Rating) -> Result<(), Fault> + Send,
) -> Result<(), Fault> {
    let mut last = (-1, -1);
    loop {
        let query = sqlx::query(
            "SELECT user, item, rating, timestamp FROM ratings \
             WHERE (user, item) > (?, ?) ORDER BY user, item LIMIT ?",
        )
        .bind(last.0)
        .bind(last.1)
        .bind(PAGE);
        let page: Vec<(i64, i64, f64, Option<i64>)> = fetch_many(connection, query).await?;
        let Some(end) = page.last() else { return Ok(()) };
        last = (end.0, end.1);
        for (user, item, rating, timestamp) in page {
            // Foreign keys hold both to the indices of users and items.
            let (user, item) = (UserIdx(user as u32), ItemIdx(item as u32));
            take(Rating { user, item, rating, timestamp })?;
        }
    }
}

/// A rating of one user, with its time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimedRating {
    /// The item.
    pub item: ItemIdx,
    /// On the data set's scale.
    pub rating: f64,
    /// When, in seconds since 1970; `None` where unknown.
    pub timestamp: Option<i64>,
}

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
        let newest = "SELECT item, rating, timestamp FROM ratings WHERE user = ? \
                      ORDER BY timestamp DESC NULLS LAST, sequence DESC, item LIMIT ? OFFSET ?";
        let bounded = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.named(async {
            let rows: Vec<(u32, f64, Option<i64>)> = sqlx::query_as(newest)
                .bind(user.0)
                .bind(bounded(limit))
                .bind(bounded(offset))
                .fetch_all(&self.pool)
                .await?;
            let timed = |(item, rating, timestamp)| {
                let item = ItemIdx(item);
                TimedRating { item, rating, timestamp }
            };
            Ok(rows.into_iter().map(timed).collect())
        })
        .await
    }

    /// All ratings with their times, in the order of user and item, with all ids. One million takes
    /// about a second; [`matrix`](Self::matrix) is far faster where times are not needed.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn ratings(&self) -> Result<RatingTable, StoreError> {
        self.named(async {
            let mut reading = self.reading().await?;
            let mut table = RatingTable::new();
            table.users = ids::all(&mut reading).await?;
            table.items = ids::all(&mut reading).await?;
            for_each(&mut reading, |rating| {
                table.push_rating(rating);
                Ok(())
            })
            .await?;
            Ok(table)
        })
        .await
    }
}
