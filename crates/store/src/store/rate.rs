//! Setting and removing single ratings.

use super::import::change_scale;
use super::row_limit::{self, Pair};
use crate::count::count;
use crate::data_set::{DataSet, ScaleChoice};
use crate::digest::RatingFact;
use crate::error::{OffScale, RateError};
use crate::fault::{Failure, Fault};
use crate::ids::StoredIdx;
use crate::rate::{Change, Rated, RatingChange};
use crate::row_digests::{IdRow, RatingRow};
use crate::sqlite::{Connection, changes, data_set, ids, items, ratings};
use crate::store::Store;
use likemind::matrix::MAX_ROW_LENGTH;
use likemind::{Ids, ItemIdx, Rating, RatingScale, UserIdx};

impl Store {
    /// Sets or removes one rating in a transaction. The change is durable when the call returns.
    /// Takes some milliseconds, whatever the number of ratings.
    ///
    /// Setting an equal rating, or removing one that does not exist, changes nothing.
    ///
    /// # Errors
    /// - [`StoreError::NoRatings`](crate::StoreError::NoRatings) before the first import, which
    ///   sets the scale.
    /// - [`RateError::OffScale`] if the rating is not on a scale that is a limit. A scale that was
    ///   inferred from the ratings is widened instead, which takes as long as reading all ratings;
    ///   models keep the former scale until they are fitted again.
    /// - [`RateError::TooManyRatings`] if a user or an item would have more ratings than allowed.
    /// - [`RateError::Id`] if a new id is invalid.
    /// - [`RateError::UnknownId`] if the rating to remove has an unknown user or item.
    /// - [`StoreError::Locked`](crate::StoreError::Locked) if another process keeps writing for
    ///   more than five seconds.
    pub async fn rate(
        &self,
        user_id: &str,
        item_id: &str,
        change: Change,
    ) -> Result<Rated, RateError> {
        let rating = RatingChange { user: user_id, item: item_id, change };
        let rated = self.rate_many(std::slice::from_ref(&rating)).await?;
        rated.into_iter().next().ok_or_else(|| {
            let fault = Fault::Damaged("no answer to the change of a rating".to_owned());
            fault.at(self.location()).into()
        })
    }

    /// Makes several changes in order and in one transaction, all or none, each with its own
    /// sequence number.
    ///
    /// # Errors
    /// As for [`rate`](Self::rate), for the first change that fails.
    pub async fn rate_many(&self, changes: &[RatingChange<'_>]) -> Result<Vec<Rated>, RateError> {
        self.run_operation(async {
            let mut tx = self.database.begin_write().await?;
            widen_found_scale(&mut tx, changes).await?;
            let mut data_set = data_set::read(&mut tx).await?;
            let scale = data_set.scale()?;
            let (mut rated, mut log) = (Vec::with_capacity(changes.len()), Vec::new());
            for change in changes {
                let done = make(&mut tx, &mut data_set, &scale, change).await?;
                if done.changed {
                    log.push(done.single_change());
                }
                rated.push(done);
            }
            if !log.is_empty() {
                changes::append(&mut tx, &log).await?;
                data_set::write(&mut tx, &data_set).await?;
            }
            tx.commit().await?;
            Ok(rated)
        })
        .await
    }
}

/// Widens a scale that was inferred from the ratings so that it includes the new ones.
async fn widen_found_scale(
    connection: &mut Connection,
    changes: &[RatingChange<'_>],
) -> Result<(), Failure<RateError>> {
    let Some((scale, ScaleChoice::Found)) = data_set::read(connection).await?.scale else {
        return Ok(());
    };
    let set = changes.iter().filter_map(|change| match change.change {
        Change::Set { rating, .. } => Some(rating),
        Change::Remove => None,
    });
    let off = set.filter(|&rating| rating.is_finite() && !scale.contains(rating));
    // `find` fails if no rating is off the scale; there is nothing to do then.
    let Ok(of_these) = RatingScale::find(off) else { return Ok(()) };
    let wide = (scale.widen(&of_these), ScaleChoice::Found);
    change_scale(connection, wide).await.map_err(Failure::within)
}

/// Makes one change, with the next sequence number if it changes anything.
async fn make(
    connection: &mut Connection,
    data_set: &mut DataSet,
    scale: &RatingScale,
    request: &RatingChange<'_>,
) -> Result<Rated, Failure<RateError>> {
    if let Change::Set { rating, .. } = request.change {
        check_rating(scale, request, rating)?;
    }
    let (user, new_user) =
        find_or_insert::<UserIdx>(connection, data_set, request.user, request.change).await?;
    let (item, new_item) =
        find_or_insert::<ItemIdx>(connection, data_set, request.item, request.change).await?;
    let row = ratings::of_pair(connection, user, item).await?;
    let stored = row.map(|row| (row.rating, row.timestamp));
    let wanted = match request.change {
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
        match &row {
            Some(row) => ratings::put(connection, row).await?,
            None => ratings::remove(connection, user, item).await?,
        }
        items::count_rating(connection, item, before, after).await?;
        if before.is_none() && after.is_some() {
            let pair = Pair { user, item, user_id: request.user, item_id: request.item };
            if let Some(excess) = row_limit::exceeded(connection, pair, MAX_ROW_LENGTH).await? {
                return Err(RateError::from(excess).into());
            }
        }
        let fact = |rating| RatingFact::new(scale, user, item, rating);
        before.and_then(fact).inspect(|&fact| data_set.digest.remove_rating(fact));
        after.and_then(fact).inspect(|&fact| data_set.digest.add_rating(fact));
    }
    let sequence = count(data_set.sequence);
    Ok(Rated { sequence, user, item, before, after, new_user, new_item, changed })
}

fn check_rating(
    scale: &RatingScale,
    request: &RatingChange<'_>,
    rating: f64,
) -> Result<(), RateError> {
    if scale.contains(rating) {
        return Ok(());
    }
    let (user, item) = (request.user.to_owned(), request.item.to_owned());
    Err(OffScale { scale: *scale, rating, user, item }.into())
}

/// Returns the index of `id`, and whether it is new. A new id is added only if a rating is set.
async fn find_or_insert<I: StoredIdx>(
    connection: &mut Connection,
    data_set: &mut DataSet,
    id: &str,
    change: Change,
) -> Result<(I, bool), Failure<RateError>> {
    if let Some(index) = ids::find(connection, id).await? {
        return Ok((index, false));
    }
    Ids::<I>::check(id).map_err(RateError::from)?;
    if change == Change::Remove {
        return Err(RateError::UnknownId { what: I::ONE, id: id.to_owned() }.into());
    }
    let index = ids::insert::<I>(connection, id).await?.map_err(RateError::from)?;
    data_set.digest.add_id(index, id);
    data_set.rows.add(&IdRow { index, id });
    Ok((index, true))
}
