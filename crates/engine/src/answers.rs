//! Answers with ids and titles, for all frontends.

mod neighbour;
mod recommended;

pub use neighbour::NamedNeighbour;
pub use recommended::{Reason, Recommended, rows_in};
