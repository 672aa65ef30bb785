//! Cross-validation.

use crate::error::DataError;
use likemind::{Rating, RatingTable};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One of the parts of a cross-validation.
#[derive(Clone, Debug)]
pub struct Fold {
    /// The ratings to learn from, in the order of the source.
    pub train: RatingTable,
    /// The ratings held out, in the order of the source.
    pub test: Vec<Rating>,
}

/// Deals the ratings out to `count` test parts whose sizes differ by one at most, and pairs each
/// with the rest. Every rating is held out once. The same seed makes the same folds anywhere.
///
/// The train tables have all users and items of the source, in its order.
///
/// # Errors
/// [`DataError::Options`] for fewer than two folds or more folds than ratings.
pub fn folds(
    ratings: &RatingTable,
    count: usize,
    seed: u64,
) -> Result<impl Iterator<Item = Fold> + '_, DataError> {
    if count < 2 || count > ratings.len() {
        return Err(DataError::Options {
            expected: format!("2 to {} folds, one rating a fold at least", ratings.len()),
            found: count.to_string(),
        });
    }
    let mut fold_of: Vec<u32> = (0..ratings.len()).map(|row| (row % count) as u32).collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for row in (1..fold_of.len()).rev() {
        fold_of.swap(row, random.random_range(0..=row));
    }
    Ok((0..count as u32).map(move |held_out| {
        let mut train = RatingTable::new();
        train.users = ratings.users.clone();
        train.items = ratings.items.clone();
        let mut test = Vec::new();
        for (rating, &fold) in ratings.iter().zip(&fold_of) {
            if fold == held_out { test.push(rating) } else { train.push_rating(rating) }
        }
        Fold { train, test }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: usize) -> RatingTable {
        let mut table = RatingTable::new();
        for row in 0..rows {
            table.push(&format!("u{}", row % 7), &format!("i{row}"), 3.0, None).unwrap();
        }
        table
    }

    #[test]
    fn every_rating_is_held_out_once() {
        let source = table(103);
        let all: Vec<Fold> = folds(&source, 5, 1).unwrap().collect();
        let mut held_out: Vec<_> = all.iter().flat_map(|fold| &fold.test).map(|r| r.item).collect();
        held_out.sort();
        assert_eq!(held_out.len(), 103);
        held_out.dedup();
        assert_eq!(held_out.len(), 103);
        for fold in &all {
            assert!((20..=21).contains(&fold.test.len()));
            assert_eq!(fold.train.len() + fold.test.len(), 103);
            assert_eq!(fold.train.items, source.items);
        }
    }

    #[test]
    fn the_seed_decides() {
        let source = table(50);
        let tests = |seed| folds(&source, 2, seed).unwrap().map(|f| f.test).collect::<Vec<_>>();
        assert_eq!(tests(3), tests(3));
        assert_ne!(tests(3), tests(4));
        assert!(folds(&source, 1, 0).is_err() && folds(&source, 51, 0).is_err());
    }
}
