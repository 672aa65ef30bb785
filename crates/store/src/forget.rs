//! What a person's forgetting did.

use likemind::UserIdx;
use serde::Serialize;

/// What a person's forgetting did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// How many ratings went.
    pub ratings: u64,
    /// The index that was the person's. It stays, under an id that says so, and is nobody's.
    pub user: UserIdx,
    /// The data set's sequence after it.
    pub sequence: u64,
    /// Whether nothing of the person is left in the file. `false` if another process went on reading
    /// the database as it was before: the write-ahead log is then emptied when the database is opened
    /// next after that, or by [`Store::finish_erasing`](crate::Store::finish_erasing).
    pub erased: bool,
}
