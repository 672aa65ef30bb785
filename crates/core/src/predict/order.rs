//! Tie-breaking between equally similar neighbours.

use crate::matrix::RatingMatrix;
use crate::side::Side;
use crate::table::RatingTable;

/// How predictions choose between equally similar neighbours.
#[derive(Clone, Copy, Debug, Default)]
pub enum Ties<'a> {
    /// Prefer the larger overlap, then the row that appeared first in the data.
    #[default]
    Overlap,
    /// Prefer the row that appeared first in the data. Equivalent to [`Reading`](Self::Reading) if
    /// the ratings were read user by user; used when the reading order is no longer known.
    Appearance,
    /// Prefer the row whose rating was read first, as Surprise does.
    Reading(&'a ReadingOrder),
}

impl Ties<'_> {
    /// Returns the reading position of each entry of a side; `None` if ties do not depend on it.
    pub(super) fn positions(&self, side: Side) -> Option<&[u32]> {
        match self {
            Self::Reading(order) => Some(order.positions(side)),
            Self::Overlap | Self::Appearance => None,
        }
    }
}

/// The order of the training file: for each entry of a matrix, the row of the table that it came
/// from. Valid only as long as the matrix is unchanged.
#[derive(Clone, Debug)]
pub struct ReadingOrder {
    by_user: Vec<u32>,
    by_item: Vec<u32>,
}

impl ReadingOrder {
    /// Records the order of `table`, for the matrix that was built from it.
    pub fn new(table: &RatingTable, matrix: &RatingMatrix) -> Self {
        let (users, items) = (matrix.rows(Side::Users), matrix.rows(Side::Items));
        // Indexed by entry, including the spare capacity of rows.
        let mut by_user = vec![0; users.columns().len()];
        let mut by_item = vec![0; items.columns().len()];
        for (position, rating) in (0..).zip(table.iter()) {
            let (user, item) = (rating.user.0, rating.item.0);
            if let Some(entry) = users.entry(rating.user, item) {
                by_user[entry] = position;
            }
            if let Some(entry) = items.entry(rating.item, user) {
                by_item[entry] = position;
            }
        }
        Self { by_user, by_item }
    }

    /// Returns the reading positions of a side's entries, in the order of the entries.
    fn positions(&self, side: Side) -> &[u32] {
        match side {
            Side::Users => &self.by_user,
            Side::Items => &self.by_item,
        }
    }
}
