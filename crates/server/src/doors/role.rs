//! Roles: what somebody may do.

/// What somebody may do; each may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Nothing but what is open to all.
    Nobody,
    /// Ask.
    Read,
    /// Ask, rate, begin and end jobs, change models.
    Write,
}
