//! Ratings to learn from and ratings held out.

use crate::error::DataError;
use likemind::{DenseIdx, Ids, Rating, RatingTable};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// How ratings are split. Which rating goes where depends on the ids, the times and the seed, and not
/// on the order of rows: the same ratings from another file are split alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Split {
    /// Cross-validation: so many folds of ratings, whose sizes differ by one at most. Every rating is
    /// held out once.
    Ratings {
        /// 2 to the number of ratings.
        folds: usize,
    },
    /// Cross-validation of users: so many folds of users, whose sizes differ by one at most; of each user
    /// of a fold, a share of the ratings is held out, so that the others still say who the user is.
    Users {
        /// 2 to the number of users with ratings.
        folds: usize,
        /// Above 0 and below 1. Of n ratings share × n, rounded, are held out: at least one, and at most
        /// all but one. Of a user's only rating none.
        share: f64,
    },
    /// One rating of each user with two or more is held out, all at once.
    LeaveOneOut(Choice),
    /// The newest ratings of all are held out, all at once.
    Newest {
        /// How many of all: above 0 and below 1.
        share: f64,
    },
}

/// Which of a user's ratings is held out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Any; the seed decides.
    Random,
    /// The newest; of several as new, the one whose item's id is the last in the order of texts.
    Newest,
}

/// One training set and the ratings held out from it.
#[derive(Clone, Debug)]
pub struct Fold {
    /// The ratings to learn from, in the order of the source. It has all users and items of the source.
    pub train: RatingTable,
    /// The ratings held out, in the order of the source.
    pub test: Vec<Rating>,
}

impl Split {
    /// Splits the ratings, of which there should be one a user and item. Each training set is a copy;
    /// one is made at a time.
    ///
    /// # Errors
    /// [`DataError::Options`] for a number of folds or a share out of its range, where a split by time
    /// finds ratings without one, and where nothing would be held out.
    pub fn of<'a>(
        self,
        ratings: &'a RatingTable,
        seed: u64,
    ) -> Result<impl ExactSizeIterator<Item = Fold> + use<'a>, DataError> {
        let random = ChaCha8Rng::seed_from_u64(seed);
        let (count, held_out_in) = match self {
            Self::Ratings { folds } => (folds, by_rating(ratings, folds, random)?),
            Self::Users { folds, share } => (folds, by_user(ratings, folds, share, random)?),
            Self::LeaveOneOut(choice) => (1, leave_one_out(ratings, choice, random)?),
            Self::Newest { share } => (1, newest(ratings, share)?),
        };
        if held_out_in.iter().all(|&fold| fold == NEVER) {
            let expected =
                "users with two or more ratings, one of which can be held out".to_owned();
            return Err(DataError::Options { expected, found: "none".to_owned() });
        }
        Ok((0..count).map(move |fold| {
            let of_fold = |&&held_out_in: &&u32| held_out_in as usize == fold;
            let mut test = Vec::with_capacity(held_out_in.iter().filter(of_fold).count());
            let rows = ratings.iter().zip(&held_out_in);
            test.extend(rows.filter(|(_, held_out_in)| of_fold(held_out_in)).map(|row| row.0));
            let train = ratings.filter(|row| held_out_in[row] as usize != fold);
            Fold { train, test }
        }))
    }
}

/// The fold of ratings that are never held out.
const NEVER: u32 = u32::MAX;

fn by_rating(
    ratings: &RatingTable,
    folds: usize,
    mut random: ChaCha8Rng,
) -> Result<Vec<u32>, DataError> {
    check_folds(folds, ratings.len(), "ratings")?;
    let mut order = in_order_of_ids(ratings);
    shuffle(&mut order, &mut random);
    let mut fold_of = vec![NEVER; ratings.len()];
    for (place, row) in order.into_iter().enumerate() {
        fold_of[row as usize] = (place % folds) as u32;
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
    let order = in_order_of_ids(ratings);
    let mut users: Vec<&[u32]> = users_of(ratings, &order).collect();
    check_folds(folds, users.len(), "users with ratings")?;
    shuffle(&mut users, &mut random);
    let mut fold_of = vec![NEVER; ratings.len()];
    for (place, user) in users.into_iter().enumerate() {
        let mut rows = user.to_vec();
        shuffle(&mut rows, &mut random);
        let all_but_one = rows.len() - 1;
        let count = ((share * rows.len() as f64).round() as usize).max(1).min(all_but_one);
        for &row in &rows[..count] {
            fold_of[row as usize] = (place % folds) as u32;
        }
    }
    Ok(fold_of)
}

fn leave_one_out(
    ratings: &RatingTable,
    choice: Choice,
    mut random: ChaCha8Rng,
) -> Result<Vec<u32>, DataError> {
    if choice == Choice::Newest {
        check_times(ratings)?;
    }
    let order = in_order_of_ids(ratings);
    let mut fold_of = vec![NEVER; ratings.len()];
    for rows in users_of(ratings, &order).filter(|rows| rows.len() > 1) {
        let place = match choice {
            Choice::Random => random.random_range(0..rows.len()),
            Choice::Newest => {
                let time = |&place: &usize| (ratings.row(rows[place] as usize).timestamp, place);
                (0..rows.len()).max_by_key(time).unwrap_or(0)
            }
        };
        fold_of[rows[place] as usize] = 0;
    }
    Ok(fold_of)
}

/// Of ratings as old as one another, those of the last users and items in the order of ids count as newer.
fn newest(ratings: &RatingTable, share: f64) -> Result<Vec<u32>, DataError> {
    check_share(share)?;
    check_times(ratings)?;
    let mut order = in_order_of_ids(ratings);
    order.par_sort_by_key(|&row| ratings.row(row as usize).timestamp);
    let most = ratings.len().saturating_sub(1);
    let count = ((share * ratings.len() as f64).round() as usize).max(1).min(most);
    let mut fold_of = vec![NEVER; ratings.len()];
    for &row in &order[ratings.len() - count..] {
        fold_of[row as usize] = 0;
    }
    Ok(fold_of)
}

/// The rows by their users' ids, and a user's by the items', in the order of texts.
fn in_order_of_ids(ratings: &RatingTable) -> Vec<u32> {
    let (users, items) = (ranks(ratings.users()), ranks(ratings.items()));
    let key = |row: u32| {
        let rating = ratings.row(row as usize);
        (users[rating.user.at()], items[rating.item.at()], row)
    };
    let mut keys: Vec<_> = (0..ratings.len() as u32).into_par_iter().map(key).collect();
    keys.par_sort_unstable();
    keys.into_iter().map(|(_, _, row)| row).collect()
}

/// The place of each id in the order of texts.
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

/// The rows of each user with ratings.
fn users_of<'a>(
    ratings: &RatingTable,
    in_order_of_ids: &'a [u32],
) -> impl Iterator<Item = &'a [u32]> {
    let user = |row: u32| ratings.row(row as usize).user;
    in_order_of_ids.chunk_by(move |&a, &b| user(a) == user(b))
}

fn shuffle<T>(values: &mut [T], random: &mut ChaCha8Rng) {
    for place in (1..values.len()).rev() {
        values.swap(place, random.random_range(0..=place));
    }
}

fn check_folds(folds: usize, most: usize, of: &str) -> Result<(), DataError> {
    match (2..=most).contains(&folds) {
        true => Ok(()),
        false => Err(DataError::Options {
            expected: format!("2 or more folds, and no more than the {most} {of}"),
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
            expected: "ratings with a time, to tell the newest".to_owned(),
            found: format!("{untimed} of {} without one", ratings.len()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// 103 ratings of seven users, the last of whom gave only one.
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

    /// The ids of what is held out, fold by fold.
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
        Split::LeaveOneOut(Choice::Random),
        Split::LeaveOneOut(Choice::Newest),
        Split::Newest { share: 0.2 },
    ];

    #[test]
    fn every_rating_is_held_out_once() {
        let folds = held_out(&table(&rows()), SPLITS[0], 1);
        assert!(folds.iter().all(|test| (20..=21).contains(&test.len())));
        let all: BTreeSet<_> = folds.iter().flatten().collect();
        assert_eq!((folds.len(), all.len()), (5, 103));
    }

    #[test]
    fn every_user_is_tested_once_and_stays_known() {
        let folds = held_out(&table(&rows()), SPLITS[1], 1);
        let users = |test: &BTreeSet<(String, String)>| {
            test.iter().map(|(user, _)| user.clone()).collect::<BTreeSet<_>>()
        };
        let tested: Vec<_> = folds.iter().map(users).collect();
        // Seven users make folds of three, two and two; of the one with one rating none is held out.
        let sizes: usize = tested.iter().map(BTreeSet::len).sum();
        assert_eq!((sizes, tested.iter().flatten().collect::<BTreeSet<_>>().len()), (6, 6));
        // A fifth of seventeen ratings is 3.4.
        assert_eq!(folds.iter().map(BTreeSet::len).sum::<usize>(), 6 * 3);
    }

    #[test]
    fn one_of_each_user_is_left_out() {
        for split in [SPLITS[2], SPLITS[3]] {
            let [test] = &held_out(&table(&rows()), split, 1)[..] else { panic!("one fold") };
            let users: Vec<_> = test.iter().map(|(user, _)| user.as_str()).collect();
            assert_eq!(users, ["u0", "u1", "u2", "u3", "u4", "u5"]);
        }
        let newest = |user: &str| {
            let of_user = rows().into_iter().filter(|row| row.0 == user);
            of_user.max_by_key(|row| row.2).map(|(user, item, _)| (user, item)).unwrap()
        };
        let test = &held_out(&table(&rows()), SPLITS[3], 1)[0];
        assert!(test.iter().all(|found| *found == newest(&found.0)));
    }

    #[test]
    fn the_newest_of_all_are_held_out() {
        let [test] = &held_out(&table(&rows()), SPLITS[4], 1)[..] else { panic!("one fold") };
        let rows = rows().into_iter();
        let newest = rows.filter(|row| row.2 >= 103 - 21).map(|(user, item, _)| (user, item));
        assert_eq!(*test, newest.collect());
    }

    #[test]
    fn ids_times_and_seed_decide_and_not_the_order_of_rows() {
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
    fn what_cannot_be_split_is_refused() {
        let refused = |source: &RatingTable, split: Split| match split.of(source, 0) {
            Ok(_) => panic!("{split:?}"),
            Err(error) => error.to_string(),
        };
        let source = table(&rows()[..50]);
        for folds in [0, 1, 51] {
            let found = refused(&source, Split::Ratings { folds });
            assert!(found.contains("no more than the 50 ratings"), "{found}");
        }
        assert!(refused(&source, Split::Users { folds: 7, share: 0.2 }).contains("the 6 users"));
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
