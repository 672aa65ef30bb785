//! A changed rating.

use crate::ids::{ItemIdx, RowIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::scale::RatingScale;
use crate::side::Side;
use crate::similarity::LevelChange;

/// A rating that was set or removed; `None` stands for no rating.
pub(super) struct RatingChange {
    pub(super) user: UserIdx,
    pub(super) item: ItemIdx,
    pub(super) before: Option<f64>,
    pub(super) now: Option<f64>,
}

/// A changed rating from the point of view of one side.
pub(super) struct Change {
    pub(super) row: RowIdx,
    pub(super) column: u32,
    /// The levels; both `None` on a scale without levels.
    pub(super) levels: LevelChange,
}

impl RatingChange {
    /// The change as users and as items see it.
    pub(super) fn by_side(&self, scale: &RatingScale) -> (Change, Change) {
        let level = |rating: Option<f64>| rating.and_then(|rating| scale.level_of(rating));
        let levels = LevelChange { before: level(self.before), now: level(self.now) };
        let (user, item) = (self.user, self.item);
        let of_user = Change { row: user.into(), column: item.0, levels };
        (of_user, Change { row: item.into(), column: user.0, levels })
    }

    /// Number of ratings of the user and of the item: about as many pairs change.
    pub(super) fn pairs(&self, matrix: &RatingMatrix) -> usize {
        let users = matrix.rows(Side::Items).row_len(self.item);
        users + matrix.rows(Side::Users).row_len(self.user)
    }
}
