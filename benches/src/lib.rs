//! Shared code of the benches: synthetic ratings with a fixed seed, criterion settings, and the guard,
//! which checks that hot paths keep their recorded speed-up.
//!
//! Bench ids include the size of the input, users × items × ratings, so figures for different sizes
//! are never compared by mistake. The shapes are those of MovieLens; the ratings are synthetic.

mod guard;
mod inputs;
mod memory;
mod settings;

pub use guard::{Guard, Measured, Purpose, Record, Report, cpu_name};
pub use inputs::{
    SEED, SIDES, batch, csv, longest_first, matrix, ml_1m, model, most_popular_unrated, neighbours,
    size,
};
pub use memory::peak_rss_mib;
pub use settings::criterion;
