//! A person's ratings by genre and by decade.

use super::Facts;
use crate::catalogue::{Catalogue, ItemInfo};
use crate::profile::Profile;
use serde::Serialize;
use std::collections::BTreeMap;

/// A person's ratings of one genre.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GenreFact {
    /// The genre.
    pub genre: String,
    /// Number of its items that the person rated, at least [`Facts::MINIMUM_GROUP_RATINGS`].
    pub count: usize,
    /// The mean of these ratings.
    pub mean: f64,
    /// `mean` − mean of all ratings of the person.
    pub difference: f64,
}

/// A person's ratings of the items released in one decade.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecadeFact {
    /// The first year of the decade, such as 1990.
    pub decade: i32,
    /// Number of its items that the person rated, at least [`Facts::MINIMUM_GROUP_RATINGS`].
    pub count: usize,
    /// The mean of these ratings.
    pub mean: f64,
    /// `mean` − mean of all ratings of the person.
    pub difference: f64,
}

pub(super) fn genres(person: &Profile, catalogue: &Catalogue) -> Vec<GenreFact> {
    let groups = groups(person, catalogue, |info| {
        let mut genres: Vec<&str> = info.genres.iter().map(String::as_str).collect();
        genres.sort_unstable();
        genres.dedup();
        genres
    });
    let fact = |(genre, Group { count, mean, difference }): (&str, Group)| GenreFact {
        genre: genre.to_owned(),
        count,
        mean,
        difference,
    };
    groups.into_iter().map(fact).collect()
}

pub(super) fn decades(person: &Profile, catalogue: &Catalogue) -> Vec<DecadeFact> {
    let groups = groups(person, catalogue, |info| info.year.map(|year| year - year.rem_euclid(10)));
    let fact = |(decade, Group { count, mean, difference })| DecadeFact {
        decade,
        count,
        mean,
        difference,
    };
    groups.into_iter().map(fact).collect()
}

/// A group of a person's ratings, compared with all of them.
struct Group {
    count: usize,
    mean: f64,
    difference: f64,
}

/// Returns the groups with enough ratings: largest difference first, then the larger group, then by
/// name.
fn groups<'a, K: Ord, I: IntoIterator<Item = K>>(
    person: &Profile,
    catalogue: &'a Catalogue,
    names: impl Fn(&'a ItemInfo) -> I,
) -> Vec<(K, Group)> {
    let own_mean = person.mean().unwrap_or_default();
    let mut sums: BTreeMap<K, (usize, f64)> = BTreeMap::new();
    for &(item, rating) in person.ratings() {
        for name in names(catalogue.get(item)) {
            let (count, sum) = sums.entry(name).or_default();
            *count += 1;
            *sum += rating;
        }
    }
    let mut groups: Vec<_> = sums
        .into_iter()
        .filter(|&(_, (count, _))| count >= Facts::MINIMUM_GROUP_RATINGS)
        .map(|(name, (count, sum))| {
            let mean = sum / count as f64;
            (name, Group { count, mean, difference: mean - own_mean })
        })
        .collect();
    // The sort is stable, so ties stay in ascending order of the names.
    groups.sort_by(|(_, a), (_, b)| {
        b.difference.total_cmp(&a.difference).then_with(|| b.count.cmp(&a.count))
    });
    groups
}
