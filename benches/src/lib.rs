//! What the benches share: synthetic ratings from a fixed seed, how long criterion measures, and the
//! guard, which holds hot paths to their recorded speed-up.
//!
//! Every bench is named for the size of its input, users × items × ratings, so that figures of
//! different sizes are never compared by mistake. The shapes are those of MovieLens; the ratings
//! are made up.

mod guard;
mod inputs;
mod memory;
mod settings;

pub use guard::{Guard, Measured, Purpose, Record, Report, cpu_name};
pub use inputs::{
    SEED, SIDES, batch, csv, longest_first, matrix, model, most_popular_unrated, neighbours, size,
};
pub use memory::peak_rss_mib;
pub use settings::criterion;
