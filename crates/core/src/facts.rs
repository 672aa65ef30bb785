//! Descriptive statistics of one person's ratings, and of one item's.

mod division;
mod groups;
mod others;

pub use crate::histogram::{CountRange, RatingCount, doubling_histogram, histogram};
pub use division::{Division, GenreDivision};
pub use groups::{DecadeFact, GenreFact};

use crate::catalogue::Catalogue;
use crate::ids::ItemIdx;
use crate::matrix::RatingMatrix;
use crate::neighbours::Neighbour;
use crate::profile::Profile;
use crate::scale::RatingScale;
use crate::sums::correlation_of;
use others::{SharedItem, shared_items};

/// Statistics of one person's ratings.
///
/// In the formulas r_i is the person's rating of item i, r̄ the mean of all r_i, and m_i the mean
/// of the ratings of i by all *other* users. The results are bit-for-bit deterministic, and never
/// NaN unless sums of ratings overflow an `f64`.
///
/// ```
/// use likemind::{Catalogue, Facts, Profile, RatingMatrix, RatingScale, RatingTable, UserIdx};
/// let mut table = RatingTable::new();
/// for (user, item, rating) in
///     [("ada", "Heat", 5.0), ("ada", "Ran", 3.0), ("bob", "Heat", 3.0), ("bob", "Ran", 3.0)]
/// {
///     table.push(user, item, rating, None).unwrap();
/// }
/// let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
/// let ada = Profile::from_user(&matrix, UserIdx(0));
/// let facts = Facts::new(&matrix, &ada, &Catalogue::new(), &[]);
/// assert_eq!((facts.ratings, facts.mean), (2, Some(4.0)));
/// assert_eq!(facts.generosity, Some(0.5)); // the means are 4 for Heat and 3 for Ran
/// assert_eq!(facts.most_different.unwrap().difference, 2.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Number of items that the person rated.
    pub ratings: usize,
    /// r̄; `None` without ratings.
    pub mean: Option<f64>,
    /// How far the person rates above the average rater of the same items: r̄ − Σ a_i / n over the
    /// n items that the person rated, where a_i is the mean rating of i over all its raters,
    /// including the person. In rating units; negative for a stricter person; `None` without
    /// ratings.
    pub generosity: Option<f64>,
    /// The genres with at least [`MINIMUM_GROUP_RATINGS`](Self::MINIMUM_GROUP_RATINGS) ratings, by
    /// descending difference from r̄, then descending count, then name. An item counts in each of
    /// its genres.
    pub genres: Vec<GenreFact>,
    /// The decades with at least [`MINIMUM_GROUP_RATINGS`](Self::MINIMUM_GROUP_RATINGS) ratings, in the
    /// same order.
    pub decades: Vec<DecadeFact>,
    /// The item with the largest |r_i − m_i| among those rated by at least
    /// [`MINIMUM_OTHER_RATERS`](Self::MINIMUM_OTHER_RATERS) others; if there is none, among all items rated by
    /// anyone else. Ties go to the item with more other raters, then to the one that appeared
    /// first. `None` if nobody else rated any of the items.
    pub most_different: Option<MostDifferent>,
    /// PCS of r_i and m_i over the items rated by anyone else, in −1..=1; 1 means that the person
    /// rates as everyone does. `None` if undefined: fewer than two such items, or all r_i or all
    /// m_i are equal.
    pub usualness: Option<f64>,
    /// The most similar neighbour.
    pub closest: Option<Neighbour>,
    /// Number of times that the person gave each rating.
    pub histogram: Vec<RatingCount>,
}

/// The item on which a person differs most from the other raters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MostDifferent {
    /// The item.
    pub item: ItemIdx,
    /// The person's rating.
    pub rating: f64,
    /// The mean rating of the others.
    pub mean: f64,
    /// `rating` − `mean`.
    pub difference: f64,
}

impl Facts {
    /// Minimum number of ratings of a genre or decade for it to be reported.
    pub const MINIMUM_GROUP_RATINGS: usize = 3;

    /// Number of other raters from which the mean of an item is considered reliable.
    pub const MINIMUM_OTHER_RATERS: usize = 5;

    /// Computes the facts about a person, stored or not, in one pass over the ratings of the items
    /// that the person rated.
    ///
    /// `person` must be a profile for `matrix`; `catalogue` needs to cover only the items that the
    /// person rated. `neighbours` are those of the person, best first; empty without a model of
    /// users.
    pub fn new(
        matrix: &RatingMatrix,
        person: &Profile,
        catalogue: &Catalogue,
        neighbours: &[Neighbour],
    ) -> Self {
        let shared = shared_items(matrix, person);
        let rated = person.ratings();
        let above_mean: f64 = shared.iter().map(SharedItem::above_mean_of_all).sum();
        Self {
            ratings: rated.len(),
            mean: person.mean(),
            // An item that nobody else rated contributes 0: its mean is the person's rating.
            generosity: (!rated.is_empty()).then(|| above_mean / rated.len() as f64),
            genres: groups::genres(person, catalogue),
            decades: groups::decades(person, catalogue),
            most_different: most_different(&shared),
            usualness: usualness(matrix.scale(), &shared),
            closest: neighbours.first().copied(),
            histogram: histogram(matrix.scale(), rated.iter().map(|&(_, rating)| rating)),
        }
    }
}

fn most_different(shared: &[SharedItem]) -> Option<MostDifferent> {
    let size = |item: &SharedItem| item.difference().abs();
    let largest = |min_others: usize| {
        let candidates = shared.iter().filter(|item| item.others >= min_others);
        // `max_by` returns the last of equal elements; reversed, that is the first to appear.
        candidates
            .rev()
            .max_by(|a, b| size(a).total_cmp(&size(b)).then_with(|| a.others.cmp(&b.others)))
    };
    let most = largest(Facts::MINIMUM_OTHER_RATERS).or_else(|| largest(1))?;
    let &SharedItem { item, rating, mean, .. } = most;
    Some(MostDifferent { item, rating, mean, difference: most.difference() })
}

/// Values are treated as equal if they differ from their mean by no more than this fraction of the
/// largest absolute rating of the scale: such differences are rounding errors.
const ROUNDING_TOLERANCE: f64 = 1e-12;

fn usualness(scale: &RatingScale, shared: &[SharedItem]) -> Option<f64> {
    let tolerance = ROUNDING_TOLERANCE * scale.min().abs().max(scale.max().abs());
    let varies = |value: fn(&SharedItem) -> f64| {
        let mean = shared.iter().map(value).sum::<f64>() / shared.len() as f64;
        shared.iter().any(|item| (value(item) - mean).abs() > tolerance)
    };
    let pairs: Vec<_> = shared.iter().map(|item| (item.rating, item.mean)).collect();
    (varies(|item| item.rating) && varies(|item| item.mean))
        .then(|| correlation_of(&pairs))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::ItemInfo;
    use crate::ids::UserIdx;
    use crate::table::RatingTable;

    fn matrix(ratings: &[(&str, &str, f64)]) -> RatingMatrix {
        let mut table = RatingTable::new();
        for &(user, item, rating) in ratings {
            table.push(user, item, rating, None).unwrap();
        }
        RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap()
    }

    fn facts_of(matrix: &RatingMatrix, user: u32) -> Facts {
        let person = Profile::from_user(matrix, UserIdx(user));
        Facts::new(matrix, &person, &Catalogue::new(), &[])
    }

    #[test]
    fn empty_profile_has_no_facts() {
        let matrix = matrix(&[("a", "x", 3.0)]);
        let facts = Facts::new(&matrix, &Profile::default(), &Catalogue::new(), &[]);
        assert_eq!((facts.ratings, facts.mean, facts.generosity), (0, None, None));
        assert_eq!((facts.most_different, facts.usualness, facts.closest), (None, None, None));
        assert!(facts.genres.is_empty() && facts.decades.is_empty());
        assert_eq!(facts.histogram.len(), 5);
    }

    #[test]
    fn generosity_is_zero_for_the_only_rater() {
        let facts = facts_of(&matrix(&[("a", "x", 3.0), ("a", "y", 5.0)]), 0);
        assert_eq!((facts.generosity, facts.mean), (Some(0.0), Some(4.0)));
        assert_eq!((facts.most_different, facts.usualness), (None, None));
    }

    #[test]
    fn usualness_and_generosity_follow_their_formulas() {
        let matrix = matrix(&[
            ("a", "x", 1.0),
            ("a", "y", 3.0),
            ("b", "x", 2.0),
            ("b", "y", 5.0),
            ("c", "x", 5.0),
            ("c", "y", 1.0),
        ]);
        // The means of the others are 3.5 and 3 for a, 1.5 and 4 for c.
        let near = |found: Option<f64>, wanted: f64| (found.unwrap() - wanted).abs() < 1e-12;
        assert!(near(facts_of(&matrix, 0).usualness, -1.0));
        assert!(near(facts_of(&matrix, 2).usualness, -1.0));
        // The means of all are 8/3 for x and 3 for y.
        assert!(near(facts_of(&matrix, 1).generosity, 3.5 - (8.0 / 3.0 + 3.0) / 2.0));
    }

    #[test]
    fn usualness_of_equal_real_ratings_is_undefined() {
        let mut table = RatingTable::new();
        for (user, rating) in [("a", 0.1), ("b", 0.3), ("c", 0.7)] {
            for (item, more) in [("x", 0.0), ("y", 0.01), ("z", 0.02)] {
                let rating = if user == "a" { rating } else { rating + more };
                table.push(user, item, rating, None).unwrap();
            }
        }
        let scale = RatingScale::real(0.0, 1.0).unwrap();
        let matrix = RatingMatrix::from_table(&table, scale).unwrap();
        assert_eq!(facts_of(&matrix, 0).usualness, None);
        assert!(facts_of(&matrix, 1).usualness.is_some());
    }

    #[test]
    fn most_different_prefers_items_with_enough_other_raters() {
        let others = ["b", "c", "d", "e", "f"];
        let mut ratings = vec![("a", "seldom", 1.0), ("a", "often", 3.0), ("b", "seldom", 5.0)];
        ratings.extend(others.map(|user| (user, "often", 4.0)));
        let most = facts_of(&matrix(&ratings), 0).most_different.unwrap();
        assert_eq!((most.item, most.difference), (ItemIdx(1), -1.0));
        ratings.pop();
        let most = facts_of(&matrix(&ratings), 0).most_different.unwrap();
        assert_eq!((most.item, most.rating, most.mean), (ItemIdx(0), 1.0, 5.0));
    }

    #[test]
    fn most_different_breaks_ties_by_raters_then_appearance() {
        let mut ratings = vec![("a", "x", 1.0), ("a", "y", 5.0), ("a", "z", 1.0)];
        ratings.extend([("b", "x", 3.0), ("b", "y", 3.0), ("b", "z", 3.0)]);
        assert_eq!(facts_of(&matrix(&ratings), 0).most_different.unwrap().item, ItemIdx(0));
        ratings.push(("c", "z", 3.0));
        assert_eq!(facts_of(&matrix(&ratings), 0).most_different.unwrap().item, ItemIdx(2));
    }

    #[test]
    fn genres_and_decades_need_three_ratings() {
        let matrix = matrix(&[("a", "w", 5.0), ("a", "x", 4.0), ("a", "y", 3.0), ("a", "z", 2.0)]);
        let mut catalogue = Catalogue::new();
        for (item, year, genres) in [
            (0, Some(1994), &["Noir", "Noir", "Drama"][..]),
            (1, Some(1990), &["Noir", "Drama"]),
            (2, Some(1999), &["Noir", "War"]),
            (3, None, &["War", "Drama"]),
        ] {
            let genres = genres.iter().map(|&genre| genre.to_owned()).collect();
            catalogue.set(ItemIdx(item), ItemInfo { title: None, year, genres });
        }
        let person = Profile::from_user(&matrix, UserIdx(0));
        let facts = Facts::new(&matrix, &person, &catalogue, &[]);
        let genres: Vec<_> =
            facts.genres.iter().map(|fact| (&fact.genre[..], fact.count, fact.mean)).collect();
        assert_eq!(genres, [("Noir", 3, 4.0), ("Drama", 3, 11.0 / 3.0)]);
        assert_eq!(facts.genres[0].difference, 0.5);
        let decade = DecadeFact { decade: 1990, count: 3, mean: 4.0, difference: 0.5 };
        assert_eq!(facts.decades, [decade]);
    }
}
