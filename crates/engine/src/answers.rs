//! Answers with ids and titles, for all frontends.

mod filter;
mod neighbour;
mod recommended;
mod years;

pub use filter::ItemFilter;
pub use neighbour::NamedNeighbour;
pub use recommended::{Reason, Recommended, rows_in};
pub use years::{Years, YearsError};
