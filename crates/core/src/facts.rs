//! What a person's ratings say about the person.

mod groups;
mod others;

pub use crate::histogram::{RatingCount, histogram};
pub use groups::{DecadeFact, GenreFact};

use crate::catalogue::Catalogue;
use crate::ids::ItemIdx;
use crate::matrix::RatingMatrix;
use crate::neighbours::Neighbour;
use crate::profile::Profile;
use crate::scale::RatingScale;
use crate::sums::correlation_of;
use others::{SharedItem, shared_items};

/// What a person's ratings say about the person: r_i is what they gave to item i, r̄ the mean of it, and
/// m_i the mean of what all *others* gave to i. Deterministic to the bit, and never NaN for ratings whose
/// sums an f64 holds.
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
/// let ada = Profile::of_user(&matrix, UserIdx(0));
/// let facts = Facts::of(&matrix, &ada, &Catalogue::new(), &[]);
/// assert_eq!((facts.ratings, facts.mean), (2, Some(4.0)));
/// assert_eq!(facts.generosity, Some(0.5)); // all gave 4 to Heat and 3 to Ran
/// assert_eq!(facts.most_different.unwrap().difference, 2.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// How many items the person rated.
    pub ratings: usize,
    /// r̄; `None` without ratings.
    pub mean: Option<f64>,
    /// How far the person rates above all who rated the same items: r̄ − Σ a_i / n over the n items
    /// that the person rated, a_i being the mean of i over all who rated it, the person included.
    /// In ratings; negative for a stricter person; `None` without ratings.
    pub generosity: Option<f64>,
    /// The genres of which the person rated enough, by falling difference from r̄; then by falling
    /// count, then by name. An item counts in each of its genres.
    pub genres: Vec<GenreFact>,
    /// The decades, in the same order.
    pub decades: Vec<DecadeFact>,
    /// The item with the largest |r_i − m_i| among those that at least [`ENOUGH_OTHERS`](Self::ENOUGH_OTHERS)
    /// others rated; where there is none, among all that another rated. Of equals the one that more
    /// others rated, then the first to appear. `None` if nobody else rated any.
    pub most_different: Option<MostDifferent>,
    /// PCS of r_i and m_i over the items that another rated, in −1..=1: 1 is to rate as everyone does.
    /// `None` where undefined: fewer than two such items, or all r_i or all m_i equal.
    pub usualness: Option<f64>,
    /// The most similar neighbour.
    pub closest: Option<Neighbour>,
    /// How often the person gave each rating.
    pub histogram: Vec<RatingCount>,
}

/// The item where a person differs most from everyone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MostDifferent {
    /// The item.
    pub item: ItemIdx,
    /// What the person gave.
    pub rating: f64,
    /// The mean of what the others gave.
    pub mean: f64,
    /// `rating` less `mean`.
    pub difference: f64,
}

impl Facts {
    /// Genres and decades of which a person rated fewer say nothing.
    pub const FEWEST_OF_A_GROUP: usize = 3;

    /// As many others make a mean worth differing from.
    pub const ENOUGH_OTHERS: usize = 5;

    /// The facts about a person, stored or not. Costs one pass over the ratings of the items that the
    /// person rated.
    ///
    /// `person` is a profile of `matrix`; `catalogue` need only know the items that the person rated.
    /// `neighbours` are the person's, best first; none without a model of users.
    pub fn of(
        matrix: &RatingMatrix,
        person: &Profile,
        catalogue: &Catalogue,
        neighbours: &[Neighbour],
    ) -> Self {
        let shared = shared_items(matrix, person);
        let rated = person.ratings();
        let above_all: f64 = shared.iter().map(SharedItem::above_all).sum();
        Self {
            ratings: rated.len(),
            mean: person.mean(),
            // Where nobody else rated an item, the person's rating is the mean of all.
            generosity: (!rated.is_empty()).then(|| above_all / rated.len() as f64),
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
    let most_of = |fewest: usize| {
        let enough = shared.iter().filter(|item| item.others >= fewest);
        // Of equals `max_by` takes the last: reversed, the first to appear.
        enough
            .rev()
            .max_by(|a, b| size(a).total_cmp(&size(b)).then_with(|| a.others.cmp(&b.others)))
    };
    let most = most_of(Facts::ENOUGH_OTHERS).or_else(|| most_of(1))?;
    let &SharedItem { item, rating, mean, .. } = most;
    Some(MostDifferent { item, rating, mean, difference: most.difference() })
}

/// Distances from a mean that are below this part of the scale's largest rating are what rounding
/// leaves of equal values.
const ROUNDING: f64 = 1e-12;

fn usualness(scale: &RatingScale, shared: &[SharedItem]) -> Option<f64> {
    let rounding = ROUNDING * scale.min().abs().max(scale.max().abs());
    let varies = |value: fn(&SharedItem) -> f64| {
        let mean = shared.iter().map(value).sum::<f64>() / shared.len() as f64;
        shared.iter().any(|item| (value(item) - mean).abs() > rounding)
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
        let person = Profile::of_user(matrix, UserIdx(user));
        Facts::of(matrix, &person, &Catalogue::new(), &[])
    }

    #[test]
    fn nobody_has_facts_of_nothing() {
        let matrix = matrix(&[("a", "x", 3.0)]);
        let facts = Facts::of(&matrix, &Profile::default(), &Catalogue::new(), &[]);
        assert_eq!((facts.ratings, facts.mean, facts.generosity), (0, None, None));
        assert_eq!((facts.most_different, facts.usualness, facts.closest), (None, None, None));
        assert!(facts.genres.is_empty() && facts.decades.is_empty());
        assert_eq!(facts.histogram.len(), 5);
    }

    #[test]
    fn alone_with_all_items_a_person_is_as_generous_as_everyone() {
        let facts = facts_of(&matrix(&[("a", "x", 3.0), ("a", "y", 5.0)]), 0);
        assert_eq!((facts.generosity, facts.mean), (Some(0.0), Some(4.0)));
        assert_eq!((facts.most_different, facts.usualness), (None, None));
    }

    #[test]
    fn who_rates_as_everyone_does_is_usual_and_who_rates_against_them_is_not() {
        let matrix = matrix(&[
            ("a", "x", 1.0),
            ("a", "y", 3.0),
            ("b", "x", 2.0),
            ("b", "y", 5.0),
            ("c", "x", 5.0),
            ("c", "y", 1.0),
        ]);
        // Beside a, b and c gave 3.5 and 3; beside c, a and b gave 1.5 and 4.
        let near = |found: Option<f64>, wanted: f64| (found.unwrap() - wanted).abs() < 1e-12;
        assert!(near(facts_of(&matrix, 0).usualness, -1.0));
        assert!(near(facts_of(&matrix, 2).usualness, -1.0));
        // All gave 8/3 to x and 3 to y.
        assert!(near(facts_of(&matrix, 1).generosity, 3.5 - (8.0 / 3.0 + 3.0) / 2.0));
    }

    #[test]
    fn equal_real_ratings_are_not_usual_or_unusual() {
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
    fn a_mean_of_few_is_differed_from_only_where_there_is_no_better() {
        let crowd = ["b", "c", "d", "e", "f"];
        let mut ratings = vec![("a", "seldom", 1.0), ("a", "often", 3.0), ("b", "seldom", 5.0)];
        ratings.extend(crowd.map(|user| (user, "often", 4.0)));
        let most = facts_of(&matrix(&ratings), 0).most_different.unwrap();
        assert_eq!((most.item, most.difference), (ItemIdx(1), -1.0));
        ratings.pop();
        let most = facts_of(&matrix(&ratings), 0).most_different.unwrap();
        assert_eq!((most.item, most.rating, most.mean), (ItemIdx(0), 1.0, 5.0));
    }

    #[test]
    fn of_equal_differences_more_raters_count_then_the_first() {
        let mut ratings = vec![("a", "x", 1.0), ("a", "y", 5.0), ("a", "z", 1.0)];
        ratings.extend([("b", "x", 3.0), ("b", "y", 3.0), ("b", "z", 3.0)]);
        assert_eq!(facts_of(&matrix(&ratings), 0).most_different.unwrap().item, ItemIdx(0));
        ratings.push(("c", "z", 3.0));
        assert_eq!(facts_of(&matrix(&ratings), 0).most_different.unwrap().item, ItemIdx(2));
    }

    #[test]
    fn genres_and_decades_are_told_from_three_ratings_on() {
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
        let person = Profile::of_user(&matrix, UserIdx(0));
        let facts = Facts::of(&matrix, &person, &catalogue, &[]);
        let genres: Vec<_> =
            facts.genres.iter().map(|fact| (&fact.genre[..], fact.count, fact.mean)).collect();
        assert_eq!(genres, [("Noir", 3, 4.0), ("Drama", 3, 11.0 / 3.0)]);
        assert_eq!(facts.genres[0].difference, 0.5);
        let decade = DecadeFact { decade: 1990, count: 3, mean: 4.0, difference: 0.5 };
        assert_eq!(facts.decades, [decade]);
    }
}
