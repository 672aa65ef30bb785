//! People who are not stored: known by the ratings they come with.

use likemind::{
    AllPairs, Centring, ItemIdx, ModelOptions, Neighbourhood, NeighbourhoodPredictor,
    NeighbourhoodRanker, PredictionOptions, Predictor, Profile, Ranker, RatingMatrix, RatingScale,
    RatingTable, Recommender, Side, Similarities, Source, Unobserved, UserIdx,
};
use std::sync::Arc;

const USERS: usize = 60;
const ITEMS: u32 = 40;

/// Ratings that follow no taste, the last user's left out if asked for.
fn matrix(users: usize) -> RatingMatrix {
    let mut table = RatingTable::new();
    for user in 0..users {
        table.add_user(&format!("u{user}")).unwrap();
    }
    for item in 0..ITEMS {
        table.add_item(&format!("i{item}")).unwrap();
    }
    let mut state = 7_u64;
    for user in 0..USERS {
        for item in 0..ITEMS {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = state >> 33;
            if user < users && !number.is_multiple_of(3) {
                let rating = (number / 3 % 5 + 1) as f64;
                table.push(&format!("u{user}"), &format!("i{item}"), rating, None).unwrap();
            }
        }
    }
    RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap()
}

#[test]
fn a_guest_has_the_neighbours_that_would_be_stored() {
    let (all, before) = (matrix(USERS), matrix(USERS - 1));
    let last = UserIdx(USERS as u32 - 1);
    let guest = Profile::of_person(all.of_user(last), all.scale()).unwrap();
    for (k, min_similarity) in [(5, 0.0), (100, -1.0), (USERS, 0.05)] {
        let options = ModelOptions { k, min_similarity, ..ModelOptions::new(Side::Users) };
        let parameters = options.check().unwrap();
        let stored = AllPairs::new(&all, parameters).run(&Unobserved).unwrap();
        let similarities = Similarities::new(&before, Side::Users, parameters.similarity());
        let found = similarities.neighbours_of_person(&guest, &parameters);
        assert_eq!(found, stored.of(last), "bit for bit");
        assert!(similarities.neighbours_of_person(&Profile::default(), &parameters).is_empty());
    }
}

#[test]
fn what_nobody_here_has_rated_is_no_harm() {
    let all = matrix(USERS);
    // All liked the same, so that one more does not change how much the others were liked.
    let known = [(ItemIdx(1), 4.0), (ItemIdx(7), 4.0)];
    let of = |ratings: &[(ItemIdx, f64)]| {
        Profile::of_person(ratings.iter().copied(), all.scale()).unwrap()
    };
    let (guest, other) = (of(&known), of(&[known[0], known[1], (ItemIdx(ITEMS), 4.0)]));
    for side in [Side::Users, Side::Items] {
        let parameters = ModelOptions::new(side).check().unwrap();
        let index = AllPairs::new(&all, parameters).run(&Unobserved).unwrap();
        let ranker = NeighbourhoodRanker::new(&all, &index);
        let items = |person| -> Vec<ItemIdx> {
            ranker.rank(person, 9, &|_| true).iter().map(|ranked| ranked.item).collect()
        };
        assert_eq!(items(&other), items(&guest), "{side}");
    }
}

#[test]
fn a_guest_is_recommended_to_by_neighbours_with_reasons() {
    let (all, before) = (matrix(USERS), matrix(USERS - 1));
    let guest = Profile::of_person(all.of_user(UserIdx(USERS as u32 - 1)), all.scale()).unwrap();
    let parameters = ModelOptions::new(Side::Users).check().unwrap();
    let index = AllPairs::new(&before, parameters).run(&Unobserved).unwrap();
    let similarities = Similarities::new(&before, Side::Users, parameters.similarity());
    let neighbours = similarities.neighbours_of_person(&guest, &parameters);
    let guest = guest.with_neighbours(neighbours);
    let ranker = NeighbourhoodRanker::new(&before, &index);
    let stored = Neighbourhood::Stored(&index);
    let predictor =
        NeighbourhoodPredictor::new(&before, stored, PredictionOptions::default()).unwrap();
    let list = Recommender::new(&ranker, &predictor).recommend(&guest, 5, &|_| true);
    assert_eq!(list.len(), 5);
    for recommendation in list {
        let ranked = &recommendation.ranked;
        assert_eq!(ranked.source, Source::Neighbours);
        let sum: f64 = ranked.terms.iter().map(|term| term.contribution).sum();
        assert!((ranked.base + sum - ranked.score).abs() < 1e-12);
        // As by all similarities, of which the stored neighbours are the positive ones here.
        let all_of_them = Neighbourhood::All(&similarities);
        let options = PredictionOptions::default();
        let by_all = NeighbourhoodPredictor::new(&before, all_of_them, options).unwrap();
        let expected = by_all.predict(&guest, ranked.item);
        assert_eq!(recommendation.prediction, expected);
    }
    let unknown = ranker.rank(&Profile::default(), 3, &|_| true);
    assert!(unknown.iter().all(|ranked| ranked.source == Source::Popularity));
}

#[test]
fn what_was_fitted_once_serves_later_ratings() {
    let mut matrix = matrix(USERS);
    let options = PredictionOptions::default();
    let centring = Arc::new(Centring::fit(&matrix, options).unwrap());
    let parameters = ModelOptions::new(Side::Users).check().unwrap();
    let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
    let predict = |matrix: &RatingMatrix, user, item| {
        let stored = Neighbourhood::Stored(&index);
        let shared = NeighbourhoodPredictor::with_centring(matrix, stored, Arc::clone(&centring));
        let person = Profile::of_user(matrix, user);
        let each = shared.predict(&person, item);
        assert_eq!(shared.predict_items(&person, &[item, item]), [each.clone(), each.clone()]);
        each
    };
    let (user, item) = (UserIdx(3), ItemIdx(5));
    let own = NeighbourhoodPredictor::new(&matrix, Neighbourhood::Stored(&index), options).unwrap();
    let person = Profile::of_user(&matrix, user);
    assert_eq!(predict(&matrix, user, item), own.predict(&person, item));

    // A stricter person is expected to give less, without another fit.
    let before = predict(&matrix, user, item).base;
    for (rated, _) in person.ratings() {
        matrix.set(user, *rated, 1.0).unwrap();
    }
    assert!(predict(&matrix, user, item).base < before);
    // Who and what came later is served too: by their ratings, and by the mean.
    let (new_user, new_item) = (matrix.add_user(), matrix.add_item());
    let mean = predict(&matrix, new_user, new_item);
    assert_eq!((mean.source, mean.rating), (Source::Baseline, mean.base));
    matrix.set(new_user, new_item, 5.0).unwrap();
    assert!(predict(&matrix, new_user, item).rating > predict(&matrix, user, item).rating);
}
