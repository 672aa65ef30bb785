//! What SQLite says, in the words of this crate.

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

// Extended ones: the file ends before a page that it should have, and the index of the log cannot
// grow.
const SHORT_READ: i32 = 522;
const NO_ROOM_FOR_INDEX: i32 = 4874;

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let Some(said) = error.as_database_error() else {
            return match error {
                sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                    Self::Damaged(error.to_string())
                }
                _ => Self::Driver(Box::new(error)),
            };
        };
        let found = said.message().to_owned();
        let extended = said.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0);
        match (extended, extended & 0xff) {
            (SHORT_READ, _) => Self::Damaged("a file that ends too early".to_owned()),
            (NO_ROOM_FOR_INDEX, _) | (_, FULL) => Self::Full,
            (_, BUSY | LOCKED) => Self::Locked,
            (_, PERMISSION | READ_ONLY | CANNOT_OPEN) => Self::Unwritable(found),
            // What is written to a sound database breaks no constraint.
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
