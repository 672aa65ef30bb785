//! Conversion of driver errors to [`Fault`]s.

use crate::fault::{Failure, Fault};

// Primary result codes (sqlite.org/rescode.html).
const PERMISSION: i32 = 3;
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READ_ONLY: i32 = 8;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
const CONSTRAINT: i32 = 19;
const MISMATCH: i32 = 20;
const NOT_A_DATABASE: i32 = 26;

// Extended result codes: the file ends before a page that it should contain, and the shared-memory
// index of the write-ahead log cannot grow.
const SHORT_READ: i32 = 522;
const NO_ROOM_FOR_INDEX: i32 = 4874;

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let Some(database_error) = error.as_database_error() else {
            return match error {
                sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                    Self::Damaged(error.to_string())
                }
                _ => Self::Driver(Box::new(error)),
            };
        };
        let found = database_error.message().to_owned();
        let extended = database_error.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0);
        match (extended, extended & 0xff) {
            (SHORT_READ, _) => Self::Damaged("a file that ends too early".to_owned()),
            (NO_ROOM_FOR_INDEX, _) | (_, FULL) => Self::Full,
            (_, BUSY | LOCKED) => Self::Locked,
            (_, PERMISSION | READ_ONLY | CANNOT_OPEN) => Self::Unwritable(found),
            // Valid writes to an undamaged database violate no constraint.
            (_, CORRUPT | NOT_A_DATABASE | CONSTRAINT | MISMATCH) => Self::Damaged(found),
            _ => Self::Driver(Box::new(error)),
        }
    }
}

impl<E> From<sqlx::Error> for Failure<E> {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}
