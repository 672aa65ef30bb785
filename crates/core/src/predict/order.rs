//! Which of equally similar neighbours come first.

use crate::matrix::RatingMatrix;
use crate::side::Side;
use crate::table::RatingTable;

/// Which of equally similar neighbours counts, where not all can.
#[derive(Clone, Copy, Debug, Default)]
pub enum Ties<'a> {
    /// The one with the larger overlap; of those, the one that appeared first in the data.
    #[default]
    Overlap,
    /// The one that appeared first in the data: what [`Reading`](Self::Reading) comes to where ratings
    /// were read user by user, and that order is no longer known.
    Appearance,
    /// The one whose rating was read first, as in Surprise.
    Reading(&'a ReadingOrder),
}

impl Ties<'_> {
    /// Where each entry of a side was read, if that counts.
    pub(super) fn places(&self, side: Side) -> Option<&[u32]> {
        match self {
            Self::Reading(order) => Some(order.places(side)),
            Self::Overlap | Self::Appearance => None,
        }
    }
}

/// The row of its table that each entry of a matrix came from: the order of the training file. It is of
/// no use for a matrix that was changed since.
#[derive(Clone, Debug)]
pub struct ReadingOrder {
    by_user: Vec<u32>,
    by_item: Vec<u32>,
}

impl ReadingOrder {
    /// The order of `table`, for the matrix that was made of it.
    pub fn new(table: &RatingTable, matrix: &RatingMatrix) -> Self {
        let (users, items) = (matrix.rows(Side::Users), matrix.rows(Side::Items));
        // A place for every entry, also in the rows' spare room.
        let mut by_user = vec![0; users.columns().len()];
        let mut by_item = vec![0; items.columns().len()];
        for (place, rating) in (0..).zip(table.iter()) {
            let (user, item) = (rating.user.0, rating.item.0);
            if let Some(entry) = users.entry(rating.user, item) {
                by_user[entry] = place;
            }
            if let Some(entry) = items.entry(rating.item, user) {
                by_item[entry] = place;
            }
        }
        Self { by_user, by_item }
    }

    /// The places of a side's entries, in the order of the entries.
    fn places(&self, side: Side) -> &[u32] {
        match side {
            Side::Users => &self.by_user,
            Side::Items => &self.by_item,
        }
    }
}
