//! What a person's forgetting did.

use likemind::UserIdx;
use serde::Serialize;

/// What the id of a person who was forgotten begins with.
const FORGOTTEN: &str = "forgotten user ";

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

/// Whether an id is one that [`Store::forget`](crate::Store::forget) leaves behind. A person can have such
/// an id as well, but not without a rating.
pub fn is_forgotten(id: &str) -> bool {
    id.starts_with(FORGOTTEN)
}

/// The id that a person's index has once the person is forgotten: at the first attempt, and at later ones if
/// somebody has the former.
pub(crate) fn forgotten_id(user: UserIdx, attempt: u32) -> String {
    match attempt {
        1 => format!("{FORGOTTEN}{}", user.0),
        again => format!("{FORGOTTEN}{} ({again})", user.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_the_forgotten_are_told_from_others() {
        for attempt in 1..4 {
            assert!(is_forgotten(&forgotten_id(UserIdx(17), attempt)));
        }
        assert_eq!(forgotten_id(UserIdx(17), 1), "forgotten user 17");
        assert_eq!(forgotten_id(UserIdx(17), 2), "forgotten user 17 (2)");
        assert!(!is_forgotten("forgotten users") && !is_forgotten("17"));
    }
}
