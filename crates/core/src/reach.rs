//! How many rows have neighbours, and why the others have none.

use crate::ids::RowIdx;
use crate::matrix::RatingMatrix;
use crate::measure::Measure;
use crate::neighbours::NeighbourIndex;
use crate::parameters::{ModelParameters, SimilarityOptions};
use crate::side::Side;
use crate::similarity::Similarities;
use crate::weighting::Weighting;
use rayon::prelude::*;
use serde::Serialize;
use std::fmt;

/// How many rows of a side have neighbours, and, where hardly any has, why.
///
/// ```
/// use likemind::{AllPairs, ModelOptions, RatingMatrix, RatingScale, RatingTable, Reach, Side, Unobserved};
/// use likemind::reach::Obstacle;
/// let mut table = RatingTable::new();
/// for (user, item) in [("ada", "Heat"), ("ada", "Ran"), ("bob", "Heat"), ("bob", "Ran")] {
///     table.push(user, item, 1.0, None).unwrap();
/// }
/// let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
/// let parameters = ModelOptions::new(Side::Users).check().unwrap();
/// let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
/// let reach = Reach::of(&matrix, &parameters, &index);
/// assert_eq!((reach.rated, reach.with_neighbours), (2, 0));
/// assert_eq!(reach.obstacle, Some(Obstacle::AllRatingsEqual));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// Whose neighbours.
    pub side: Side,
    /// How many rows have at least one rating.
    pub rated: u64,
    /// How many of them have at least one neighbour.
    pub with_neighbours: u64,
    /// What most of the others lack; `None` if a tenth or more of the rated rows have neighbours.
    pub obstacle: Option<Obstacle>,
}

/// Why a row has no neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Obstacle {
    /// All ratings of the data are one and the same, and the measure compares how they vary.
    AllRatingsEqual,
    /// The measure is undefined for all pairs of the row: what either shares with the other it rated
    /// the same.
    NoVariation,
    /// The row has fewer ratings than the minimal overlap.
    FewRatings,
    /// The row shares fewer columns with any other than the minimal overlap.
    FewShared,
    /// No similarity of the row is above the minimal similarity.
    Unlike,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::AllRatingsEqual => "all ratings are equal, and the measure compares how they vary",
            Self::NoVariation => "what they share with others they rated the same, and the measure compares how ratings vary",
            Self::FewRatings => "they have fewer ratings than the minimal overlap",
            Self::FewShared => "they share fewer ratings with any other than the minimal overlap",
            Self::Unlike => "they are not more similar to any other than the minimal similarity",
        })
    }
}

/// How many rows without neighbours are asked for the reason, at most.
const SAMPLE: usize = 200;

impl Reach {
    /// The reach of the neighbours that `parameters` gave the rows of `matrix`. Where hardly any row has
    /// one, the reason is what most of some two hundred others have; of equals, the first of
    /// [`Obstacle`].
    pub fn of(matrix: &RatingMatrix, parameters: &ModelParameters, index: &NeighbourIndex) -> Self {
        let rows = matrix.rows(index.side());
        let rated = rows.indices().filter(|&row| rows.row_len(row) > 0);
        let (with, without): (Vec<RowIdx>, Vec<RowIdx>) =
            rated.partition(|&row| !index.of(row).is_empty());
        let rated = with.len() + without.len();
        let hardly_any = rated > 1 && with.len() * 10 < rated;
        Self {
            side: index.side(),
            rated: rated as u64,
            with_neighbours: with.len() as u64,
            obstacle: hardly_any.then(|| obstacle(matrix, parameters, &without)),
        }
    }
}

/// What most of these rows without neighbours lack.
fn obstacle(matrix: &RatingMatrix, parameters: &ModelParameters, without: &[RowIdx]) -> Obstacle {
    let step = without.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<RowIdx> = without.iter().copied().step_by(step).collect();
    let reasons = Reasons::new(matrix, parameters);
    let mut found: Vec<Obstacle> = sample.par_iter().map(|&row| reasons.of(row)).collect();
    if found.contains(&Obstacle::NoVariation) && all_equal(matrix) {
        return Obstacle::AllRatingsEqual;
    }
    found.sort_unstable();
    let mut most: &[Obstacle] = &[];
    for equal in found.chunk_by(|a, b| a == b) {
        if equal.len() > most.len() {
            most = equal;
        }
    }
    most.first().copied().unwrap_or(Obstacle::Unlike)
}

fn all_equal(matrix: &RatingMatrix) -> bool {
    let mut ratings = matrix.rows(Side::Users).all_ratings(matrix.scale());
    let first = ratings.next();
    ratings.all(|rating| Some(rating) == first)
}

/// What tells why a row has no neighbour.
struct Reasons<'a> {
    similarities: Similarities<'a>,
    overlaps: Similarities<'a>,
    min_overlap: u32,
}

impl<'a> Reasons<'a> {
    fn new(matrix: &'a RatingMatrix, parameters: &ModelParameters) -> Self {
        let side = parameters.side();
        let similarity = parameters.similarity();
        let overlap = SimilarityOptions {
            measure: Measure::Overlap,
            weighting: Weighting::None,
            min_overlap: 1,
            ..*similarity.options()
        };
        let overlap = overlap.check().unwrap_or(similarity);
        Self {
            similarities: Similarities::new(matrix, side, similarity),
            overlaps: Similarities::new(matrix, side, overlap),
            min_overlap: similarity.options().min_overlap,
        }
    }

    fn of(&self, row: RowIdx) -> Obstacle {
        let rows = self.overlaps.matrix().rows(self.overlaps.side());
        if rows.row_len(row) < self.min_overlap as usize {
            return Obstacle::FewRatings;
        }
        let overlaps = self.overlaps.row(row);
        if overlaps.iter().all(|other| other.overlap < self.min_overlap) {
            return Obstacle::FewShared;
        }
        match self.similarities.row(row).is_empty() {
            true => Obstacle::NoVariation,
            false => Obstacle::Unlike,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AllPairs, ModelOptions, RatingScale, RatingTable, Unobserved};

    /// The reach of neighbours of users; a user a line, a rating of `-` for none.
    fn reach(ratings: &str, options: ModelOptions) -> Reach {
        let mut table = RatingTable::new();
        for (user, line) in ratings.lines().enumerate() {
            for (item, rating) in line.split_whitespace().enumerate() {
                if let Ok(rating) = rating.parse() {
                    table.push(&format!("u{user}"), &format!("i{item}"), rating, None).unwrap();
                }
            }
        }
        let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
        let parameters = options.check().unwrap();
        let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
        Reach::of(&matrix, &parameters, &index)
    }

    fn obstacle(ratings: &str, change: impl FnOnce(&mut ModelOptions)) -> Option<Obstacle> {
        let mut options = ModelOptions::new(Side::Users);
        change(&mut options);
        reach(ratings, options).obstacle
    }

    #[test]
    fn neighbours_are_counted_and_rows_without_ratings_are_not() {
        let found = reach("5 3 1\n4 3 1\n- - -\n- 2 -", ModelOptions::new(Side::Users));
        let expected = Reach { side: Side::Users, rated: 3, with_neighbours: 2, obstacle: None };
        assert_eq!(found, expected);
    }

    #[test]
    fn equal_ratings_have_no_correlation() {
        let equal = "4 4 -\n4 4 4\n- 4 4\n4 - -";
        assert_eq!(obstacle(equal, |_| ()), Some(Obstacle::AllRatingsEqual));
        let by_raters = |options: &mut ModelOptions| {
            options.similarity.measure = Measure::BinaryCosine;
        };
        assert_eq!(obstacle(equal, by_raters), None);
    }

    #[test]
    fn the_reason_is_what_most_lack() {
        assert_eq!(obstacle("4 4 4\n5 5 5\n1 1 1", |_| ()), Some(Obstacle::NoVariation));
        assert_eq!(obstacle("4 - -\n5 - -\n1 2 3", |_| ()), Some(Obstacle::FewRatings));
        assert_eq!(obstacle("4 3 - -\n- - 1 2\n- 2 4 -", |_| ()), Some(Obstacle::FewShared));
        assert_eq!(obstacle("4 3\n1 2", |_| ()), Some(Obstacle::Unlike));
        assert_eq!(obstacle("4 3\n1 2", |options| options.min_similarity = -1.0), None);
    }

    #[test]
    fn one_row_is_no_surprise() {
        assert_eq!(obstacle("4 3", |_| ()), None);
    }
}
