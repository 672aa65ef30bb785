//! Roles of clients.

/// The permissions of a client. Each role includes the previous ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Only what is open to everybody.
    Nobody,
    /// Reading.
    Read,
    /// Reading, rating, starting and cancelling jobs, changing models.
    Write,
}
