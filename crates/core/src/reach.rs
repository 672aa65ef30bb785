//! The number of rows that have neighbours, and why the others have none.

use crate::ids::RowIdx;
use crate::matrix::RatingMatrix;
use crate::measure::Measure;
use crate::parameters::{ModelParameters, SimilarityOptions};
use crate::side::Side;
use crate::similarity::Similarities;
use crate::weighting::Weighting;
use rayon::prelude::*;
use serde::Serialize;
use std::fmt;

/// The number of rows of a side that have neighbours, and the likely reason if very few have any.
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
/// let reach = Reach::new(&matrix, &parameters, |row| !index.list(row).is_empty());
/// assert_eq!((reach.rated, reach.with_neighbours), (2, 0));
/// assert_eq!(reach.obstacle, Some(Obstacle::AllRatingsEqual));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// The side of the rows.
    pub side: Side,
    /// Number of rows with at least one rating.
    pub rated: u64,
    /// Number of those rows with at least one neighbour.
    pub with_neighbours: u64,
    /// The most common reason why the other rows have none; `None` if a tenth or more of the rated
    /// rows have neighbours.
    pub obstacle: Option<Obstacle>,
}

/// The reason why a row has no neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Obstacle {
    /// All ratings in the data are equal, and the measure compares how they vary.
    AllRatingsEqual,
    /// The measure is undefined for all pairs of the row: in each of them, the co-rated ratings of
    /// one of the rows are all equal.
    NoVariation,
    /// The row has fewer ratings than the minimum overlap.
    FewRatings,
    /// The overlap of the row with every other row is below the minimum.
    FewShared,
    /// No similarity of the row exceeds the minimum similarity.
    Unlike,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::AllRatingsEqual => "all ratings are equal, and the measure compares how they vary",
            Self::NoVariation => "their ratings in common with others do not vary, and the measure compares how ratings vary",
            Self::FewRatings => "they have fewer ratings than the minimum overlap",
            Self::FewShared => "their overlap with any other is below the minimum overlap",
            Self::Unlike => "their similarity to any other does not exceed the minimum similarity",
        })
    }
}

/// Approximate maximum number of rows without neighbours that are examined for the reason.
const SAMPLE: usize = 200;

impl Reach {
    /// Returns the reach of the neighbours computed for `matrix` with `parameters`; `has_neighbours` tells
    /// whether a row has any. If very few
    /// rows have neighbours, `obstacle` is the most common reason among up to some two hundred of
    /// the others; ties go to the first variant of [`Obstacle`].
    pub fn new(
        matrix: &RatingMatrix,
        parameters: &ModelParameters,
        has_neighbours: impl Fn(RowIdx) -> bool,
    ) -> Self {
        let rows = matrix.rows(parameters.side());
        let rated = rows.indices().filter(|&row| rows.row_len(row) > 0);
        let (with, without): (Vec<RowIdx>, Vec<RowIdx>) =
            rated.partition(|&row| has_neighbours(row));
        let rated = with.len() + without.len();
        let very_few = rated > 1 && with.len() * 10 < rated;
        Self {
            side: parameters.side(),
            rated: rated as u64,
            with_neighbours: with.len() as u64,
            obstacle: very_few.then(|| obstacle(matrix, parameters, &without)),
        }
    }
}

/// Returns the most common obstacle of rows without neighbours.
fn obstacle(matrix: &RatingMatrix, parameters: &ModelParameters, without: &[RowIdx]) -> Obstacle {
    let step = without.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<RowIdx> = without.iter().copied().step_by(step).collect();
    let reasons = Reasons::new(matrix, parameters);
    let mut found: Vec<Obstacle> = sample.par_iter().map(|&row| reasons.of(row)).collect();
    if found.contains(&Obstacle::NoVariation) && all_equal(matrix) {
        return Obstacle::AllRatingsEqual;
    }
    found.sort_unstable();
    let mut most_common: &[Obstacle] = &[];
    for equal in found.chunk_by(|a, b| a == b) {
        if equal.len() > most_common.len() {
            most_common = equal;
        }
    }
    most_common.first().copied().unwrap_or(Obstacle::Unlike)
}

fn all_equal(matrix: &RatingMatrix) -> bool {
    let mut ratings = matrix.rows(Side::Users).all_ratings(matrix.scale());
    let first = ratings.next();
    ratings.all(|rating| Some(rating) == first)
}

/// Finds the reason why a row has no neighbour.
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

    /// Returns the reach of the users' neighbours. Each line holds the ratings of a user; `-`
    /// stands for no rating.
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
        Reach::new(&matrix, &parameters, |row| !index.list(row).is_empty())
    }

    fn obstacle(ratings: &str, change: impl FnOnce(&mut ModelOptions)) -> Option<Obstacle> {
        let mut options = ModelOptions::new(Side::Users);
        change(&mut options);
        reach(ratings, options).obstacle
    }

    #[test]
    fn counts_rows_with_neighbours_and_ignores_unrated_rows() {
        let found = reach("5 3 1\n4 3 1\n- - -\n- 2 -", ModelOptions::new(Side::Users));
        let expected = Reach { side: Side::Users, rated: 3, with_neighbours: 2, obstacle: None };
        assert_eq!(found, expected);
    }

    #[test]
    fn equal_ratings_are_an_obstacle_to_correlation_only() {
        let equal = "4 4 -\n4 4 4\n- 4 4\n4 - -";
        assert_eq!(obstacle(equal, |_| ()), Some(Obstacle::AllRatingsEqual));
        let binary_cosine = |options: &mut ModelOptions| {
            options.similarity.measure = Measure::BinaryCosine;
        };
        assert_eq!(obstacle(equal, binary_cosine), None);
    }

    #[test]
    fn obstacle_is_the_most_common_reason() {
        assert_eq!(obstacle("4 4 4\n5 5 5\n1 1 1", |_| ()), Some(Obstacle::NoVariation));
        assert_eq!(obstacle("4 - -\n5 - -\n1 2 3", |_| ()), Some(Obstacle::FewRatings));
        assert_eq!(obstacle("4 3 - -\n- - 1 2\n- 2 4 -", |_| ()), Some(Obstacle::FewShared));
        assert_eq!(obstacle("4 3\n1 2", |_| ()), Some(Obstacle::Unlike));
        assert_eq!(obstacle("4 3\n1 2", |options| options.min_similarity = -1.0), None);
    }

    #[test]
    fn single_row_has_no_obstacle() {
        assert_eq!(obstacle("4 3", |_| ()), None);
    }
}
