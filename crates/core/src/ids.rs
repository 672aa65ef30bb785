//! External ids and dense indices, with a distinct index type for users, items and rows.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use std::sync::Arc;

/// A dense index. This trait is sealed; only [`UserIdx`], [`ItemIdx`] and [`RowIdx`] implement it.
pub trait DenseIdx: Copy + Eq + Ord + Send + Sync + sealed::Sealed {
    /// What the index refers to, for messages: `"user"`, `"item"` or `"row"`.
    const WHAT: &'static str;
    /// Creates the index of this position.
    fn from_u32(position: u32) -> Self;
    /// Returns the position, from 0.
    fn get(self) -> u32;
    /// Returns the position as a slice index.
    fn at(self) -> usize {
        self.get() as usize
    }
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! dense_idx {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub struct $name(pub u32);

        impl sealed::Sealed for $name {}

        impl DenseIdx for $name {
            const WHAT: &'static str = $what;
            fn from_u32(position: u32) -> Self {
                Self(position)
            }
            fn get(self) -> u32 {
                self.0
            }
        }
    };
}

dense_idx!(
    /// The dense index of a user: its rank by first appearance, from 0. It never changes.
    UserIdx,
    "user"
);
dense_idx!(
    /// The dense index of an item: its rank by first appearance, from 0. It never changes.
    ItemIdx,
    "item"
);

dense_idx!(
    /// The dense index of a row: a user or an item, depending on the [`Side`](crate::Side). The
    /// index itself does not record the side; it follows from the context.
    RowIdx,
    "row"
);

impl RowIdx {
    /// Iterates over the first `rows` rows.
    pub fn first(rows: usize) -> impl ExactSizeIterator<Item = Self> + Clone {
        (0..rows as u32).map(Self)
    }

    /// Converts the row to a user; meaningful only on the users' side.
    pub fn user(self) -> UserIdx {
        UserIdx(self.0)
    }

    /// Converts the row to an item; meaningful only on the items' side.
    pub fn item(self) -> ItemIdx {
        ItemIdx(self.0)
    }
}

impl From<UserIdx> for RowIdx {
    fn from(user: UserIdx) -> Self {
        Self(user.0)
    }
}

impl From<ItemIdx> for RowIdx {
    fn from(item: ItemIdx) -> Self {
        Self(item.0)
    }
}

/// Maximum length of an id in bytes.
pub const MAX_ID_BYTES: usize = 1024;

/// Number of characters of a too long id that are shown in the error.
const SHOWN_CHARS: usize = 20;

/// Errors when adding or changing an external id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdError {
    /// The id is empty.
    #[error("expected the {what}'s id, found an empty string")]
    Empty {
        /// `"user"` or `"item"`.
        what: &'static str,
    },
    /// The id contains a NUL character, which databases cannot store.
    #[error("expected the {what}'s id without NUL characters, found {id:?}")]
    Nul {
        /// `"user"` or `"item"`.
        what: &'static str,
        /// The id as given.
        id: String,
    },
    /// The id is longer than [`MAX_ID_BYTES`].
    #[error(
        "expected the {what}'s id in at most {MAX_ID_BYTES} bytes, found {bytes} that begin with \
         {start:?}"
    )]
    TooLong {
        /// `"user"` or `"item"`.
        what: &'static str,
        /// Its length in bytes.
        bytes: usize,
        /// Its first characters.
        start: String,
    },
    /// The id belongs to another index.
    #[error("expected an unused id for the {what}, found {id:?}")]
    Taken {
        /// `"user"` or `"item"`.
        what: &'static str,
        /// The id as given.
        id: String,
    },
    /// All 2³² − 1 indices are in use.
    #[error("expected at most {max} {what}s, found one more", max = u32::MAX)]
    TooMany {
        /// `"user"` or `"item"`.
        what: &'static str,
    },
}

/// The error returned for an index that is out of range.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected a {what} index below {count}, found {found}")]
pub struct UnknownIndex {
    /// `"user"` or `"item"`.
    pub what: &'static str,
    /// Number of users or items.
    pub count: usize,
    /// The index.
    pub found: u32,
}

impl UnknownIndex {
    /// Checks that an index is below `count`.
    pub(crate) fn check<I: DenseIdx>(index: I, count: usize) -> Result<(), Self> {
        if index.at() < count {
            return Ok(());
        }
        Err(Self { what: I::WHAT, count, found: index.get() })
    }
}

/// External ids in order of first appearance; the position of an id is its dense index.
///
/// An id is any non-empty string of at most [`MAX_ID_BYTES`] without NUL characters. Ids are
/// compared byte for byte: `"1"` and `"01"` are different ids.
///
/// ```
/// use likemind::{Ids, UserIdx};
/// let mut users = Ids::<UserIdx>::new();
/// assert_eq!(users.intern("ada").unwrap(), UserIdx(0));
/// assert_eq!(users.intern("bob").unwrap(), UserIdx(1));
/// assert_eq!(users.intern("ada").unwrap(), UserIdx(0));
/// assert_eq!(users.name(UserIdx(1)), Some("bob"));
/// assert_eq!(users.get("eve"), None);
/// ```
#[derive(Clone, Debug)]
pub struct Ids<I> {
    names: Vec<Arc<str>>,
    positions: FxHashMap<Arc<str>, u32>,
    kind: PhantomData<I>,
}

impl<I> Default for Ids<I> {
    fn default() -> Self {
        Self { names: Vec::new(), positions: FxHashMap::default(), kind: PhantomData }
    }
}

impl<I: DenseIdx> PartialEq for Ids<I> {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl<I: DenseIdx> Ids<I> {
    /// Creates an empty set of ids.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the index of `id`, assigning the next free one if the id is new.
    ///
    /// # Errors
    /// [`IdError`] if the id is invalid (see [`check`](Self::check)) or no index is left.
    pub fn intern(&mut self, id: &str) -> Result<I, IdError> {
        if let Some(&position) = self.positions.get(id) {
            return Ok(I::from_u32(position));
        }
        Self::check(id)?;
        let position = u32::try_from(self.names.len())
            .ok()
            .filter(|&position| position < u32::MAX)
            .ok_or(IdError::TooMany { what: I::WHAT })?;
        let name: Arc<str> = Arc::from(id);
        self.names.push(Arc::clone(&name));
        self.positions.insert(name, position);
        Ok(I::from_u32(position))
    }

    /// Replaces the id of `index`; the former id becomes unused. Does nothing if `index` is out of
    /// range.
    ///
    /// # Errors
    /// [`IdError`] if the id is invalid (see [`check`](Self::check)) or belongs to another index.
    pub fn rename(&mut self, index: I, id: &str) -> Result<(), IdError> {
        let Some(former) = self.names.get(index.at()).cloned() else { return Ok(()) };
        if self.get(id).is_some_and(|owner| owner != index) {
            return Err(IdError::Taken { what: I::WHAT, id: id.to_owned() });
        }
        Self::check(id)?;
        let name: Arc<str> = Arc::from(id);
        self.positions.remove(&former);
        self.positions.insert(Arc::clone(&name), index.get());
        self.names[index.at()] = name;
        Ok(())
    }

    /// Checks that a string is a valid id.
    ///
    /// # Errors
    /// [`IdError`] if it is empty, longer than [`MAX_ID_BYTES`] or contains a NUL character.
    pub fn check(id: &str) -> Result<(), IdError> {
        let what = I::WHAT;
        match id.len() {
            0 => Err(IdError::Empty { what }),
            1..=MAX_ID_BYTES if id.contains('\0') => Err(IdError::Nul { what, id: id.to_owned() }),
            1..=MAX_ID_BYTES => Ok(()),
            bytes => {
                let start = id.chars().take(SHOWN_CHARS).collect();
                Err(IdError::TooLong { what, bytes, start })
            }
        }
    }

    /// Returns the index of `id`, or `None` if it is unknown.
    pub fn get(&self, id: &str) -> Option<I> {
        self.positions.get(id).map(|&position| I::from_u32(position))
    }

    /// Returns the id of `index`, or `None` if the index is out of range.
    pub fn name(&self, index: I) -> Option<&str> {
        self.names.get(index.at()).map(|name| &**name)
    }

    /// Returns the number of ids.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are no ids.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Iterates over indices and ids, ascending by index.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (I, &str)> {
        self.names
            .iter()
            .enumerate()
            .map(|(position, name)| (I::from_u32(position as u32), &**name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renamed_id_is_found_only_by_its_new_name() {
        let mut users = Ids::<UserIdx>::new();
        let (ada, bob) = (users.intern("ada").unwrap(), users.intern("bob").unwrap());
        users.rename(ada, "somebody").unwrap();
        assert_eq!((users.get("ada"), users.get("somebody")), (None, Some(ada)));
        assert_eq!(users.name(ada), Some("somebody"));
        assert!(matches!(users.rename(bob, "somebody"), Err(IdError::Taken { .. })));
        assert!(users.rename(bob, "").is_err() && users.rename(bob, "bob").is_ok());
        assert_eq!(users.intern("ada").unwrap(), UserIdx(2));
    }

    #[test]
    fn rejected_ids_leave_the_set_unchanged() {
        let mut items = Ids::<ItemIdx>::new();
        assert_eq!(items.intern(""), Err(IdError::Empty { what: "item" }));
        assert!(matches!(items.intern("a\0b"), Err(IdError::Nul { what: "item", .. })));
        let (longest, longer) = ("é".repeat(MAX_ID_BYTES / 2), "é".repeat(MAX_ID_BYTES / 2 + 1));
        assert_eq!(Ids::<ItemIdx>::check(&longest), Ok(()));
        let error = items.intern(&longer).unwrap_err();
        assert!(matches!(&error, IdError::TooLong { what: "item", bytes: 1026, .. }), "{error}");
        assert!(error.to_string().len() < 200, "{error}");
        assert!(items.is_empty());
    }

    #[test]
    fn ids_are_compared_byte_for_byte() {
        let mut items = Ids::<ItemIdx>::new();
        let one = items.intern("1").unwrap();
        let padded = items.intern("01").unwrap();
        assert_ne!(one, padded);
        assert_eq!(items.iter().collect::<Vec<_>>(), [(ItemIdx(0), "1"), (ItemIdx(1), "01")]);
    }
}
