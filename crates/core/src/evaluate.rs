//! How good predictions and recommendations are on ratings that were held out.

mod accuracy;
mod ranking;

pub use accuracy::{RatingAccuracy, rating_accuracy};
pub use ranking::{RankingQuality, ranking_quality};

use crate::ids::{ItemIdx, UserIdx};

/// A held-out rating.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TestRating {
    /// Who rated; may be unknown to the training ratings.
    pub user: UserIdx,
    /// What was rated; may be unknown to the training ratings.
    pub item: ItemIdx,
    /// The rating.
    pub rating: f64,
}
