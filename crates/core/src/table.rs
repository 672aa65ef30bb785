//! Ratings as they come from outside: a table of user, item, rating and time.

use crate::ids::{IdError, Ids, ItemIdx, UnknownIndex, UserIdx};
use rustc_hash::FxHashMap;

/// One rating of a [`RatingTable`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rating {
    /// Who rated.
    pub user: UserIdx,
    /// What was rated.
    pub item: ItemIdx,
    /// The value, on the data set's scale.
    pub rating: f64,
    /// When, in seconds since 1970; `None` where unknown.
    pub timestamp: Option<i64>,
}

/// Ratings in the order in which they were read, with the ids of their users and items.
///
/// The order of first appearance gives users and items their dense indices, and it breaks ties
/// between equally similar neighbours, so it is part of the data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RatingTable {
    users: Ids<UserIdx>,
    items: Ids<ItemIdx>,
    user: Vec<UserIdx>,
    item: Vec<ItemIdx>,
    rating: Vec<f64>,
    timestamp: Vec<i64>,
}

/// Stands for an unknown time in the timestamp column, which so takes 8 bytes a row and not 16.
const UNKNOWN_TIME: i64 = i64::MIN;

impl RatingTable {
    /// A table without rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// A table without rows, which has these users and items already.
    pub fn with_ids(users: Ids<UserIdx>, items: Ids<ItemIdx>) -> Self {
        Self { users, items, ..Self::default() }
    }

    /// The users, by first appearance; also those who rated nothing.
    pub fn users(&self) -> &Ids<UserIdx> {
        &self.users
    }

    /// The items, by first appearance; also those that nobody rated.
    pub fn items(&self) -> &Ids<ItemIdx> {
        &self.items
    }

    /// The index of a user, who is added if new.
    ///
    /// # Errors
    /// [`IdError`] as of [`Ids::intern`].
    pub fn add_user(&mut self, id: &str) -> Result<UserIdx, IdError> {
        self.users.intern(id)
    }

    /// The index of an item, which is added if new.
    ///
    /// # Errors
    /// [`IdError`] as of [`Ids::intern`].
    pub fn add_item(&mut self, id: &str) -> Result<ItemIdx, IdError> {
        self.items.intern(id)
    }

    /// Makes room for so many more rows, so that they take no more memory than they need.
    pub fn reserve(&mut self, rows: usize) {
        self.user.reserve_exact(rows);
        self.item.reserve_exact(rows);
        self.rating.reserve_exact(rows);
        self.timestamp.reserve_exact(rows);
    }

    /// Appends a rating under outside ids. Its value is not checked here: the scale may be known
    /// only at the end.
    ///
    /// # Errors
    /// [`IdError`] as of [`Ids::intern`].
    pub fn push(
        &mut self,
        user: &str,
        item: &str,
        rating: f64,
        timestamp: Option<i64>,
    ) -> Result<(), IdError> {
        let user = match self.user.last() {
            // Files come sorted by user more often than not.
            Some(&last) if self.users.name(last) == Some(user) => last,
            _ => self.users.intern(user)?,
        };
        let item = self.items.intern(item)?;
        self.append(Rating { user, item, rating, timestamp });
        Ok(())
    }

    /// Appends a rating by one of the [`users`](Self::users) of one of the [`items`](Self::items).
    ///
    /// # Errors
    /// [`UnknownIndex`] if the table has no such user or item. Then nothing has changed.
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

    /// How many ratings there are.
    pub fn len(&self) -> usize {
        self.rating.len()
    }

    /// Whether there is no rating.
    pub fn is_empty(&self) -> bool {
        self.rating.is_empty()
    }

    /// The rating in row `row`.
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

    /// The ratings, in reading order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Rating> + Clone + '_ {
        (0..self.len()).map(|row| self.row(row))
    }

    /// The ratings of some rows, in reading order, with all users and items.
    pub fn filter(&self, keep: impl Fn(usize) -> bool) -> Self {
        let mut kept = Self::with_ids(self.users.clone(), self.items.clone());
        kept.reserve((0..self.len()).filter(|&row| keep(row)).count());
        (0..self.len()).filter(|&row| keep(row)).for_each(|row| kept.append(self.row(row)));
        kept
    }

    /// How many items have a rating.
    pub fn rated_items(&self) -> usize {
        let mut rated = vec![false; self.items.len()];
        for item in &self.item {
            rated[item.0 as usize] = true;
        }
        rated.into_iter().filter(|&rated| rated).count()
    }

    /// Leaves one rating a user and item, and returns how many went.
    ///
    /// Of several, the latest by time stays, and of those without a time or with the same one the
    /// last in reading order (an unknown time counts as earlier than any known one). What stays
    /// keeps the place of the pair's first appearance.
    pub fn deduplicate(&mut self) -> usize {
        self.merge_repeats(|earlier, later| match later.timestamp < earlier.timestamp {
            true => earlier,
            false => later,
        })
    }

    /// Leaves one row a user and item, with the sum of their ratings, and returns how many went.
    ///
    /// Sums are taken in reading order; those of whole numbers are exact up to 2⁵³. What stays keeps
    /// the place of the pair's first appearance and has the latest of their times.
    pub fn sum_repeats(&mut self) -> usize {
        self.merge_repeats(|sum, next| Rating {
            rating: sum.rating + next.rating,
            timestamp: sum.timestamp.max(next.timestamp),
            ..sum
        })
    }

    /// Makes one row of all of a user and item, at the place of the first, and returns how many went.
    fn merge_repeats(&mut self, merge: impl Fn(Rating, Rating) -> Rating) -> usize {
        let mut first_row: FxHashMap<(UserIdx, ItemIdx), usize> = FxHashMap::default();
        first_row.reserve(self.len());
        let mut kept = 0;
        for row in 0..self.len() {
            let rating = self.row(row);
            let place = *first_row.entry((rating.user, rating.item)).or_insert(kept);
            if place == kept {
                kept += 1;
                self.set_row(place, rating);
            } else {
                self.set_row(place, merge(self.row(place), rating));
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
    fn the_latest_of_a_pair_stays_in_the_first_place() {
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
    fn a_known_time_wins_over_an_unknown_one() {
        let mut ratings = table(&[("a", "x", 1.0, Some(5)), ("a", "x", 2.0, None)]);
        assert_eq!(ratings.deduplicate(), 1);
        assert_eq!(ratings.row(0).rating, 1.0);
    }

    #[test]
    fn repeats_are_summed_in_the_first_place() {
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
    fn ratings_of_what_is_not_there_are_refused() {
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
    fn items_without_ratings_are_not_rated_items() {
        let mut ratings = table(&[("a", "x", 1.0, None)]);
        ratings.add_item("never seen").unwrap();
        assert_eq!((ratings.items().len(), ratings.rated_items()), (2, 1));
    }
}
