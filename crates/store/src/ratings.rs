//! Reading ratings row by row.

use crate::bulk::fetch_many;
use crate::data_set::DataSet;
use crate::error::{Fault, StoreError};
use crate::ids;
use crate::open::Store;
use crate::row_digests::{RatingRow, RowDigests, Rows};
use likemind::{ItemIdx, Rating, RatingTable, UserIdx};
use sqlx::SqliteConnection;

/// How many rows are fetched at once: rows take much room outside the database.
const PAGE: i64 = 20_000;

/// Gives every rating to `take`, in the order of user and item, and holds all together to the digest
/// that is `kept`. Users and items are below the numbers of both in `known`. Returns the digest.
pub(crate) async fn for_each(
    connection: &mut SqliteConnection,
    kept: &RowDigests,
    known: (usize, usize),
    mut take: impl FnMut(Rating) -> Result<(), Fault> + Send,
) -> Result<RowDigests, Fault> {
    let (mut last, mut digests) = ((-1_i64, -1_i64), RowDigests::of_nothing());
    loop {
        let query = sqlx::query(
            "SELECT user, item, rating, timestamp, sequence FROM ratings \
             WHERE (user, item) > (?, ?) ORDER BY user, item LIMIT ?",
        )
        .bind(last.0)
        .bind(last.1)
        .bind(PAGE);
        let page: Vec<RatingRow> = fetch_many(connection, query).await?;
        let Some(end) = page.last() else {
            kept.expect(Rows::Ratings, &digests)?;
            return Ok(digests);
        };
        last = (end.user.into(), end.item.into());
        for row in page {
            if row.user as usize >= known.0 || row.item as usize >= known.1 {
                let found = format!("a rating by user {} of item {}", row.user, row.item);
                return Err(Fault::Damaged(format!("{found}, which are not both there")));
            }
            digests.add(&row);
            take(row.rating())?;
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
    /// [`StoreError::Damaged`] if they are not as they were written.
    pub async fn ratings(&self) -> Result<RatingTable, StoreError> {
        self.named(async {
            let mut reading = self.reading().await?;
            let kept = DataSet::read(&mut reading).await?.rows;
            let users = ids::all(&mut reading, &kept).await?;
            let items = ids::all(&mut reading, &kept).await?;
            let known = (users.len(), items.len());
            let mut table = RatingTable::with_ids(users, items);
            for_each(&mut reading, &kept, known, |rating| {
                table.push_rating(rating).map_err(|error| Fault::Damaged(error.to_string()))
            })
            .await?;
            Ok(table)
        })
        .await
    }
}
