//! Tags of answers: who has one already need not be sent it again.

use crate::engine::Engine;
use likemind_engine::Moment;
use std::hash::BuildHasher;

/// Tells this answer from all others: by what it is computed from, and what was asked. No two runs of
/// the program give the same tag: the second may have been given another database.
pub(super) fn tag(engine: &Engine, moment: &Moment<'_>, user: &str, query: Option<&str>) -> String {
    let hash = engine.tags().hash_one((moment.mark(), user, query));
    format!("W/\"{hash:016x}\"")
}
