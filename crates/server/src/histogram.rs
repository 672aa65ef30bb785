//! Histograms of ratings in responses.

use likemind::RatingScale;
use likemind::facts::{CountRange, RatingCount};
use serde::Serialize;
use utoipa::ToSchema;

/// The number of ratings with a value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Bin {
    /// The rating; the lower bound of the bin if ratings are counts, or the scale has too many levels or none.
    rating: f64,
    /// Number of ratings.
    count: u64,
}

impl From<RatingCount> for Bin {
    fn from(RatingCount { rating, count }: RatingCount) -> Self {
        Self { rating, count }
    }
}

/// How many users or items have a number of ratings within a range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct CountBin {
    /// The smallest number of ratings.
    from: u64,
    /// The largest number of ratings.
    to: u64,
    /// Number of users or items.
    count: u64,
}

impl From<CountRange> for CountBin {
    fn from(CountRange { from, to, count }: CountRange) -> Self {
        Self { from, to, count }
    }
}

/// [`likemind::facts::histogram`] for a response.
pub(crate) fn histogram(scale: &RatingScale, ratings: impl Iterator<Item = f64>) -> Vec<Bin> {
    bins(likemind::facts::histogram(scale, ratings))
}

pub(crate) fn bins(counts: Vec<RatingCount>) -> Vec<Bin> {
    counts.into_iter().map(Bin::from).collect()
}
