//! The ratings of the database and of an import as one matrix.

use super::incoming::Incoming;
use super::times::Staying;
use crate::digest::{DataDigest, RatingFact};
use crate::error::{ImportError, OffScale, TooManyRatings};
use crate::ids::AllIds;
use crate::rows::{RowsBuilder, code_of};
use likemind::matrix::MatrixError;
use likemind::{DenseIdx, ItemIdx, Rating, RatingMatrix, RatingScale, UserIdx};
use std::iter::Peekable;

/// How many ratings an import adds and changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) added: u64,
    pub(crate) updated: u64,
    pub(crate) unchanged: u64,
    pub(crate) kept: u64,
}

/// What an incoming rating is to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Novelty {
    /// The first of its pair.
    New,
    /// Another value than there was.
    Updated,
    /// The value that there was.
    Unchanged,
    /// Another value than there was, which stays.
    Refused,
}

/// Both together.
pub(crate) struct Merged {
    pub(crate) matrix: RatingMatrix,
    /// That of the old ratings, with what changed.
    pub(crate) digest: DataDigest,
    pub(crate) tally: Tally,
    /// Of each incoming rating, in order.
    pub(crate) novelty: Vec<Novelty>,
}

/// What is merged.
pub(crate) struct Merge<'a> {
    pub(crate) old: &'a RatingMatrix,
    pub(crate) incoming: &'a Incoming<'a>,
    pub(crate) staying: Staying,
    /// The scale that both have together.
    pub(crate) scale: RatingScale,
    /// All users and items, those that came with the import included.
    pub(crate) ids: &'a AllIds,
    /// Counts the old ratings if they are on that scale already, and none of them if not.
    pub(crate) digest: DataDigest,
}

impl Merge<'_> {
    /// The old and the incoming ratings together.
    pub(crate) fn run(self) -> Result<Merged, ImportError> {
        let Self { old, incoming, staying, scale, ids, digest } = self;
        let counts = ids.counts();
        let mut merger = Merger {
            rows: RowsBuilder::new(scale, counts.users, old.ratings() + incoming.len()),
            old_scale: *old.scale(),
            scale,
            staying,
            ids,
            digest,
            tally: Tally::default(),
            novelty: Vec::with_capacity(incoming.len()),
        };
        let mut new = incoming.iter().peekable();
        for user in (0..counts.users as u32).map(UserIdx) {
            merger.merge_user(user, old, &mut new)?;
            merger.rows.complete(user.0 as usize + 1);
        }
        let Merger { rows, digest, tally, novelty, .. } = merger;
        let matrix = rows.finish(counts.items).map_err(|error| named(error, ids))?;
        Ok(Merged { matrix, digest, tally, novelty })
    }
}

/// The error with the id of the row that it is about.
fn named(error: MatrixError, ids: &AllIds) -> ImportError {
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
    staying: Staying,
    ids: &'a AllIds,
    digest: DataDigest,
    tally: Tally,
    novelty: Vec<Novelty>,
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
        self.novelty.push(Novelty::New);
        self.count(new.user, new.item, new.rating)
    }

    fn keep(&mut self, user: UserIdx, item: ItemIdx, rating: f64) -> Result<(), OffScale> {
        if self.digest_counts_old() {
            return self.push(user, item, rating).map(|_| ());
        }
        self.count(user, item, rating)
    }

    fn replace(&mut self, old: f64, new: Rating) -> Result<(), OffScale> {
        let code = code_of(&self.scale, old);
        if code == code_of(&self.scale, new.rating) {
            self.tally.unchanged += 1;
            self.novelty.push(Novelty::Unchanged);
            return self.keep(new.user, new.item, new.rating);
        }
        if self.staying.has(new.user, new.item) {
            self.tally.kept += 1;
            self.novelty.push(Novelty::Refused);
            return self.keep(new.user, new.item, old);
        }
        self.tally.updated += 1;
        self.novelty.push(Novelty::Updated);
        if let (true, Some(code)) = (self.digest_counts_old(), code) {
            self.digest.remove_rating(RatingFact { user: new.user.0, item: new.item.0, code });
        }
        self.count(new.user, new.item, new.rating)
    }

    fn digest_counts_old(&self) -> bool {
        self.old_scale == self.scale
    }

    /// Pushes a rating that the digest does not count yet.
    fn count(&mut self, user: UserIdx, item: ItemIdx, rating: f64) -> Result<(), OffScale> {
        let code = self.push(user, item, rating)?;
        self.digest.add_rating(RatingFact { user: user.0, item: item.0, code });
        Ok(())
    }

    /// Incoming ratings are all on the scale; an old one may be off a scale that was given now.
    fn push(&mut self, user: UserIdx, item: ItemIdx, rating: f64) -> Result<u64, OffScale> {
        self.rows.push(item.0, rating).ok_or_else(|| OffScale {
            scale: self.scale,
            rating,
            user: self.ids.users.name(user).unwrap_or_default().to_owned(),
            item: self.ids.items.name(item).unwrap_or_default().to_owned(),
        })
    }
}
