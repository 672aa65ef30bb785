//! Conversion of database integers.

/// Converts a count, which is never negative in an undamaged database.
pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
