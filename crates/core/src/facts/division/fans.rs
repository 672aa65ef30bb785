//! The fans of each genre among the raters of an item.

use super::{Division, GenreDivision};
use crate::catalogue::Catalogue;
use crate::facts::Facts;
use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use std::collections::BTreeMap;

/// Number of standard errors from which a difference is reported.
const STANDARD_ERRORS: f64 = 2.0;

/// The genres whose fans differ from the other raters of `item`.
pub(super) fn genres(
    matrix: &RatingMatrix,
    item: ItemIdx,
    catalogue: &Catalogue,
) -> Vec<GenreDivision> {
    let genres = GenresOfItems::new(matrix, catalogue);
    let mut camps = vec![Camps::default(); genres.names.len()];
    let mut rater = Rater::new(genres.names.len());
    for (user, rating) in matrix.of_item(item) {
        let Some(mean) = rater.read(matrix, user, item, &genres) else { continue };
        for (genre, camps) in camps.iter_mut().enumerate() {
            match rater.mean_of(genre) {
                Some(of_genre) if of_genre > mean => camps.fans.add(rating - mean),
                Some(_) => camps.others.add(rating - mean),
                None => {}
            }
        }
    }
    let mut found: Vec<GenreDivision> =
        genres.names.iter().zip(&camps).filter_map(|(genre, camps)| camps.compare(genre)).collect();
    // The sort is stable, so ties stay in ascending order of the names.
    found.sort_by(|a, b| b.difference.total_cmp(&a.difference));
    found
}

/// The genres of every item as numbers, without repetitions.
struct GenresOfItems<'a> {
    /// Ascending.
    names: Vec<&'a str>,
    of_item: Vec<Vec<usize>>,
}

impl<'a> GenresOfItems<'a> {
    fn new(matrix: &RatingMatrix, catalogue: &'a Catalogue) -> Self {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, info) in catalogue.iter() {
            numbers.extend(info.genres.iter().map(|genre| (genre.as_str(), 0)));
        }
        numbers.values_mut().enumerate().for_each(|(number, slot)| *slot = number);
        let of_item = (0..matrix.items() as u32).map(|item| {
            let genres = &catalogue.get(ItemIdx(item)).genres;
            let mut of_item: Vec<usize> =
                genres.iter().map(|genre| numbers[genre.as_str()]).collect();
            of_item.sort_unstable();
            of_item.dedup();
            of_item
        });
        Self { of_item: of_item.collect(), names: numbers.into_keys().collect() }
    }
}

/// One rater's ratings of each genre.
struct Rater {
    by_genre: Vec<(usize, f64)>,
}

impl Rater {
    fn new(genres: usize) -> Self {
        Self { by_genre: vec![(0, 0.0); genres] }
    }

    /// Replaces the ratings with those of `user`, except for that of `item`. Returns their mean; `None` if there
    /// are none.
    fn read(
        &mut self,
        matrix: &RatingMatrix,
        user: UserIdx,
        item: ItemIdx,
        genres: &GenresOfItems<'_>,
    ) -> Option<f64> {
        self.by_genre.fill((0, 0.0));
        let (mut count, mut sum) = (0_usize, 0.0);
        for (other, rating) in matrix.of_user(user).filter(|&(other, _)| other != item) {
            count += 1;
            sum += rating;
            for &genre in &genres.of_item[other.0 as usize] {
                self.by_genre[genre].0 += 1;
                self.by_genre[genre].1 += rating;
            }
        }
        (count > 0).then(|| sum / count as f64)
    }

    /// The mean rating of a genre; `None` if the rater has rated too little of it.
    fn mean_of(&self, genre: usize) -> Option<f64> {
        let (count, sum) = self.by_genre[genre];
        (count >= Facts::MINIMUM_GROUP_RATINGS).then(|| sum / count as f64)
    }
}

/// The opinions of the fans of a genre and of the others.
#[derive(Clone, Default)]
struct Camps {
    fans: Opinions,
    others: Opinions,
}

impl Camps {
    /// The comparison, if both are large enough and differ by more than chance.
    fn compare(&self, genre: &str) -> Option<GenreDivision> {
        let Self { fans, others } = self;
        let difference = fans.mean - others.mean;
        let error = (fans.squared_error() + others.squared_error()).sqrt();
        let are_enough = fans.count.min(others.count) >= Division::MINIMUM_GROUP_PEOPLE;
        (are_enough && difference != 0.0 && difference.abs() >= STANDARD_ERRORS * error).then(
            || GenreDivision {
                genre: genre.to_owned(),
                fans: fans.count,
                others: others.count,
                fans_opinion: fans.mean,
                others_opinion: others.mean,
                difference,
            },
        )
    }
}

/// The mean and variance of opinions, updated one by one (Welford, Technometrics 4, 1962).
#[derive(Clone, Default)]
struct Opinions {
    count: usize,
    mean: f64,
    squares: f64,
}

impl Opinions {
    fn add(&mut self, opinion: f64) {
        self.count += 1;
        let before = opinion - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (opinion - self.mean);
    }

    /// The square of the standard error of the mean: s² / n, where s² is the unbiased variance.
    fn squared_error(&self) -> f64 {
        let count = self.count as f64;
        self.squares / (count - 1.0).max(1.0) / count.max(1.0)
    }
}
