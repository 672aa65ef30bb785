//! Single ratings, set and removed.

use super::import::change_scale;
use super::room::{self, Pair};
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
    /// Sets or removes one rating, in a transaction of its own. When it returns, the change is on
    /// the disk. Takes some milliseconds however many ratings there are.
    ///
    /// Setting what is there already, or removing what is not, changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NoRatings`](crate::StoreError::NoRatings) before the first import, which tells
    /// the scale; [`RateError::OffScale`] for a rating that is not on it, if it is a limit: a scale that was
    /// found from the ratings becomes wider, which takes as long as reading them all, and models are
    /// of the former scale until they are fitted anew; [`RateError::TooManyRatings`] for one more
    /// than a user or an item may have; [`RateError::Id`] for a text that cannot be an id;
    /// [`RateError::UnknownId`] for removing with an id that is not there;
    /// [`StoreError::Locked`](crate::StoreError::Locked) if another process goes on writing for more
    /// than five seconds.
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

    /// Makes several changes in their order and in one transaction, all or none, each with a
    /// sequence number of its own.
    ///
    /// # Errors
    /// As [`rate`](Self::rate), for the first that cannot be made.
    pub async fn rate_many(&self, changes: &[RatingChange<'_>]) -> Result<Vec<Rated>, RateError> {
        self.answered(async {
            let mut writing = self.database.writing().await?;
            widen_found_scale(&mut writing, changes).await?;
            let mut data_set = data_set::read(&mut writing).await?;
            let scale = data_set.scale()?;
            let (mut rated, mut log) = (Vec::with_capacity(changes.len()), Vec::new());
            for change in changes {
                let done = make(&mut writing, &mut data_set, &scale, change).await?;
                if done.changed {
                    log.push(done.single_change());
                }
                rated.push(done);
            }
            if !log.is_empty() {
                changes::append(&mut writing, &log).await?;
                data_set::write(&mut writing, &data_set).await?;
            }
            writing.commit().await?;
            Ok(rated)
        })
        .await
    }
}

/// A scale that describes the ratings describes these, too.
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
    // None is an error that says so, and there is nothing to do.
    let Ok(of_these) = RatingScale::find(off) else { return Ok(()) };
    let wide = (scale.widen(&of_these), ScaleChoice::Found);
    change_scale(connection, wide).await.map_err(Failure::within)
}

/// Makes one change, with the next sequence if it is one.
async fn make(
    connection: &mut Connection,
    data_set: &mut DataSet,
    scale: &RatingScale,
    asked: &RatingChange<'_>,
) -> Result<Rated, Failure<RateError>> {
    if let Change::Set { rating, .. } = asked.change {
        check_rating(scale, asked, rating)?;
    }
    let (user, new_user) =
        index_of::<UserIdx>(connection, data_set, asked.user, asked.change).await?;
    let (item, new_item) =
        index_of::<ItemIdx>(connection, data_set, asked.item, asked.change).await?;
    let row = ratings::of_pair(connection, user, item).await?;
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
        match &row {
            Some(row) => ratings::put(connection, row).await?,
            None => ratings::remove(connection, user, item).await?,
        }
        items::count_rating(connection, item, before, after).await?;
        if before.is_none() && after.is_some() {
            let pair = Pair { user, item, user_id: asked.user, item_id: asked.item };
            if let Some(excess) = room::excess(connection, pair, MAX_ROW_LENGTH).await? {
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
    asked: &RatingChange<'_>,
    rating: f64,
) -> Result<(), RateError> {
    if scale.contains(rating) {
        return Ok(());
    }
    let (user, item) = (asked.user.to_owned(), asked.item.to_owned());
    Err(OffScale { scale: *scale, rating, user, item }.into())
}

/// The index of `id`, and whether it is new. Only for a rating that is set is a new one taken in.
async fn index_of<I: StoredIdx>(
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
