//! Merging the ratings of the database and an import into one matrix.

use super::incoming::Incoming;
use super::times::KeptRatings;
use crate::digest::{DataDigest, RatingFact};
use crate::error::{ImportError, OffScale, TooManyRatings};
use crate::ids::AllIds;
use crate::rows::{RowsBuilder, code_of};
use likemind::matrix::MatrixError;
use likemind::{DenseIdx, ItemIdx, Rating, RatingMatrix, RatingScale, UserIdx};
use std::iter::Peekable;

/// Number of ratings of an import by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) added: u64,
    pub(crate) updated: u64,
    pub(crate) unchanged: u64,
    pub(crate) kept: u64,
}

/// The effect of an incoming rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Added: there was no rating.
    New,
    /// Replaced a different value.
    Updated,
    /// Equal to the existing value.
    Unchanged,
    /// Different from the existing value, which is kept.
    Kept,
}

/// The merged ratings.
pub(crate) struct Merged {
    pub(crate) matrix: RatingMatrix,
    /// The digest of the merged ratings.
    pub(crate) digest: DataDigest,
    pub(crate) tally: Tally,
    /// The outcome of each incoming rating, in order.
    pub(crate) outcomes: Vec<Outcome>,
}

/// The input of a merge.
pub(crate) struct Merge<'a> {
    pub(crate) old: &'a RatingMatrix,
    pub(crate) incoming: &'a Incoming<'a>,
    pub(crate) kept_ratings: KeptRatings,
    /// The scale of the merged ratings.
    pub(crate) scale: RatingScale,
    /// All users and items, including those of the import.
    pub(crate) ids: &'a AllIds,
    /// The digest of the old ratings if they are already on that scale, otherwise an empty digest.
    pub(crate) digest: DataDigest,
}

impl Merge<'_> {
    /// Merges the old and the incoming ratings.
    pub(crate) fn run(self) -> Result<Merged, ImportError> {
        let Self { old, incoming, kept_ratings, scale, ids, digest } = self;
        let counts = ids.counts();
        let mut merger = Merger {
            rows: RowsBuilder::new(scale, counts.users, old.ratings() + incoming.len()),
            old_scale: *old.scale(),
            scale,
            kept_ratings,
            ids,
            digest,
            tally: Tally::default(),
            outcomes: Vec::with_capacity(incoming.len()),
        };
        let mut new = incoming.iter().peekable();
        for user in (0..counts.users as u32).map(UserIdx) {
            merger.merge_user(user, old, &mut new)?;
            merger.rows.complete(user.0 as usize + 1);
        }
        let Merger { rows, digest, tally, outcomes, .. } = merger;
        let matrix = rows.finish(counts.items).map_err(|error| with_row_id(error, ids))?;
        Ok(Merged { matrix, digest, tally, outcomes })
    }
}

/// Converts a [`MatrixError`], adding the id of the row that is too long.
fn with_row_id(error: MatrixError, ids: &AllIds) -> ImportError {
    let MatrixError::RowTooLong { what, index, found } = error else { return error.into() };
    let id = match what == UserIdx::WHAT {
        true => ids.users.name(UserIdx(index)),
        false => ids.items.name(ItemIdx(index)),
    };
    let (id, found) = (id.unwrap_or_default().to_owned(), found as u64);
    TooManyRatings { what, id, found }.into()
}

struct Merger<'a> {
    rows: RowsBuilder,
    old_scale: RatingScale,
    scale: RatingScale,
    kept_ratings: KeptRatings,
    ids: &'a AllIds,
    digest: DataDigest,
    tally: Tally,
    outcomes: Vec<Outcome>,
}

impl Merger<'_> {
    fn merge_user(
        &mut self,
        user: UserIdx,
        old: &RatingMatrix,
        new: &mut Peekable<impl Iterator<Item = Rating>>,
    ) -> Result<(), OffScale> {
        for (item, rating) in old.of_user(user) {
            while let Some(earlier) = new.next_if(|new| (new.user, new.item) < (user, item)) {
                self.add(earlier)?;
            }
            match new.next_if(|new| (new.user, new.item) == (user, item)) {
                Some(new) => self.replace(rating, new)?,
                None => self.keep(user, item, rating)?,
            }
        }
        while let Some(rest) = new.next_if(|new| new.user == user) {
            self.add(rest)?;
        }
        Ok(())
    }

    fn add(&mut self, new: Rating) -> Result<(), OffScale> {
        self.tally.added += 1;
        self.outcomes.push(Outcome::New);
        self.push_and_digest(new.user, new.item, new.rating)
    }

    fn keep(&mut self, user: UserIdx, item: ItemIdx, rating: f64) -> Result<(), OffScale> {
        if self.digest_counts_old() {
            return self.push(user, item, rating).map(|_| ());
        }
        self.push_and_digest(user, item, rating)
    }

    fn replace(&mut self, old: f64, new: Rating) -> Result<(), OffScale> {
        let code = code_of(&self.scale, old);
        if code == code_of(&self.scale, new.rating) {
            self.tally.unchanged += 1;
            self.outcomes.push(Outcome::Unchanged);
            return self.keep(new.user, new.item, new.rating);
        }
        if self.kept_ratings.contains(new.user, new.item) {
            self.tally.kept += 1;
            self.outcomes.push(Outcome::Kept);
            return self.keep(new.user, new.item, old);
        }
        self.tally.updated += 1;
        self.outcomes.push(Outcome::Updated);
        if let (true, Some(code)) = (self.digest_counts_old(), code) {
            self.digest.remove_rating(RatingFact { user: new.user.0, item: new.item.0, code });
        }
        self.push_and_digest(new.user, new.item, new.rating)
    }

    fn digest_counts_old(&self) -> bool {
        self.old_scale == self.scale
    }

    /// Pushes a rating and adds it to the digest.
    fn push_and_digest(
        &mut self,
        user: UserIdx,
        item: ItemIdx,
        rating: f64,
    ) -> Result<(), OffScale> {
        let code = self.push(user, item, rating)?;
        self.digest.add_rating(RatingFact { user: user.0, item: item.0, code });
        Ok(())
    }

    /// Pushes a rating. Incoming ratings are known to be on the scale; an old one may lie outside a
    /// scale that was just given.
    fn push(&mut self, user: UserIdx, item: ItemIdx, rating: f64) -> Result<u64, OffScale> {
        self.rows.push(item.0, rating).ok_or_else(|| OffScale {
            scale: self.scale,
            rating,
            user: self.ids.users.name(user).unwrap_or_default().to_owned(),
            item: self.ids.items.name(item).unwrap_or_default().to_owned(),
        })
    }
}
