//! `Division` against a direct implementation of its definitions.

#[path = "common/cells.rs"]
mod cells;

use cells::Cells;
use likemind::facts::Division;
use likemind::{Catalogue, ItemIdx, ItemInfo, RatingMatrix, UserIdx};
use proptest::prelude::*;

const USERS: u32 = 60;
const ITEMS: u32 = 12;

fn matrix(cells: &Cells, scale: &str) -> RatingMatrix {
    cells::matrix(cells, USERS, ITEMS, scale)
}

/// Every third item is of the genre `third`, every other one of `even`; some name it twice.
fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::new();
    for item in 0..ITEMS {
        let mut genres = Vec::new();
        for (name, part) in [("third", 3), ("even", 2), ("even", 4)] {
            if item % part == 0 {
                genres.push(name.to_owned());
            }
        }
        catalogue.set(ItemIdx(item), ItemInfo { title: None, year: None, genres });
    }
    catalogue
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64], taken: usize) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    squares / (values.len() - taken) as f64
}

fn ratings_of(matrix: &RatingMatrix, item: ItemIdx) -> Vec<f64> {
    matrix.of_item(item).map(|(_, rating)| rating).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9
}

/// The opinions of the fans of a genre and of the others, by definition.
fn camps(matrix: &RatingMatrix, item: ItemIdx, genre: &str) -> (Vec<f64>, Vec<f64>) {
    let catalogue = catalogue();
    let (mut fans, mut others) = (Vec::new(), Vec::new());
    for user in (0..USERS).map(UserIdx) {
        let Some(rating) = matrix.rating(user, item) else { continue };
        let rest: Vec<(ItemIdx, f64)> =
            matrix.of_user(user).filter(|&(other, _)| other != item).collect();
        let of_genre: Vec<f64> = rest
            .iter()
            .filter(|&&(other, _)| catalogue.get(other).genres.iter().any(|name| name == genre))
            .map(|&(_, rating)| rating)
            .collect();
        if of_genre.len() < 3 {
            continue;
        }
        let mean_of_all = mean(&rest.iter().map(|&(_, rating)| rating).collect::<Vec<_>>());
        let camp = if mean(&of_genre) > mean_of_all { &mut fans } else { &mut others };
        camp.push(rating - mean_of_all);
    }
    (fans, others)
}

proptest! {
    #[test]
    fn division_follows_its_definitions(
        cells in prop::collection::btree_map((0..USERS, 0..ITEMS), 0..5_u32, 0..700),
    ) {
        for scale in ["1:5:1", "-3:9"] {
            let matrix = matrix(&cells, scale);
            for item in (0..ITEMS).map(ItemIdx) {
                let found = Division::new(&matrix, item, &catalogue());
                let own = ratings_of(&matrix, item);
                prop_assert_eq!(found.deviation.is_some(), !own.is_empty());
                if let Some(deviation) = found.deviation {
                    prop_assert!(close(deviation, variance(&own, 0).sqrt()));
                }

                let others = (0..ITEMS).map(ItemIdx).filter(|&other| other != item);
                let others: Vec<Vec<f64>> = others
                    .map(|other| ratings_of(&matrix, other))
                    .filter(|ratings| ratings.len() >= 20)
                    .collect();
                prop_assert_eq!(found.wider_than.is_some(), own.len() >= 20 && !others.is_empty());
                if let (Some(share), Some(deviation)) = (found.wider_than, found.deviation) {
                    let smaller = |slack: f64| {
                        let is_smaller = |r: &&Vec<f64>| variance(r, 0).sqrt() < deviation + slack;
                        others.iter().filter(is_smaller).count() as f64 / others.len() as f64
                    };
                    prop_assert!(smaller(-1e-9) <= share && share <= smaller(1e-9));
                }

                for genre in ["even", "third"] {
                    let (fans, others) = camps(&matrix, item, genre);
                    let shown = found.genres.iter().find(|shown| shown.genre == genre);
                    if fans.len() < 5 || others.len() < 5 {
                        prop_assert_eq!(shown, None);
                        continue;
                    }
                    let difference = mean(&fans) - mean(&others);
                    let squared = |camp: &[f64]| variance(camp, 1) / camp.len() as f64;
                    let error = (squared(&fans) + squared(&others)).sqrt();
                    // At the limit, rounding decides.
                    if (difference.abs() - 2.0 * error).abs() > 1e-9 {
                        prop_assert_eq!(shown.is_some(), difference.abs() > 2.0 * error);
                    }
                    if let Some(shown) = shown {
                        prop_assert_eq!((shown.fans, shown.others), (fans.len(), others.len()));
                        prop_assert!(close(shown.fans_opinion, mean(&fans)));
                        prop_assert!(close(shown.others_opinion, mean(&others)));
                        prop_assert!(close(shown.difference, difference));
                    }
                }
                prop_assert!(found.genres.is_sorted_by(|a, b| a.difference >= b.difference));
            }
        }
    }
}

#[test]
fn an_item_divides_the_fans_of_a_genre_from_the_others() {
    // Items 0, 3, 6 and 9 are of the genre `third`; the first half of the people loves them.
    let love = |user: u32, item: u32| (user < USERS / 2) == (item.is_multiple_of(3));
    let mut cells = Cells::new();
    for user in 0..USERS {
        for item in 1..ITEMS {
            cells.insert((user, item), if love(user, item) { 4 } else { u32::from(user % 3 == 0) });
        }
        cells.insert((user, 0), if love(user, 0) { 3 } else { 0 });
    }
    let found = Division::new(&matrix(&cells, "1:5:1"), ItemIdx(0), &catalogue());
    let third = found.genres.iter().find(|shown| shown.genre == "third").unwrap();
    assert_eq!((third.fans, third.others), (30, 30));
    assert!(third.fans_opinion > 1.0 && third.others_opinion < -1.0);
    // The ratings 4 and 1, in equal numbers.
    assert_eq!(found.deviation, Some(1.5));
}

#[test]
fn an_item_without_ratings_divides_no_one() {
    let found = Division::new(&matrix(&Cells::new(), "1:5:1"), ItemIdx(0), &catalogue());
    assert_eq!(found, Division { deviation: None, wider_than: None, genres: Vec::new() });
}
