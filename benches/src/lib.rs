//! What the benches share: synthetic ratings from a fixed seed, and how long criterion measures.
//!
//! Every bench is named for the size of its input, users × items × ratings, so that figures of
//! different sizes are never compared by mistake. The shapes are those of MovieLens; the ratings
//! are made up.

mod inputs;
mod memory;
mod settings;

pub use inputs::{SEED, SIDES, csv, longest_first, matrix, model, most_popular_unrated, size};
pub use memory::peak_rss_mib;
pub use settings::criterion;
