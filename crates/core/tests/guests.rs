//! Guests: people who are not stored, known only by their ratings.

use likemind::model::{ModelError, SessionError};
use likemind::{
    AllPairs, Centring, ItemIdx, Model, ModelOptions, NeighbourModel, NeighbourView, Prediction,
    PredictionOptions, Profile, RatingMatrix, RatingScale, RatingTable, Recommendation, Side,
    Similarities, Source, TopN, Unobserved, UserIdx,
};

const USERS: usize = 60;
const ITEMS: u32 = 40;

/// Pseudo-random ratings by the first `users` of 60 users.
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
fn guest_has_the_neighbours_that_a_fit_would_store() {
    let (all, before) = (matrix(USERS), matrix(USERS - 1));
    let last = UserIdx(USERS as u32 - 1);
    let guest = Profile::from_ratings(all.of_user(last), all.scale()).unwrap();
    for (k, min_similarity) in [(5, 0.0), (100, -1.0), (USERS, 0.05)] {
        let options = ModelOptions::new(Side::Users).with_k(k).with_min_similarity(min_similarity);
        let parameters = options.check().unwrap();
        let stored = AllPairs::new(&all, parameters).run(&Unobserved).unwrap();
        let similarities = Similarities::new(&before, Side::Users, parameters.similarity());
        let found = similarities.neighbours_of_profile(&guest, &parameters);
        assert_eq!(found, stored.list(last), "bit for bit");
        assert!(similarities.neighbours_of_profile(&Profile::default(), &parameters).is_empty());
    }
}

fn fit(matrix: &RatingMatrix, side: Side) -> NeighbourModel {
    let parameters = ModelOptions::new(side).check().unwrap();
    NeighbourModel::fit(matrix.clone(), parameters, PredictionOptions::default()).unwrap()
}

#[test]
fn unknown_items_of_a_guest_do_not_change_the_ranking() {
    let all = matrix(USERS);
    // Equal ratings, so that one more does not change the weights of the others.
    let known = [(ItemIdx(1), 4.0), (ItemIdx(7), 4.0)];
    let of = |ratings: &[(ItemIdx, f64)]| {
        Profile::from_ratings(ratings.iter().copied(), all.scale()).unwrap()
    };
    let (guest, other) = (of(&known), of(&[known[0], known[1], (ItemIdx(ITEMS), 4.0)]));
    for side in [Side::Users, Side::Items] {
        let model = fit(&all, side);
        let items = |person| -> Vec<ItemIdx> {
            let ranked = model.session(person).unwrap().rank(TopN::new(9));
            ranked.iter().map(|ranked| ranked.item).collect()
        };
        assert_eq!(items(&other), items(&guest), "{side}");
    }
}

/// On either side, guests get predictions and rankings from neighbours, both from stored lists and
/// from all similarities.
#[test]
fn guests_get_recommendations_from_neighbours() {
    let (all, before) = (matrix(USERS), matrix(USERS - 1));
    let guest = Profile::from_ratings(all.of_user(UserIdx(USERS as u32 - 1)), all.scale()).unwrap();
    for side in [Side::Users, Side::Items] {
        let model = fit(&before, side);
        let session = model.session(&guest).unwrap();
        let list = session.recommend(TopN::new(5));
        assert_eq!(list.len(), 5);
        for Recommendation { ranked, prediction } in list {
            assert_eq!(ranked.source, Source::Neighbours, "{side}");
            let sum: f64 = ranked.terms.iter().map(|term| term.contribution).sum();
            assert!((ranked.base + sum - ranked.score).abs() < 1e-12);
            assert_eq!(prediction.source, Source::Neighbours, "{side}");
            let whole = session.predict(ranked.item);
            assert_eq!(whole.terms.len(), whole.raters);
            assert_eq!(prediction, Prediction { terms: Vec::new(), ..whole.clone() });
            // Equal to predicting from all similarities, since here the lists hold all positive
            // ones.
            let similarity = model.parameters().similarity();
            let similarities = Similarities::new(&before, side, similarity);
            let by_all = model.view().with_all_raters(&similarities);
            assert_eq!(by_all.session(&guest).unwrap().predict(ranked.item), whole, "{side}");
        }
        let empty = Profile::default();
        let popular = model.session(&empty).unwrap().rank(TopN::new(3));
        assert!(popular.iter().all(|ranked| ranked.source == Source::Popularity));
    }
}

#[test]
fn rejects_guest_ratings_off_the_scale() {
    let half_stars = Profile::from_ratings([(ItemIdx(1), 4.5)], &RatingScale::HALF_STARS).unwrap();
    for side in [Side::Users, Side::Items] {
        let model = fit(&matrix(USERS), side);
        let error = model.session(&half_stars).err();
        let expected = SessionError::OffScale { scale: RatingScale::FIVE_STARS, rating: 4.5 };
        assert_eq!(error, Some(expected));
    }
}

#[test]
fn fitted_centring_works_with_later_ratings() {
    let mut matrix = matrix(USERS);
    let options = PredictionOptions::default();
    let centring = Centring::fit(&matrix, options).unwrap();
    let model = fit(&matrix, Side::Users);
    let predict = |matrix: &RatingMatrix, user, item| {
        let view = NeighbourView::new(matrix, *model.parameters(), model.neighbours(), &centring);
        let person = Profile::from_user(matrix, user);
        view.session(&person).unwrap().predict(item)
    };
    let (user, item) = (UserIdx(3), ItemIdx(5));
    let person = Profile::from_user(&matrix, user);
    let own = model.session(&person).unwrap().predict(item);
    assert_eq!(predict(&matrix, user, item), own);

    // Lower ratings lower the person's expected rating without a new fit.
    let before = predict(&matrix, user, item).base;
    for (rated, _) in person.ratings() {
        matrix.set(user, *rated, 1.0).unwrap();
    }
    assert!(predict(&matrix, user, item).base < before);
    // Users and items added later are supported too: without ratings by the mean, then by ratings.
    let (new_user, new_item) = (matrix.add_user(), matrix.add_item());
    let mean = predict(&matrix, new_user, new_item);
    assert_eq!((mean.source, mean.rating), (Source::Baseline, mean.base));
    matrix.set(new_user, new_item, 5.0).unwrap();
    assert!(predict(&matrix, new_user, item).rating > predict(&matrix, user, item).rating);
}

#[test]
fn rejects_neighbours_of_another_side_or_size() {
    let matrix = matrix(USERS);
    let index = fit(&matrix, Side::Users).neighbours().clone();
    let build = |matrix: &RatingMatrix, side| {
        let parameters = ModelOptions::new(side).check().unwrap();
        let prediction = PredictionOptions::default();
        NeighbourModel::from_neighbours(matrix.clone(), parameters, index.clone(), prediction).err()
    };
    assert_eq!(build(&matrix, Side::Users), None);
    let (expected, found) = (Side::Items, Side::Users);
    assert_eq!(build(&matrix, Side::Items), Some(ModelError::Side { expected, found }));
    let mut later = matrix.clone();
    later.add_user();
    let (expected, found) = (USERS + 1, USERS);
    assert_eq!(build(&later, Side::Users), Some(ModelError::Rows { expected, found }));
}
