//! Digests of all stored rows, for detecting silent damage.

use crate::fault::Fault;
use crate::ids::StoredIdx;
use likemind::{DenseIdx, ItemIdx, Rating, Side, UserIdx};
use std::array;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// A group of rows with a common digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// The users and their ids.
    Users,
    /// The items and their ids.
    Items,
    /// The titles, years and genres of the items.
    Titles,
    /// The ratings with their times and sequence numbers.
    Ratings,
}

impl Rows {
    const ALL: [Self; 4] = [Self::Users, Self::Items, Self::Titles, Self::Ratings];

    /// Returns the group of ids of a side.
    pub(crate) const fn ids_of(side: Side) -> Self {
        match side {
            Side::Users => Self::Users,
            Side::Items => Self::Items,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Items => "items",
            Self::Titles => "titles",
            Self::Ratings => "ratings",
        }
    }
}

/// A row, or a part of one, that is included in a digest.
pub(crate) trait DigestedRow {
    const ROWS: Rows;

    fn hash(&self) -> u128;
}

/// For each of [`Rows`] the sum, modulo 2¹²⁸, of the hashes of its rows; the cost of updating it is
/// proportional to the change. `None` in a database written by a version without digests, until
/// [`verify`](crate::Store::verify) computes them; adding and removing rows has no effect until
/// then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowDigests(Option<[u128; 4]>);

impl RowDigests {
    /// Returns the digests of no rows.
    pub(crate) fn empty() -> Self {
        Self(Some([0; 4]))
    }

    /// Returns the digests of a database that has none.
    pub(crate) fn unknown() -> Self {
        Self(None)
    }

    pub(crate) fn are_recorded(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn add<R: DigestedRow>(&mut self, row: &R) {
        if let Some(sums) = &mut self.0 {
            let sum = &mut sums[R::ROWS as usize];
            *sum = sum.wrapping_add(row.hash());
        }
    }

    pub(crate) fn remove<R: DigestedRow>(&mut self, row: &R) {
        if let Some(sums) = &mut self.0 {
            let sum = &mut sums[R::ROWS as usize];
            *sum = sum.wrapping_sub(row.hash());
        }
    }

    /// Returns the digests of the rows of both.
    pub(crate) fn combine(self, other: Self) -> Self {
        let sums = self.0.zip(other.0);
        Self(sums.map(|(a, b)| array::from_fn(|at| a[at].wrapping_add(b[at]))))
    }

    /// Checks that the digest of `rows` in `found` is the one recorded here, if both are known.
    pub(crate) fn check(&self, rows: Rows, found: &Self) -> Result<(), Fault> {
        match (self.0, found.0) {
            (Some(recorded), Some(found)) if recorded[rows as usize] != found[rows as usize] => {
                Err(Fault::Damaged(format!("{} that do not match their digest", rows.name())))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn to_bytes(self) -> Option<Vec<u8>> {
        Some(self.0?.iter().flat_map(|sum| sum.to_le_bytes()).collect())
    }

    pub(crate) fn from_bytes(bytes: Option<&[u8]>) -> Result<Self, Fault> {
        let Some(bytes) = bytes else { return Ok(Self(None)) };
        let (sums, rest) = bytes.as_chunks();
        match <[[u8; 16]; Rows::ALL.len()]>::try_from(sums) {
            Ok(sums) if rest.is_empty() => Ok(Self(Some(sums.map(u128::from_le_bytes)))),
            _ => Err(Fault::Damaged(format!("row digests of {} bytes", bytes.len()))),
        }
    }
}

/// The index and the id of a user or an item.
pub(crate) struct IdRow<'a, I> {
    pub(crate) index: I,
    pub(crate) id: &'a str,
}

impl<I: StoredIdx> DigestedRow for IdRow<'_, I> {
    const ROWS: Rows = Rows::ids_of(I::SIDE);

    fn hash(&self) -> u128 {
        Fields::default().number(self.index.get().into()).text(self.id).wide_hash()
    }
}

/// The title, year and genres of an item, as stored. If it has none of them, it does not contribute
/// to the digest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TitleRow<'a> {
    pub(crate) item: ItemIdx,
    pub(crate) title: Option<&'a str>,
    pub(crate) year: Option<i32>,
    pub(crate) genres: Option<&'a str>,
}

impl DigestedRow for TitleRow<'_> {
    const ROWS: Rows = Rows::Titles;

    fn hash(&self) -> u128 {
        if (self.title, self.year, self.genres) == (None, None, None) {
            return 0;
        }
        let fields = Fields::default().number(self.item.get().into());
        let fields = fields.optional(self.title, Fields::text);
        let fields = fields.optional(self.year.map(i64::from), Fields::number);
        fields.optional(self.genres, Fields::text).wide_hash()
    }
}

/// A row of the table `ratings`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RatingRow {
    pub(crate) user: u32,
    pub(crate) item: u32,
    pub(crate) rating: f64,
    pub(crate) timestamp: Option<i64>,
    pub(crate) sequence: i64,
}

impl RatingRow {
    pub(crate) fn new(rating: Rating, sequence: i64) -> Self {
        let Rating { user, item, rating, timestamp } = rating;
        Self { user: user.0, item: item.0, rating, timestamp, sequence }
    }

    pub(crate) fn rating(self) -> Rating {
        let Self { user, item, rating, timestamp, .. } = self;
        Rating { user: UserIdx(user), item: ItemIdx(item), rating, timestamp }
    }
}

impl DigestedRow for RatingRow {
    const ROWS: Rows = Rows::Ratings;

    /// Hashes a fixed-size array rather than [`Fields`], since there are many rows.
    fn hash(&self) -> u128 {
        let pair = u64::from(self.user) << 32 | u64::from(self.item);
        let words = [
            pair,
            // SQLite stores −0 as 0.
            (self.rating + 0.0).to_bits(),
            self.timestamp.unwrap_or_default() as u64,
            self.sequence as u64,
            u64::from(self.timestamp.is_some()),
        ];
        let mut bytes = [0; 40];
        for (chunk, word) in bytes.chunks_exact_mut(8).zip(words) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        xxh3_128(&bytes)
    }
}

/// The values of a row, encoded so that different rows have different bytes, for hashing.
#[derive(Default)]
pub(crate) struct Fields(Vec<u8>);

impl Fields {
    pub(crate) fn number(mut self, number: i64) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    pub(crate) fn real(self, number: f64) -> Self {
        self.number((number + 0.0).to_bits() as i64)
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        let mut fields = self.number(bytes.len() as i64);
        fields.0.extend_from_slice(bytes);
        fields
    }

    pub(crate) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    pub(crate) fn optional<T>(self, value: Option<T>, add: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            None => self.number(0),
            Some(value) => add(self.number(1), value),
        }
    }

    fn wide_hash(self) -> u128 {
        xxh3_128(&self.0)
    }

    /// Returns the checksum of one row as an integer that SQLite can store.
    pub(crate) fn checksum(self) -> i64 {
        xxh3_64(&self.0) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATING: RatingRow =
        RatingRow { user: 1, item: 2, rating: 3.5, timestamp: None, sequence: 4 };

    #[test]
    fn every_value_of_a_rating_affects_its_hash() {
        let others = [
            RatingRow { user: 2, ..RATING },
            RatingRow { item: 1, ..RATING },
            RatingRow { rating: 3.5_f64.next_up(), ..RATING },
            RatingRow { timestamp: Some(0), ..RATING },
            RatingRow { timestamp: Some(-1), ..RATING },
            RatingRow { sequence: 5, ..RATING },
            RATING,
        ];
        let mut hashes: Vec<u128> = others.iter().map(DigestedRow::hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), others.len());
        let zero = |rating| RatingRow { rating, ..RATING }.hash();
        assert_eq!(zero(-0.0), zero(0.0));
    }

    #[test]
    fn each_field_of_an_item_affects_the_hash_by_position() {
        let row = |title, year, genres| TitleRow { item: ItemIdx(1), title, year, genres }.hash();
        let hashes = [
            row(Some("a"), None, None),
            row(None, None, Some("a")),
            row(Some(""), None, None),
            row(None, Some(0), None),
            row(None, None, None),
        ];
        assert_eq!(hashes[4], 0);
        for (at, hash) in hashes.iter().enumerate() {
            assert!(!hashes[..at].contains(hash), "{at}");
        }
    }

    #[test]
    fn changes_can_be_undone_and_mismatches_name_the_group() {
        let (user, item) =
            (IdRow { index: UserIdx(0), id: "a" }, IdRow { index: ItemIdx(0), id: "a" });
        let mut digests = RowDigests::empty();
        digests.add(&user);
        digests.add(&item);
        let before = digests;
        digests.add(&RATING);
        assert!(digests.check(Rows::Users, &before).is_ok());
        let found = digests.check(Rows::Ratings, &before).unwrap_err();
        assert!(matches!(found, Fault::Damaged(found) if found.starts_with("ratings that")));
        digests.remove(&RATING);
        assert_eq!(digests, before);
        let bytes = digests.to_bytes().unwrap();
        assert_eq!(RowDigests::from_bytes(Some(&bytes)).unwrap(), before);
        assert!(RowDigests::from_bytes(Some(&bytes[1..])).is_err());
        assert!(RowDigests::from_bytes(Some(&[&bytes[..], &[0; 16]].concat())).is_err());
    }

    #[test]
    fn unknown_digests_ignore_changes_and_accept_all_rows() {
        let mut unknown = RowDigests::from_bytes(None).unwrap();
        unknown.add(&RATING);
        assert_eq!(unknown.to_bytes(), None);
        let mut other = RowDigests::empty();
        other.add(&RATING);
        assert!(!unknown.are_recorded() && unknown.check(Rows::Ratings, &other).is_ok());
    }
}
