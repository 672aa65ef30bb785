//! The result of forgetting a user.

use likemind::UserIdx;
use serde::Serialize;

/// Prefix of the ids of forgotten users.
const FORGOTTEN: &str = "forgotten user ";

/// The result of forgetting a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// Number of ratings that were deleted.
    pub ratings: u64,
    /// The index of the user. It remains, under an id that marks it as forgotten.
    pub user: UserIdx,
    /// The sequence of the data set afterwards.
    pub sequence: u64,
    /// Whether nothing of the user is left in the file. `false` if another process was still
    /// reading an earlier state of the database: the write-ahead log is then emptied later, the
    /// next time the database is opened or by
    /// [`Store::finish_erasing`](crate::Store::finish_erasing).
    pub erased: bool,
}

/// Whether an id looks like one that [`Store::forget`](crate::Store::forget) leaves behind. Other
/// users can have such an id, too, but not without ratings.
pub fn is_forgotten(id: &str) -> bool {
    id.starts_with(FORGOTTEN)
}

/// Returns the id that replaces the id of a forgotten user. Later attempts are for the case that
/// another user has the id.
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
    fn recognises_ids_of_forgotten_users() {
        for attempt in 1..4 {
            assert!(is_forgotten(&forgotten_id(UserIdx(17), attempt)));
        }
        assert_eq!(forgotten_id(UserIdx(17), 1), "forgotten user 17");
        assert_eq!(forgotten_id(UserIdx(17), 2), "forgotten user 17 (2)");
        assert!(!is_forgotten("forgotten users") && !is_forgotten("17"));
    }
}
