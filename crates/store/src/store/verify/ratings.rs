//! Verifying the rows of ratings against their digests, the packed ratings and the totals of the
//! items.

use crate::data_set::DataSet;
use crate::digest::{DataDigest, RatingFact};
use crate::fault::Fault;
use crate::ids::AllIds;
use crate::sqlite::items::Totals;
use crate::sqlite::{Connection, items, ratings};
use likemind::{Rating, RatingMatrix, RatingScale, UserIdx};

/// Verifies all ratings, and returns their number.
pub(super) async fn verify(
    connection: &mut Connection,
    data_set: &DataSet,
    ids: &AllIds,
    packed: Option<&RatingMatrix>,
) -> Result<u64, Fault> {
    let known = ids.counts();
    let mut recount = Recount::new(data_set.scale.map(|(scale, _)| scale), known.items);
    let (mut differing, mut first) = (0_u64, None);
    let read = ratings::for_each(connection, &data_set.rows, known, |rating| {
        recount.add(rating)?;
        let packed = packed.map(|packed| packed.rating(rating.user, rating.item));
        if packed.is_some_and(|packed| packed != Some(rating.rating)) {
            differing += 1;
            first.get_or_insert((rating.user, rating.item));
        }
        Ok(())
    });
    let read = read.await;
    // Report this first, since it says more than a digest mismatch.
    if let Some((user, item)) = first {
        let user = ids.users.name(user).unwrap_or_default();
        let item = ids.items.name(item).unwrap_or_default();
        return Err(Fault::Damaged(format!(
            "{differing} ratings that differ from the packed ratings, the first of {item:?} by {user:?}"
        )));
    }
    read?;
    if packed.is_some_and(|packed| packed.ratings() as u64 != recount.count) {
        return Err(Fault::Damaged("fewer ratings than are packed".to_owned()));
    }
    recount.digest.add_ids(&ids.users, 0);
    recount.digest.add_ids(&ids.items, 0);
    check_same_digest(data_set, recount.digest)?;
    recount.check_totals(connection).await?;
    Ok(recount.count)
}

/// Checks that the matrix contains the ratings of the data set, by digest.
pub(super) fn check_digest(
    data_set: &DataSet,
    matrix: &RatingMatrix,
    ids: &AllIds,
) -> Result<(), Fault> {
    let mut digest = DataDigest::default();
    digest.add_ids(&ids.users, 0);
    digest.add_ids(&ids.items, 0);
    for user in (0..matrix.users() as u32).map(UserIdx) {
        for (item, rating) in matrix.of_user(user) {
            let fact = RatingFact::new(matrix.scale(), user, item, rating);
            digest.add_rating(fact.ok_or_else(|| off_scale(rating))?);
        }
    }
    check_same_digest(data_set, digest)
}

fn check_same_digest(data_set: &DataSet, found: DataDigest) -> Result<(), Fault> {
    match data_set.digest == found {
        true => Ok(()),
        false => Err(Fault::Damaged("ratings that do not match the data set's digest".to_owned())),
    }
}

fn off_scale(rating: f64) -> Fault {
    Fault::Damaged(format!("a rating of {rating}, which is not on the scale"))
}

/// Digest and totals computed from the rows.
struct Recount {
    /// `None` before the first import, when there are no ratings.
    scale: Option<RatingScale>,
    count: u64,
    digest: DataDigest,
    /// Number of ratings of each item, and their sum.
    totals: Vec<(i64, f64)>,
}

impl Recount {
    fn new(scale: Option<RatingScale>, items: usize) -> Self {
        Self { scale, count: 0, digest: DataDigest::default(), totals: vec![(0, 0.0); items] }
    }

    fn add(&mut self, row: Rating) -> Result<(), Fault> {
        let Rating { user, item, rating, .. } = row;
        let fact = self.scale.and_then(|scale| RatingFact::new(&scale, user, item, rating));
        self.digest.add_rating(fact.ok_or_else(|| off_scale(rating))?);
        self.count += 1;
        if let Some((count, sum)) = self.totals.get_mut(item.0 as usize) {
            *count += 1;
            *sum += rating;
        }
        Ok(())
    }

    /// Checks the stored totals of the items. Stored sums accumulate rounding errors with every
    /// change.
    async fn check_totals(&self, connection: &mut Connection) -> Result<(), Fault> {
        let stored = items::totals(connection).await?;
        let widest = self.scale.map_or(0.0, |scale| scale.min().abs().max(scale.max().abs()));
        for row in stored {
            let (count, sum) = self.totals.get(row.idx as usize).copied().unwrap_or_default();
            let rounding = 1e-9 * widest * (count + 1) as f64;
            if row.rating_count != count || (row.rating_sum - sum).abs() > rounding {
                let Totals { idx, rating_count, rating_sum } = row;
                return Err(Fault::Damaged(format!(
                    "item {idx} with {rating_count} ratings that add up to {rating_sum}, where \
                     {count} add up to {sum}"
                )));
            }
        }
        Ok(())
    }
}
