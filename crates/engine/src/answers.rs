//! Answers with ids and titles, for all frontends.

mod batch;
mod filter;
mod neighbour;
mod recommended;
mod recommending;
mod years;

pub use batch::{Person, recommend_each};
pub use filter::ItemFilter;
pub use neighbour::NamedNeighbour;
pub use recommended::{Reason, Recommended};
pub use recommending::{RecommendationRequest, Recommendations, recommend};
pub use years::{Years, YearsError};
