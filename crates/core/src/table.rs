//! A table of ratings in reading order, with external ids.

use crate::ids::{IdError, Ids, ItemIdx, UnknownIndex, UserIdx};
use rustc_hash::FxHashMap;

/// One rating of a [`RatingTable`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rating {
    /// The user.
    pub user: UserIdx,
    /// The item.
    pub item: ItemIdx,
    /// The value, on the scale of the data set.
    pub rating: f64,
    /// Time of the rating in seconds since 1970; `None` if unknown.
    pub timestamp: Option<i64>,
}

/// Ratings in reading order, with the ids of their users and items.
///
/// The order is part of the data: dense indices are assigned by first appearance, which also breaks
/// ties between equally similar neighbours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RatingTable {
    users: Ids<UserIdx>,
    items: Ids<ItemIdx>,
    user: Vec<UserIdx>,
    item: Vec<ItemIdx>,
    rating: Vec<f64>,
    timestamp: Vec<i64>,
}

/// Marks an unknown time in the timestamp column, which takes 8 bytes per row instead of the 16 of
/// an `Option<i64>`.
const UNKNOWN_TIME: i64 = i64::MIN;

impl RatingTable {
    /// Creates an empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a table without ratings, with the given users and items.
    pub fn with_ids(users: Ids<UserIdx>, items: Ids<ItemIdx>) -> Self {
        Self { users, items, ..Self::default() }
    }

    /// Returns the users, by first appearance, including those without ratings.
    pub fn users(&self) -> &Ids<UserIdx> {
        &self.users
    }

    /// Returns the items, by first appearance, including those without ratings.
    pub fn items(&self) -> &Ids<ItemIdx> {
        &self.items
    }

    /// Returns the index of a user, who is added if new.
    ///
    /// # Errors
    /// [`IdError`] if the id is invalid or no index is left; see [`Ids::intern`].
    pub fn add_user(&mut self, id: &str) -> Result<UserIdx, IdError> {
        self.users.intern(id)
    }

    /// Returns the index of an item, which is added if new.
    ///
    /// # Errors
    /// [`IdError`] if the id is invalid or no index is left; see [`Ids::intern`].
    pub fn add_item(&mut self, id: &str) -> Result<ItemIdx, IdError> {
        self.items.intern(id)
    }

    /// Reserves capacity for exactly `rows` more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.user.reserve_exact(rows);
        self.item.reserve_exact(rows);
        self.rating.reserve_exact(rows);
        self.timestamp.reserve_exact(rows);
    }

    /// Appends a rating by external ids. The value is not checked, because the scale may not be
    /// known until all ratings are read.
    ///
    /// # Errors
    /// [`IdError`] if an id is invalid or no index is left; see [`Ids::intern`].
    pub fn push(
        &mut self,
        user: &str,
        item: &str,
        rating: f64,
        timestamp: Option<i64>,
    ) -> Result<(), IdError> {
        let user = match self.user.last() {
            // Most files are sorted by user.
            Some(&last) if self.users.name(last) == Some(user) => last,
            _ => self.users.intern(user)?,
        };
        let item = self.items.intern(item)?;
        self.append(Rating { user, item, rating, timestamp });
        Ok(())
    }

    /// Appends a rating of one of the [`items`](Self::items) by one of the [`users`](Self::users).
    ///
    /// # Errors
    /// [`UnknownIndex`] if the table has no such user or item. The table is then unchanged.
    pub fn push_rating(&mut self, rating: Rating) -> Result<(), UnknownIndex> {
        UnknownIndex::check(rating.user, self.users.len())?;
        UnknownIndex::check(rating.item, self.items.len())?;
        self.append(rating);
        Ok(())
    }

    fn append(&mut self, rating: Rating) {
        self.user.push(rating.user);
        self.item.push(rating.item);
        self.rating.push(rating.rating);
        self.timestamp.push(rating.timestamp.unwrap_or(UNKNOWN_TIME));
    }

    /// Returns the number of ratings.
    pub fn len(&self) -> usize {
        self.rating.len()
    }

    /// Whether there are no ratings.
    pub fn is_empty(&self) -> bool {
        self.rating.is_empty()
    }

    /// Returns the rating in row `row`.
    ///
    /// # Panics
    /// If `row` is not below [`len`](Self::len).
    pub fn row(&self, row: usize) -> Rating {
        let timestamp = self.timestamp[row];
        Rating {
            user: self.user[row],
            item: self.item[row],
            rating: self.rating[row],
            timestamp: (timestamp != UNKNOWN_TIME).then_some(timestamp),
        }
    }

    /// Iterates over the ratings, in reading order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Rating> + Clone + '_ {
        (0..self.len()).map(|row| self.row(row))
    }

    /// Returns a table of the rows for which `keep` returns true, in reading order, with all users
    /// and items.
    pub fn filter(&self, keep: impl Fn(usize) -> bool) -> Self {
        let mut kept = Self::with_ids(self.users.clone(), self.items.clone());
        kept.reserve((0..self.len()).filter(|&row| keep(row)).count());
        (0..self.len()).filter(|&row| keep(row)).for_each(|row| kept.append(self.row(row)));
        kept
    }

    /// Returns the number of items with at least one rating.
    pub fn rated_items(&self) -> usize {
        let mut rated = vec![false; self.items.len()];
        for item in &self.item {
            rated[item.0 as usize] = true;
        }
        rated.into_iter().filter(|&rated| rated).count()
    }

    /// Keeps one rating per user and item, and returns the number of removed rows.
    ///
    /// Of several ratings the latest is kept; an unknown time counts as earlier than any known one,
    /// and of equal times the last in reading order is kept. It takes the position of the pair's
    /// first appearance.
    pub fn deduplicate(&mut self) -> usize {
        self.merge_repeats(|earlier, later| match later.timestamp < earlier.timestamp {
            true => earlier,
            false => later,
        })
    }

    /// Replaces all rows of the same user and item by one with the sum of their ratings, and
    /// returns the number of removed rows.
    ///
    /// Ratings are summed in reading order; sums of whole numbers are exact up to 2⁵³. The sum
    /// takes the position of the pair's first appearance and the latest of its times.
    pub fn sum_repeats(&mut self) -> usize {
        self.merge_repeats(|sum, next| Rating {
            rating: sum.rating + next.rating,
            timestamp: sum.timestamp.max(next.timestamp),
            ..sum
        })
    }

    /// Merges all rows of the same user and item, at the position of the first, and returns the
    /// number of removed rows.
    fn merge_repeats(&mut self, merge: impl Fn(Rating, Rating) -> Rating) -> usize {
        let mut first_row: FxHashMap<(UserIdx, ItemIdx), usize> = FxHashMap::default();
        first_row.reserve(self.len());
        let mut kept = 0;
        for row in 0..self.len() {
            let rating = self.row(row);
            let target = *first_row.entry((rating.user, rating.item)).or_insert(kept);
            if target == kept {
                kept += 1;
                self.set_row(target, rating);
            } else {
                self.set_row(target, merge(self.row(target), rating));
            }
        }
        let merged = self.len() - kept;
        self.user.truncate(kept);
        self.item.truncate(kept);
        self.rating.truncate(kept);
        self.timestamp.truncate(kept);
        merged
    }

    fn set_row(&mut self, row: usize, rating: Rating) {
        self.user[row] = rating.user;
        self.item[row] = rating.item;
        self.rating[row] = rating.rating;
        self.timestamp[row] = rating.timestamp.unwrap_or(UNKNOWN_TIME);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(&str, &str, f64, Option<i64>)]) -> RatingTable {
        let mut table = RatingTable::new();
        for &(user, item, rating, time) in rows {
            table.push(user, item, rating, time).unwrap();
        }
        table
    }

    #[test]
    fn deduplicate_keeps_the_latest_rating_at_the_first_position() {
        let mut ratings = table(&[
            ("a", "x", 1.0, Some(30)),
            ("b", "x", 2.0, None),
            ("a", "x", 3.0, Some(20)),
            ("b", "x", 4.0, None),
            ("a", "y", 5.0, Some(1)),
            ("a", "x", 2.0, Some(30)),
        ]);
        assert_eq!(ratings.deduplicate(), 3);
        let left: Vec<_> = ratings.iter().map(|r| (r.user.0, r.item.0, r.rating)).collect();
        assert_eq!(left, [(0, 0, 2.0), (1, 0, 4.0), (0, 1, 5.0)]);
        assert_eq!(ratings.deduplicate(), 0);
    }

    #[test]
    fn deduplicate_prefers_known_times() {
        let mut ratings = table(&[("a", "x", 1.0, Some(5)), ("a", "x", 2.0, None)]);
        assert_eq!(ratings.deduplicate(), 1);
        assert_eq!(ratings.row(0).rating, 1.0);
    }

    #[test]
    fn repeats_are_summed_at_the_first_position() {
        let mut counts = table(&[
            ("a", "x", 1.0, Some(30)),
            ("b", "x", 1.0, None),
            ("a", "x", 2.0, Some(20)),
            ("b", "x", 1.0, Some(4)),
            ("a", "x", 1.0, None),
        ]);
        assert_eq!(counts.sum_repeats(), 3);
        let left: Vec<_> = counts.iter().map(|r| (r.user.0, r.rating, r.timestamp)).collect();
        assert_eq!(left, [(0, 4.0, Some(30)), (1, 2.0, Some(4))]);
    }

    #[test]
    fn rejects_ratings_of_unknown_users_and_items() {
        let mut ratings = table(&[("a", "x", 1.0, None)]);
        let rating = |user, item| {
            let (user, item) = (UserIdx(user), ItemIdx(item));
            Rating { user, item, rating: 2.0, timestamp: None }
        };
        let unknown = |what| Err(UnknownIndex { what, count: 1, found: 1 });
        assert_eq!(ratings.push_rating(rating(1, 0)), unknown("user"));
        assert_eq!(ratings.push_rating(rating(0, 1)), unknown("item"));
        assert_eq!((ratings.len(), ratings.push_rating(rating(0, 0))), (1, Ok(())));
    }

    #[test]
    fn rated_items_excludes_items_without_ratings() {
        let mut ratings = table(&[("a", "x", 1.0, None)]);
        ratings.add_item("never seen").unwrap();
        assert_eq!((ratings.items().len(), ratings.rated_items()), (2, 1));
    }
}
