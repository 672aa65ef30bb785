//! Entity tags of recommendations.

use crate::engine::Engine;
use likemind_engine::Moment;
use std::hash::BuildHasher;

/// The entity tag of a response: a hash of the data that it is computed from and of the request. Tags
/// differ between runs of the program, which may have different databases.
pub(super) fn tag(engine: &Engine, moment: &Moment<'_>, user: &str, query: Option<&str>) -> String {
    let hash = engine.tags().hash_one((moment.mark(), user, query));
    format!("W/\"{hash:016x}\"")
}
