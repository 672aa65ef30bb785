//! Single ratings, set and removed.

use crate::changes::{self, SingleChange};
use crate::data_set::{DataSet, ScaleChoice};
use crate::digest::RatingFact;
use crate::error::{Fault, StoreError};
use crate::ids::{StoredIds, count};
use crate::import::change_scale;
use crate::open::Store;
use crate::room::check_room;
use crate::row_digests::{IdRow, RatingRow};
use crate::rows::code_of;
use likemind::ids::IdError;
use likemind::matrix::MAX_ROW_LENGTH;
use likemind::{Ids, ItemIdx, Rating, RatingScale, UserIdx};
use serde::Serialize;
use sqlx::SqliteConnection;

/// What becomes of a rating.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// It takes this value and time, whether or not there was one.
    Set {
        /// On the data set's scale.
        rating: f64,
        /// When, in seconds since 1970; `None` where unknown.
        timestamp: Option<i64>,
    },
    /// There is none any more.
    Remove,
}

/// A change of the rating of one user and item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatingChange<'a> {
    /// The user's id; a new one is taken in where a rating is set.
    pub user: &'a str,
    /// The item's id; a new one is taken in where a rating is set.
    pub item: &'a str,
    /// What becomes of the rating.
    pub change: Change,
}

/// What a change of a rating did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rated {
    /// The data set's sequence after it.
    pub sequence: u64,
    /// The user.
    pub user: UserIdx,
    /// The item.
    pub item: ItemIdx,
    /// The rating before; `None` if there was none.
    pub before: Option<f64>,
    /// The rating now; `None` if there is none.
    pub after: Option<f64>,
    /// Whether the user was not there before.
    pub new_user: bool,
    /// Whether the item was not there before.
    pub new_item: bool,
    /// Whether anything is other than before, be it the time alone.
    pub changed: bool,
}

impl Store {
    /// Sets or removes one rating, in a transaction of its own. When it returns, the change is on
    /// the disk. Takes some milliseconds however many ratings there are.
    ///
    /// Setting what is there already, or removing what is not, changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NoRatings`] before the first import, which tells the scale;
    /// [`StoreError::OffScale`] for a rating that is not on it, if it is a limit: a scale that was
    /// found from the ratings becomes wider, which takes as long as reading them all, and models are
    /// of the former scale until they are fitted anew; [`StoreError::TooManyRatings`] for one more
    /// than a user or an item may have; [`StoreError::Id`] for a text that cannot be an id; [`StoreError::UnknownId`] for removing with an id that is not there;
    /// [`StoreError::Locked`] if another process goes on writing for more than five seconds.
    pub async fn rate(
        &self,
        user_id: &str,
        item_id: &str,
        change: Change,
    ) -> Result<Rated, StoreError> {
        let rating = RatingChange { user: user_id, item: item_id, change };
        let rated = self.rate_many(std::slice::from_ref(&rating)).await?;
        rated.into_iter().next().ok_or_else(|| {
            Fault::Damaged("no answer to the change of a rating".to_owned()).at(self.path())
        })
    }

    /// Makes several changes in their order and in one transaction, all or none, each with a
    /// sequence number of its own.
    ///
    /// # Errors
    /// As [`rate`](Self::rate), for the first that cannot be made.
    pub async fn rate_many(&self, changes: &[RatingChange<'_>]) -> Result<Vec<Rated>, StoreError> {
        self.named(async {
            let mut writing = self.writing().await?;
            widen_found_scale(&mut writing, changes).await?;
            let mut data_set = DataSet::read(&mut writing).await?;
            let scale = data_set.scale()?;
            let (mut rated, mut log) = (Vec::with_capacity(changes.len()), Vec::new());
            for change in changes {
                let done = make(&mut writing, &mut data_set, &scale, change).await?;
                if done.changed {
                    log.push(logged(&done));
                }
                rated.push(done);
            }
            if !log.is_empty() {
                changes::append(&mut writing, &log).await?;
                data_set.write(&mut writing).await?;
            }
            writing.commit().await?;
            Ok(rated)
        })
        .await
    }
}

/// A scale that describes the ratings describes these, too.
async fn widen_found_scale(
    connection: &mut SqliteConnection,
    changes: &[RatingChange<'_>],
) -> Result<(), Fault> {
    let Some((scale, ScaleChoice::Found)) = DataSet::read(connection).await?.scale else {
        return Ok(());
    };
    let set = changes.iter().filter_map(|change| match change.change {
        Change::Set { rating, .. } => Some(rating),
        Change::Remove => None,
    });
    let off = set.filter(|&rating| rating.is_finite() && !scale.contains(rating));
    // None is an error that says so, and there is nothing to do.
    let Ok(of_these) = RatingScale::find(off) else { return Ok(()) };
    change_scale(connection, (scale.widen(&of_these), ScaleChoice::Found)).await
}

pub(crate) fn logged(rated: &Rated) -> SingleChange {
    let &Rated { sequence, user, item, after, .. } = rated;
    SingleChange { sequence, user, item, rating: after }
}

/// Makes one change, with the next sequence if it is one.
async fn make(
    connection: &mut SqliteConnection,
    data_set: &mut DataSet,
    scale: &RatingScale,
    asked: &RatingChange<'_>,
) -> Result<Rated, Fault> {
    if let Change::Set { rating, .. } = asked.change {
        check_rating(scale, asked, rating)?;
    }
    let (user, new_user) =
        index_of::<UserIdx>(connection, data_set, asked.user, asked.change).await?;
    let (item, new_item) =
        index_of::<ItemIdx>(connection, data_set, asked.item, asked.change).await?;
    let row = stored(connection, user, item).await?;
    let stored = row.map(|row| (row.rating, row.timestamp));
    let wanted = match asked.change {
        Change::Set { rating, timestamp } => Some((rating, timestamp)),
        Change::Remove => None,
    };
    let (before, after) = (stored.map(|(rating, _)| rating), wanted.map(|(rating, _)| rating));
    let changed = stored != wanted;
    if changed {
        data_set.sequence += 1;
        row.inspect(|row| data_set.rows.remove(row));
        let row = wanted.map(|(rating, timestamp)| Rating { user, item, rating, timestamp });
        let row = row.map(|rating| RatingRow::new(rating, data_set.sequence));
        row.inspect(|row| data_set.rows.add(row));
        write_rating(connection, (user, item), row).await?;
        count_in_item(connection, item, before, after).await?;
        if before.is_none() && after.is_some() {
            check_room(connection, (user, asked.user), (item, asked.item), MAX_ROW_LENGTH).await?;
        }
        let fact = |rating| fact(scale, user, item, rating);
        before.and_then(fact).inspect(|&fact| data_set.digest.remove_rating(fact));
        after.and_then(fact).inspect(|&fact| data_set.digest.add_rating(fact));
    }
    let sequence = count(data_set.sequence);
    Ok(Rated { sequence, user, item, before, after, new_user, new_item, changed })
}

fn check_rating(
    scale: &RatingScale,
    asked: &RatingChange<'_>,
    rating: f64,
) -> Result<(), StoreError> {
    if scale.contains(rating) {
        return Ok(());
    }
    let (user, item) = (asked.user.to_owned(), asked.item.to_owned());
    Err(StoreError::OffScale { scale: *scale, rating, user, item })
}

/// A rating as the data's digest counts it.
pub(crate) fn fact(
    scale: &RatingScale,
    user: UserIdx,
    item: ItemIdx,
    rating: f64,
) -> Option<RatingFact> {
    code_of(scale, rating).map(|code| RatingFact { user: user.0, item: item.0, code })
}

/// The index of `id`, and whether it is new. Only for a rating that is set is a new one taken in.
async fn index_of<I: StoredIds>(
    connection: &mut SqliteConnection,
    data_set: &mut DataSet,
    id: &str,
    change: Change,
) -> Result<(I, bool), Fault> {
    let find = sqlx::query_scalar(I::FIND).bind(id).fetch_optional(&mut *connection).await?;
    if let Some(index) = find {
        return Ok((I::from_u32(index), false));
    }
    Ids::<I>::check(id)?;
    if change == Change::Remove {
        return Err(StoreError::UnknownId { what: I::ONE, id: id.to_owned() }.into());
    }
    let next: i64 = sqlx::query_scalar(I::NEXT).fetch_one(&mut *connection).await?;
    let next = u32::try_from(next).ok().filter(|&next| next < u32::MAX);
    let next = next.ok_or(IdError::TooMany { what: I::WHAT })?;
    sqlx::query(I::INSERT).bind(next).bind(id).execute(connection).await?;
    let index = I::from_u32(next);
    data_set.digest.add_id(index, id);
    data_set.rows.add(&IdRow { index, id });
    Ok((index, true))
}

/// The row of a pair.
pub(crate) async fn stored(
    connection: &mut SqliteConnection,
    user: UserIdx,
    item: ItemIdx,
) -> Result<Option<RatingRow>, Fault> {
    let query = "SELECT user, item, rating, timestamp, sequence FROM ratings \
                 WHERE user = ? AND item = ?";
    let query = sqlx::query_as(query).bind(user.0).bind(item.0);
    Ok(query.fetch_optional(connection).await?)
}

/// Writes the rating of a pair, or removes it.
async fn write_rating(
    connection: &mut SqliteConnection,
    (user, item): (UserIdx, ItemIdx),
    row: Option<RatingRow>,
) -> Result<(), Fault> {
    let query = match row {
        Some(row) => sqlx::query(
            "INSERT INTO ratings (user, item, rating, timestamp, sequence) \
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (user, item) DO UPDATE SET \
             rating = excluded.rating, timestamp = excluded.timestamp, \
             sequence = excluded.sequence",
        )
        .bind(user.0)
        .bind(item.0)
        .bind(row.rating)
        .bind(row.timestamp)
        .bind(row.sequence),
        None => {
            sqlx::query("DELETE FROM ratings WHERE user = ? AND item = ?").bind(user.0).bind(item.0)
        }
    };
    query.execute(connection).await?;
    Ok(())
}

/// Keeps the item's count and sum. Without ratings the sum is 0, whatever was rounded before.
pub(crate) async fn count_in_item(
    connection: &mut SqliteConnection,
    item: ItemIdx,
    before: Option<f64>,
    after: Option<f64>,
) -> Result<(), Fault> {
    let query = sqlx::query(
        "UPDATE items SET rating_count = rating_count + ?2, \
         rating_sum = iif(rating_count + ?2 = 0, 0.0, rating_sum + ?3) \
         WHERE idx = ?1",
    )
    .bind(item.0)
    .bind(i64::from(after.is_some()) - i64::from(before.is_some()))
    .bind(after.unwrap_or(0.0) - before.unwrap_or(0.0));
    query.execute(connection).await?;
    Ok(())
}
