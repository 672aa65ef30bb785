//! Answers with names: what a person or a program is shown, whichever way.

mod neighbour;
mod recommended;

pub use neighbour::NamedNeighbour;
pub use recommended::{Reason, Recommended, rows_in};
