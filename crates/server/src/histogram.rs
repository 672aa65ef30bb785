//! How often each rating occurs, as it is shown.

use likemind::RatingScale;
use likemind::facts::RatingCount;
use serde::Serialize;
use utoipa::ToSchema;

/// How many ratings have a value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Bin {
    /// The rating; where the scale has no levels, the lower end of the bin.
    rating: f64,
    /// How many there are.
    count: u64,
}

impl From<RatingCount> for Bin {
    fn from(RatingCount { rating, count }: RatingCount) -> Self {
        Self { rating, count }
    }
}

/// [`likemind::facts::histogram`] as it is shown.
pub(crate) fn histogram(scale: &RatingScale, ratings: impl Iterator<Item = f64>) -> Vec<Bin> {
    bins(likemind::facts::histogram(scale, ratings))
}

pub(crate) fn bins(counts: Vec<RatingCount>) -> Vec<Bin> {
    counts.into_iter().map(Bin::from).collect()
}
