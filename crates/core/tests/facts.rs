//! `Facts` against a direct implementation of their definitions.

#[path = "common/cells.rs"]
mod cells;

use cells::Cells;
use likemind::{
    Catalogue, Facts, ItemIdx, ItemInfo, Neighbour, Profile, RatingMatrix, RowIdx, UserIdx,
};
use proptest::prelude::*;

const USERS: u32 = 12;
const ITEMS: u32 = 15;

/// Steps are 0 to 4.
fn cells() -> impl Strategy<Value = Cells> {
    let cell = ((0..USERS, 0..ITEMS), 0..5u32);
    // Two levels of random sizes vary the density.
    (0..200usize).prop_flat_map(move |max| {
        prop::collection::vec(cell.clone(), 0..=max).prop_map(|cells| cells.into_iter().collect())
    })
}

fn matrix(cells: &Cells, scale: &str) -> RatingMatrix {
    cells::matrix(cells, USERS, ITEMS, scale)
}

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::new();
    for item in 0..ITEMS {
        let genres = ["a", "b", "c"].iter().zip([2, 3, 4]);
        let genres = genres.filter(|&(_, part)| item % part == 0).map(|(&name, _)| name.into());
        let year = (item % 5 > 0).then_some(1960 + 3 * item as i32);
        catalogue.set(ItemIdx(item), ItemInfo { title: None, year, genres: genres.collect() });
    }
    catalogue
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The textbook correlation, on deviations from the means.
fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (mean_x, mean_y) = (mean(&x)?, mean(&y)?);
    let sum = |f: &dyn Fn(f64, f64) -> f64| {
        pairs.iter().map(|&(x, y)| f(x - mean_x, y - mean_y)).sum::<f64>()
    };
    let (xx, yy) = (sum(&|x, _| x * x), sum(&|_, y| y * y));
    (xx > 1e-9 && yy > 1e-9).then(|| sum(&|x, y| x * y) / (xx * yy).sqrt())
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9,
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn facts_follow_their_definitions(cells in cells()) {
        for scale in ["1:5:1", "0.5:2.5:0.5", "1:1000:1", "-3:9"] {
            let matrix = matrix(&cells, scale);
            for user in (0..USERS).map(UserIdx) {
                let facts = Facts::new(&matrix, &Profile::from_user(&matrix, user), &catalogue(), &[]);
                let rated: Vec<(ItemIdx, f64)> = matrix.of_user(user).collect();
                let own = mean(&rated.iter().map(|&(_, rating)| rating).collect::<Vec<_>>());
                prop_assert_eq!(facts.ratings, rated.len());
                prop_assert!(close(facts.mean, own));

                let of_all: Vec<f64> = rated
                    .iter()
                    .map(|&(item, _)| mean(&matrix.of_item(item).map(|(_, r)| r).collect::<Vec<_>>()).unwrap())
                    .collect();
                prop_assert!(close(facts.generosity, own.map(|own| own - mean(&of_all).unwrap())));

                let others = |item| -> Vec<f64> {
                    matrix.of_item(item).filter(|&(other, _)| other != user).map(|(_, r)| r).collect()
                };
                let beside: Vec<(f64, f64)> = rated
                    .iter()
                    .filter_map(|&(item, rating)| Some((rating, mean(&others(item))?)))
                    .collect();
                prop_assert!(close(facts.usualness, correlation(&beside)), "{:?} {beside:?}", facts.usualness);

                let enough = if rated.iter().any(|&(item, _)| others(item).len() >= 5) { 5 } else { 1 };
                let largest = rated
                    .iter()
                    .filter(|&&(item, _)| others(item).len() >= enough)
                    .map(|&(item, rating)| (rating - mean(&others(item)).unwrap()).abs())
                    .reduce(f64::max);
                prop_assert!(close(facts.most_different.map(|most| most.difference.abs()), largest));
                if let Some(most) = facts.most_different {
                    prop_assert!(others(most.item).len() >= enough);
                    prop_assert_eq!(Some(most.rating), matrix.rating(user, most.item));
                    prop_assert!(close(Some(most.mean), mean(&others(most.item))));
                }

                let catalogue = catalogue();
                let mut found = 0;
                for genre in ["a", "b", "c"] {
                    let of_genre: Vec<f64> = rated
                        .iter()
                        .filter(|&&(item, _)| catalogue.get(item).genres.iter().any(|g| g == genre))
                        .map(|&(_, rating)| rating)
                        .collect();
                    let fact = facts.genres.iter().find(|fact| fact.genre == genre);
                    prop_assert_eq!(fact.is_some(), of_genre.len() >= 3);
                    if let Some(fact) = fact {
                        found += 1;
                        prop_assert_eq!(fact.count, of_genre.len());
                        prop_assert!(close(Some(fact.mean), mean(&of_genre)));
                        prop_assert!(close(Some(fact.difference), Some(fact.mean - own.unwrap())));
                    }
                }
                prop_assert_eq!(facts.genres.len(), found);
                prop_assert!(facts.genres.is_sorted_by(|a, b| a.difference >= b.difference));
                prop_assert!(facts.decades.is_sorted_by(|a, b| a.difference >= b.difference));
                for fact in &facts.decades {
                    let of_decade = rated.iter().filter(|&&(item, _)| {
                        catalogue.get(item).year.is_some_and(|year| year / 10 * 10 == fact.decade)
                    });
                    prop_assert_eq!(fact.count, of_decade.count());
                }
                prop_assert_eq!(facts.histogram.iter().map(|bar| bar.count).sum::<u64>(), rated.len() as u64);
            }
        }
    }

    #[test]
    fn facts_of_a_guest_equal_those_of_a_stored_user(cells in cells(), user in 0..USERS) {
        for scale in ["1:5:1", "-3:9"] {
            let with = matrix(&cells, scale);
            let without: Cells =
                cells.iter().filter(|((other, _), _)| *other != user).map(|(&c, &r)| (c, r)).collect();
            let without = matrix(&without, scale);
            let stored = Profile::from_user(&with, UserIdx(user));
            let given = Profile::from_ratings(with.of_user(UserIdx(user)), with.scale()).unwrap();
            let closest = Neighbour { index: RowIdx(3), overlap: 2, similarity: 0.5 };
            let stored = Facts::new(&with, &stored, &catalogue(), &[closest]);
            prop_assert_eq!(stored.closest, Some(closest));
            prop_assert_eq!(stored, Facts::new(&without, &given, &catalogue(), &[closest]));
        }
    }
}
