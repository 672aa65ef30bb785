//! Outside names and dense indices, kept apart by type.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use std::sync::Arc;

/// A dense index. Implemented by [`UserIdx`], [`ItemIdx`] and [`RowIdx`] alone.
pub trait DenseIdx: Copy + Eq + Ord + Send + Sync + sealed::Sealed {
    /// What the index counts, for messages: `"user"`, `"item"` or `"row"`.
    const WHAT: &'static str;
    /// The index with this position.
    fn from_u32(position: u32) -> Self;
    /// The position, from 0.
    fn get(self) -> u32;
    /// The position as a slice index.
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
    /// The dense index of a user: the order of first appearance, from 0. A user keeps it for life.
    UserIdx,
    "user"
);
dense_idx!(
    /// The dense index of an item: the order of first appearance, from 0. An item keeps it for life.
    ItemIdx,
    "item"
);

dense_idx!(
    /// The dense index of a row of a [`Side`](crate::Side): of a user where the side is users, else of
    /// an item. What says the side is wherever the index comes from.
    RowIdx,
    "row"
);

impl RowIdx {
    /// The first `rows` rows.
    pub fn first(rows: usize) -> impl ExactSizeIterator<Item = Self> + Clone {
        (0..rows as u32).map(Self)
    }

    /// The row as a user, on the users' side.
    pub fn user(self) -> UserIdx {
        UserIdx(self.0)
    }

    /// The row as an item, on the items' side.
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

/// The most bytes of an id.
pub const MAX_ID_BYTES: usize = 1024;

/// How many characters of a long text are shown.
const SHOWN: usize = 20;

/// Why a text cannot be an id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdError {
    /// The text is empty.
    #[error("expected the {what}'s id, found an empty text")]
    Empty {
        /// `"user"` or `"item"`.
        what: &'static str,
    },
    /// The text holds a NUL, which databases cannot keep.
    #[error("expected the {what}'s id without NUL characters, found {id:?}")]
    Nul {
        /// `"user"` or `"item"`.
        what: &'static str,
        /// The text as it was given.
        id: String,
    },
    /// The text has more than [`MAX_ID_BYTES`].
    #[error(
        "expected the {what}'s id in at most {MAX_ID_BYTES} bytes, found {bytes} that begin with \
         {start:?}"
    )]
    TooLong {
        /// `"user"` or `"item"`.
        what: &'static str,
        /// How many bytes it has.
        bytes: usize,
        /// Its first characters.
        start: String,
    },
    /// Another index has it.
    #[error("expected an id for the {what} that is free, found {id:?}")]
    Taken {
        /// `"user"` or `"item"`.
        what: &'static str,
        /// The text as it was given.
        id: String,
    },
    /// All 2³² − 1 indices are in use.
    #[error("expected at most {max} {what}s, found one more", max = u32::MAX)]
    TooMany {
        /// `"user"` or `"item"`.
        what: &'static str,
    },
}

/// An index that stands for no user, or for no item, here.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected the index of one of {count} {what}s, found {found}")]
pub struct UnknownIndex {
    /// `"user"` or `"item"`.
    pub what: &'static str,
    /// How many there are.
    pub count: usize,
    /// The index.
    pub found: u32,
}

impl UnknownIndex {
    /// Refuses an index that is not one of the first `count`.
    pub(crate) fn check<I: DenseIdx>(index: I, count: usize) -> Result<(), Self> {
        if index.at() < count {
            return Ok(());
        }
        Err(Self { what: I::WHAT, count, found: index.get() })
    }
}

/// Outside ids in the order of their first appearance; the position of an id is its dense index.
///
/// An id is any text of up to [`MAX_ID_BYTES`] that is not empty and holds no NUL. Ids compare byte
/// for byte: `"1"` and `"01"` are two.
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
    /// No ids.
    pub fn new() -> Self {
        Self::default()
    }

    /// The index of `id`, which is given the next free one at its first appearance.
    ///
    /// # Errors
    /// [`IdError`] as of [`check`](Self::check), or if no index is left.
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

    /// Gives `index` another id; the former is nobody's then. Nothing changes past the end.
    ///
    /// # Errors
    /// [`IdError`] as of [`check`](Self::check), or if the id is another index's.
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

    /// Refuses a text that cannot be an id.
    ///
    /// # Errors
    /// [`IdError`] if it is empty, has more than [`MAX_ID_BYTES`] or holds a NUL.
    pub fn check(id: &str) -> Result<(), IdError> {
        let what = I::WHAT;
        match id.len() {
            0 => Err(IdError::Empty { what }),
            1..=MAX_ID_BYTES if id.contains('\0') => Err(IdError::Nul { what, id: id.to_owned() }),
            1..=MAX_ID_BYTES => Ok(()),
            bytes => {
                let start = id.chars().take(SHOWN).collect();
                Err(IdError::TooLong { what, bytes, start })
            }
        }
    }

    /// The index of `id`, or `None` if it never appeared.
    pub fn get(&self, id: &str) -> Option<I> {
        self.positions.get(id).map(|&position| I::from_u32(position))
    }

    /// The id at `index`, or `None` past the end.
    pub fn name(&self, index: I) -> Option<&str> {
        self.names.get(index.at()).map(|name| &**name)
    }

    /// How many ids there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no id.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Index and id, in ascending order of the index.
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
    fn a_renamed_id_is_found_by_its_new_name_alone() {
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
    fn bad_ids_are_refused_and_change_nothing() {
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
    fn ids_are_compared_as_text() {
        let mut items = Ids::<ItemIdx>::new();
        let one = items.intern("1").unwrap();
        let padded = items.intern("01").unwrap();
        assert_ne!(one, padded);
        assert_eq!(items.iter().collect::<Vec<_>>(), [(ItemIdx(0), "1"), (ItemIdx(1), "01")]);
    }
}
