//! Splits ratings into training and test sets.

use crate::error::DataError;
use likemind::{DenseIdx, Ids, Rating, RatingTable};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::ops::RangeInclusive;

/// A way to split ratings. The result depends on the ids, the times and the seed, but not on the
/// order of rows: the same ratings from another file are split in the same way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Split {
    /// Cross-validation over ratings. The sizes of folds differ by at most one. Every rating is
    /// held out once.
    Ratings {
        /// Number of folds, from 2 to the number of ratings.
        folds: usize,
    },
    /// Cross-validation over users. The numbers of users of the folds differ by at most one. A
    /// share of the ratings of each user of a fold is held out; the others remain in the training
    /// set.
    Users {
        /// Number of folds, from 1 to the number of users with ratings.
        folds: usize,
        /// Above 0 and below 1. Of the n ratings of a user, share × n, rounded, are held out: at
        /// least one and at most n − 1. Of a single rating, none.
        share: f64,
    },
    /// Holds out one rating of each user with at least two ratings, in a single fold.
    LeaveOneOut(HeldOutRating),
    /// Holds out the newest of all ratings, in a single fold.
    Newest {
        /// The share of all ratings, above 0 and below 1.
        share: f64,
    },
}

/// Which rating of a user is held out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldOutRating {
    /// A random one, depending on the seed.
    Random,
    /// The newest one. Ties are broken by item id: the last one in byte order is held out.
    Newest,
}

/// A training set and the ratings held out from it.
#[derive(Clone, Debug)]
pub struct Fold {
    /// The training ratings, in source order. The table has all users and items of the source.
    pub train: RatingTable,
    /// The held-out ratings, in source order.
    pub test: Vec<Rating>,
}

impl Split {
    /// Splits ratings, of which there should be at most one per user and item. Each training set is
    /// a copy, created when the iterator reaches it.
    ///
    /// # Errors
    /// Returns [`DataError::Options`] if the number of folds or the share is out of range, if a
    /// split by time finds ratings without a time, or if nothing would be held out.
    pub fn of<'a>(
        self,
        ratings: &'a RatingTable,
        seed: u64,
    ) -> Result<impl ExactSizeIterator<Item = Fold> + use<'a>, DataError> {
        let random = ChaCha8Rng::seed_from_u64(seed);
        let (count, fold_of) = match self {
            Self::Ratings { folds } => (folds, by_rating(ratings, folds, random)?),
            Self::Users { folds, share } => (folds, by_user(ratings, folds, share, random)?),
            Self::LeaveOneOut(choice) => (1, leave_one_out(ratings, choice, random)?),
            Self::Newest { share } => (1, newest(ratings, share)?),
        };
        if fold_of.iter().all(|&fold| fold == NEVER) {
            let expected =
                "users with two or more ratings, one of which can be held out".to_owned();
            return Err(DataError::Options { expected, found: "none".to_owned() });
        }
        Ok((0..count).map(move |fold| {
            let is_test = |&&fold_of_row: &&u32| fold_of_row as usize == fold;
            let mut test = Vec::with_capacity(fold_of.iter().filter(is_test).count());
            let rows = ratings.iter().zip(&fold_of);
            test.extend(rows.filter(|(_, fold_of_row)| is_test(fold_of_row)).map(|row| row.0));
            let train = ratings.filter(|row| fold_of[row] as usize != fold);
            Fold { train, test }
        }))
    }
}

/// Marks ratings that are never held out.
const NEVER: u32 = u32::MAX;

fn by_rating(
    ratings: &RatingTable,
    folds: usize,
    mut random: ChaCha8Rng,
) -> Result<Vec<u32>, DataError> {
    check_folds(folds, 2..=ratings.len(), "ratings")?;
    let mut order = sorted_by_ids(ratings);
    shuffle(&mut order, &mut random);
    let mut fold_of = vec![NEVER; ratings.len()];
    for (position, row) in order.into_iter().enumerate() {
        fold_of[row as usize] = (position % folds) as u32;
    }
    Ok(fold_of)
}

fn by_user(
    ratings: &RatingTable,
    folds: usize,
    share: f64,
    mut random: ChaCha8Rng,
) -> Result<Vec<u32>, DataError> {
    check_share(share)?;
    let order = sorted_by_ids(ratings);
    let mut users: Vec<&[u32]> = users_of(ratings, &order).collect();
    check_folds(folds, 1..=users.len(), "users with ratings")?;
    shuffle(&mut users, &mut random);
    let mut fold_of = vec![NEVER; ratings.len()];
    for (position, user) in users.into_iter().enumerate() {
        let mut rows = user.to_vec();
        shuffle(&mut rows, &mut random);
        let all_but_one = rows.len() - 1;
        let count = ((share * rows.len() as f64).round() as usize).max(1).min(all_but_one);
        for &row in &rows[..count] {
            fold_of[row as usize] = (position % folds) as u32;
        }
    }
    Ok(fold_of)
}

fn leave_one_out(
    ratings: &RatingTable,
    choice: HeldOutRating,
    mut random: ChaCha8Rng,
) -> Result<Vec<u32>, DataError> {
    if choice == HeldOutRating::Newest {
        check_times(ratings)?;
    }
    let order = sorted_by_ids(ratings);
    let mut fold_of = vec![NEVER; ratings.len()];
    for rows in users_of(ratings, &order).filter(|rows| rows.len() > 1) {
        let position = match choice {
            HeldOutRating::Random => random.random_range(0..rows.len()),
            HeldOutRating::Newest => {
                let time =
                    |&position: &usize| (ratings.row(rows[position] as usize).timestamp, position);
                (0..rows.len()).max_by_key(time).unwrap_or(0)
            }
        };
        fold_of[rows[position] as usize] = 0;
    }
    Ok(fold_of)
}

/// Holds out the newest ratings. Of ratings with equal times, those with the last user and item ids
/// in byte order count as newer.
fn newest(ratings: &RatingTable, share: f64) -> Result<Vec<u32>, DataError> {
    check_share(share)?;
    check_times(ratings)?;
    let mut order = sorted_by_ids(ratings);
    order.par_sort_by_key(|&row| ratings.row(row as usize).timestamp);
    let max = ratings.len().saturating_sub(1);
    let count = ((share * ratings.len() as f64).round() as usize).max(1).min(max);
    let mut fold_of = vec![NEVER; ratings.len()];
    for &row in &order[ratings.len() - count..] {
        fold_of[row as usize] = 0;
    }
    Ok(fold_of)
}

/// Returns the rows sorted by user id, then by item id, in byte order.
fn sorted_by_ids(ratings: &RatingTable) -> Vec<u32> {
    let (users, items) = (ranks(ratings.users()), ranks(ratings.items()));
    let key = |row: u32| {
        let rating = ratings.row(row as usize);
        (users[rating.user.at()], items[rating.item.at()], row)
    };
    let mut keys: Vec<_> = (0..ratings.len() as u32).into_par_iter().map(key).collect();
    keys.par_sort_unstable();
    keys.into_iter().map(|(_, _, row)| row).collect()
}

/// Returns the rank of each id in byte order.
fn ranks<I: DenseIdx>(ids: &Ids<I>) -> Vec<u32> {
    let name = |index: &u32| ids.name(I::from_u32(*index)).unwrap_or_default();
    let mut order: Vec<u32> = (0..ids.len() as u32).collect();
    order.par_sort_unstable_by_key(name);
    let mut ranks = vec![0; order.len()];
    for (rank, index) in (0..).zip(order) {
        ranks[index as usize] = rank;
    }
    ranks
}

/// Returns the rows of each user with ratings, given all rows sorted by ids.
fn users_of<'a>(ratings: &RatingTable, sorted_rows: &'a [u32]) -> impl Iterator<Item = &'a [u32]> {
    let user = |row: u32| ratings.row(row as usize).user;
    sorted_rows.chunk_by(move |&a, &b| user(a) == user(b))
}

fn shuffle<T>(values: &mut [T], random: &mut ChaCha8Rng) {
    for position in (1..values.len()).rev() {
        values.swap(position, random.random_range(0..=position));
    }
}

fn check_folds(folds: usize, valid: RangeInclusive<usize>, of: &str) -> Result<(), DataError> {
    match valid.contains(&folds) {
        true => Ok(()),
        false => Err(DataError::Options {
            expected: format!(
                "{} or more folds, and no more than the {} {of}",
                valid.start(),
                valid.end()
            ),
            found: folds.to_string(),
        }),
    }
}

fn check_share(share: f64) -> Result<(), DataError> {
    match share > 0.0 && share < 1.0 {
        true => Ok(()),
        false => Err(DataError::Options {
            expected: "a share of ratings to hold out, above 0 and below 1".to_owned(),
            found: share.to_string(),
        }),
    }
}

fn check_times(ratings: &RatingTable) -> Result<(), DataError> {
    match ratings.iter().filter(|rating| rating.timestamp.is_none()).count() {
        0 => Ok(()),
        untimed => Err(DataError::Options {
            expected: "ratings with a time, to find the newest".to_owned(),
            found: format!("{untimed} of {} without one", ratings.len()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// 103 ratings by seven users, the last of whom has only one.
    fn rows() -> Vec<(String, String, i64)> {
        let row = |row: usize| {
            let user = if row == 102 { 6 } else { row % 6 };
            (format!("u{user}"), format!("i{row}"), (row * 37 % 103) as i64)
        };
        (0..103).map(row).collect()
    }

    fn table<'a>(rows: impl IntoIterator<Item = &'a (String, String, i64)>) -> RatingTable {
        let mut table = RatingTable::new();
        for (user, item, time) in rows {
            table.push(user, item, 3.0, Some(*time)).unwrap();
        }
        table
    }

    /// Returns the user and item ids of the held-out ratings of each fold.
    fn held_out(source: &RatingTable, split: Split, seed: u64) -> Vec<BTreeSet<(String, String)>> {
        let names = |rating: &Rating| {
            let user = source.users().name(rating.user).unwrap().to_owned();
            (user, source.items().name(rating.item).unwrap().to_owned())
        };
        let folds = split.of(source, seed).unwrap();
        folds
            .map(|fold| {
                assert_eq!(fold.train.len() + fold.test.len(), source.len());
                assert_eq!(
                    (fold.train.users(), fold.train.items()),
                    (source.users(), source.items())
                );
                let test: BTreeSet<_> = fold.test.iter().map(names).collect();
                assert_eq!(test.len(), fold.test.len());
                assert!(fold.train.iter().all(|rating| !test.contains(&names(&rating))));
                test
            })
            .collect()
    }

    const SPLITS: [Split; 5] = [
        Split::Ratings { folds: 5 },
        Split::Users { folds: 3, share: 0.2 },
        Split::LeaveOneOut(HeldOutRating::Random),
        Split::LeaveOneOut(HeldOutRating::Newest),
        Split::Newest { share: 0.2 },
    ];

    #[test]
    fn holds_out_every_rating_once() {
        let folds = held_out(&table(&rows()), SPLITS[0], 1);
        assert!(folds.iter().all(|test| (20..=21).contains(&test.len())));
        let all: BTreeSet<_> = folds.iter().flatten().collect();
        assert_eq!((folds.len(), all.len()), (5, 103));
    }

    #[test]
    fn tests_every_user_once_and_keeps_training_ratings() {
        let folds = held_out(&table(&rows()), SPLITS[1], 1);
        let users = |test: &BTreeSet<(String, String)>| {
            test.iter().map(|(user, _)| user.clone()).collect::<BTreeSet<_>>()
        };
        let tested: Vec<_> = folds.iter().map(users).collect();
        // Seven users form folds of three, two and two; the single rating of the last user is not
        // held out.
        let sizes: usize = tested.iter().map(BTreeSet::len).sum();
        assert_eq!((sizes, tested.iter().flatten().collect::<BTreeSet<_>>().len()), (6, 6));
        // A fifth of seventeen ratings is 3.4.
        assert_eq!(folds.iter().map(BTreeSet::len).sum::<usize>(), 6 * 3);
    }

    #[test]
    fn a_single_fold_holds_out_ratings_of_all_users() {
        let split = Split::Users { folds: 1, share: 0.2 };
        let [test] = &held_out(&table(&rows()), split, 1)[..] else { panic!("one fold") };
        let three_folds = held_out(&table(&rows()), SPLITS[1], 1);
        assert_eq!(*test, three_folds.into_iter().flatten().collect());
    }

    #[test]
    fn leaves_out_one_rating_per_user() {
        for split in [SPLITS[2], SPLITS[3]] {
            let [test] = &held_out(&table(&rows()), split, 1)[..] else { panic!("one fold") };
            let users: Vec<_> = test.iter().map(|(user, _)| user.as_str()).collect();
            assert_eq!(users, ["u0", "u1", "u2", "u3", "u4", "u5"]);
        }
        let newest = |user: &str| {
            let user_rows = rows().into_iter().filter(|row| row.0 == user);
            user_rows.max_by_key(|row| row.2).map(|(user, item, _)| (user, item)).unwrap()
        };
        let test = &held_out(&table(&rows()), SPLITS[3], 1)[0];
        assert!(test.iter().all(|found| *found == newest(&found.0)));
    }

    #[test]
    fn holds_out_the_newest_ratings() {
        let [test] = &held_out(&table(&rows()), SPLITS[4], 1)[..] else { panic!("one fold") };
        let rows = rows().into_iter();
        let newest = rows.filter(|row| row.2 >= 103 - 21).map(|(user, item, _)| (user, item));
        assert_eq!(*test, newest.collect());
    }

    #[test]
    fn split_depends_on_the_seed_but_not_on_the_order_of_rows() {
        let rows = rows();
        let (source, reversed) = (table(&rows), table(rows.iter().rev()));
        for split in SPLITS {
            assert_eq!(held_out(&source, split, 3), held_out(&reversed, split, 3), "{split:?}");
        }
        for split in &SPLITS[..3] {
            assert_ne!(held_out(&source, *split, 3), held_out(&source, *split, 4), "{split:?}");
        }
    }

    #[test]
    fn rejects_invalid_splits() {
        let refused = |source: &RatingTable, split: Split| match split.of(source, 0) {
            Ok(_) => panic!("{split:?}"),
            Err(error) => error.to_string(),
        };
        let source = table(&rows()[..50]);
        for folds in [0, 1, 51] {
            let found = refused(&source, Split::Ratings { folds });
            assert!(found.contains("no more than the 50 ratings"), "{found}");
        }
        for folds in [0, 7] {
            let found = refused(&source, Split::Users { folds, share: 0.2 });
            assert!(found.contains("1 or more folds, and no more than the 6 users"), "{found}");
        }
        for share in [0.0, 1.0, f64::NAN] {
            assert!(refused(&source, Split::Newest { share }).contains("above 0 and below 1"));
        }
        let mut untimed = table(&rows()[..50]);
        untimed.push("u0", "new", 3.0, None).unwrap();
        for split in [SPLITS[3], SPLITS[4]] {
            assert!(refused(&untimed, split).contains("1 of 51 without one"));
        }
        let one_each = table(&rows()[..6]);
        assert!(refused(&one_each, SPLITS[2]).contains("two or more ratings"));
        let one = table(&rows()[..1]);
        refused(&one, SPLITS[4]);
    }
}
