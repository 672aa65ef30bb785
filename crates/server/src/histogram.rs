//! Histograms of ratings in responses.

use likemind::RatingScale;
use likemind::facts::RatingCount;
use serde::Serialize;
use utoipa::ToSchema;

/// The number of ratings with a value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Bin {
    /// The rating; if the scale has no levels, the lower bound of the bin.
    rating: f64,
    /// Number of ratings.
    count: u64,
}

impl From<RatingCount> for Bin {
    fn from(RatingCount { rating, count }: RatingCount) -> Self {
        Self { rating, count }
    }
}

/// [`likemind::facts::histogram`] for a response.
pub(crate) fn histogram(scale: &RatingScale, ratings: impl Iterator<Item = f64>) -> Vec<Bin> {
    bins(likemind::facts::histogram(scale, ratings))
}

pub(crate) fn bins(counts: Vec<RatingCount>) -> Vec<Bin> {
    counts.into_iter().map(Bin::from).collect()
}
