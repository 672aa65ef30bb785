//! Answers for many items at once, and with fewer details, are those for each.

use likemind::{
    AllPairs, ItemIdx, ModelOptions, Neighbourhood, NeighbourhoodPredictor, NeighbourhoodRanker,
    PredictionOptions, Predictor, Profile, Ranked, Ranker, RatingMatrix, RatingScale, RatingTable,
    Side, Unobserved, UserIdx,
};
use proptest::prelude::*;

/// Cells of 40 users and 12 items, dense enough that columns are longer than lists.
fn cells() -> impl Strategy<Value = Vec<Option<u8>>> {
    prop::collection::vec(prop::option::weighted(0.7, 1..=5u8), 40 * 12)
}

fn matrix(cells: &[Option<u8>]) -> RatingMatrix {
    let mut table = RatingTable::new();
    for (place, rating) in cells.iter().enumerate() {
        if let Some(rating) = rating {
            let (user, item) = (format!("u{}", place / 12), format!("i{}", place % 12));
            table.push(&user, &item, f64::from(*rating), None).unwrap();
        }
    }
    RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap()
}

proptest! {
    #[test]
    fn many_items_are_predicted_as_each(
        cells in cells(),
        (k, raters) in (1..30usize, 1..6usize),
        items in prop::collection::vec(0..14u32, 1..20),
    ) {
        let matrix = matrix(&cells);
        let options = PredictionOptions { raters, ..PredictionOptions::default() };
        // Of lists this short items are found along rows, of longer ones along columns.
        for (side, k) in [(Side::Users, 1), (Side::Users, k), (Side::Items, k)] {
            let parameters = ModelOptions { k, ..ModelOptions::new(side) }.check().unwrap();
            let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
            let stored = Neighbourhood::Stored(&index);
            let predictor = NeighbourhoodPredictor::new(&matrix, stored, options).unwrap();
            let items: Vec<ItemIdx> = items.iter().copied().map(ItemIdx).collect();
            for user in (0..matrix.users() as u32).map(UserIdx) {
                let person = Profile::of_user(&matrix, user);
                let each: Vec<_> = items.iter().map(|&i| predictor.predict(&person, i)).collect();
                prop_assert_eq!(predictor.predict_items(&person, &items), each);
            }
        }
    }

    #[test]
    fn the_first_of_a_ranking_are_the_best_of_all(cells in cells(), n in 0..15usize) {
        let matrix = matrix(&cells);
        for side in [Side::Users, Side::Items] {
            let parameters = ModelOptions { k: 5, ..ModelOptions::new(side) }.check().unwrap();
            let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
            let ranker = NeighbourhoodRanker::new(&matrix, &index);
            for user in (0..matrix.users() as u32).map(UserIdx) {
                let person = Profile::of_user(&matrix, user);
                let mut all = ranker.rank(&person, usize::MAX, &|_| true);
                let unrated = (0..matrix.items() as u32).filter(|&i| person.rating(ItemIdx(i)).is_none());
                prop_assert_eq!(all.len(), unrated.count());
                let sorted = all.is_sorted_by(|a, b| (b.score, a.item) < (a.score, b.item));
                prop_assert!(sorted);
                all.truncate(n);
                prop_assert_eq!(&ranker.rank(&person, n, &|_| true), &all);
                let bare = NeighbourhoodRanker::new(&matrix, &index).without_terms();
                let without = |ranked: Ranked| Ranked { terms: Vec::new(), ..ranked };
                let all: Vec<Ranked> = all.into_iter().map(without).collect();
                prop_assert_eq!(bare.rank(&person, n, &|_| true), all);
            }
        }
    }
}

#[test]
fn an_item_that_is_not_there_is_no_obstacle() {
    let matrix = matrix(&[Some(3), Some(4), None, Some(2), Some(5), Some(1)]);
    let parameters = ModelOptions::new(Side::Users).check().unwrap();
    let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
    let person = Profile::of_person([(ItemIdx(99), 4.0)], matrix.scale()).unwrap();
    let ranked = NeighbourhoodRanker::new(&matrix, &index).rank(&person, 3, &|_| true);
    assert_eq!(ranked.len(), 3);
}
