//! Bulk predictions, and rankings with fewer items or details, agree with the full ones.

use likemind::{
    ItemIdx, MeanModel, MeanOf, Model, ModelOptions, ModelParameters, NeighbourModel, Prediction,
    PredictionOptions, Profile, Ranked, RatingMatrix, RatingScale, RatingTable, RidgeModel,
    RidgeOptions, Side, TopN, UserIdx,
};
use proptest::prelude::*;
use std::sync::Arc;

/// A matrix of 40 users and 12 items, dense enough that columns are longer than neighbour lists.
fn cells() -> impl Strategy<Value = Vec<Option<u8>>> {
    prop::collection::vec(prop::option::weighted(0.7, 1..=5u8), 40 * 12)
}

fn matrix(cells: &[Option<u8>]) -> RatingMatrix {
    let mut table = RatingTable::new();
    for (cell, rating) in cells.iter().enumerate() {
        if let Some(rating) = rating {
            let (user, item) = (format!("u{}", cell / 12), format!("i{}", cell % 12));
            table.push(&user, &item, f64::from(*rating), None).unwrap();
        }
    }
    RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap()
}

fn fit(matrix: &Arc<RatingMatrix>, parameters: ModelParameters) -> NeighbourModel {
    NeighbourModel::fit(Arc::clone(matrix), parameters, PredictionOptions::default()).unwrap()
}

fn without_terms(mut prediction: Prediction) -> Prediction {
    prediction.terms.clear();
    prediction
}

proptest! {
    #[test]
    fn bulk_predictions_equal_single_ones(
        cells in cells(),
        (k, raters) in (1..30usize, 1..6usize),
        items in prop::collection::vec(0..14u32, 1..20),
    ) {
        let matrix = Arc::new(matrix(&cells));
        let options = PredictionOptions::default().with_raters(raters);
        // Short lists are searched by rows, longer ones by columns.
        for (side, k) in [(Side::Users, 1), (Side::Users, k), (Side::Items, k)] {
            let parameters = ModelOptions::new(side).with_k(k).check().unwrap();
            let model = NeighbourModel::fit(Arc::clone(&matrix), parameters, options).unwrap();
            let items: Vec<ItemIdx> = items.iter().copied().map(ItemIdx).collect();
            for user in (0..matrix.users() as u32).map(UserIdx) {
                let person = Profile::from_user(&matrix, user);
                let session = model.session(&person).unwrap();
                let each: Vec<_> = items.iter().map(|&item| without_terms(session.predict(item))).collect();
                prop_assert_eq!(&session.predict_items(&items), &each);
                let queries: Vec<_> = items.iter().map(|&item| (user, item)).collect();
                prop_assert_eq!(model.predict_all(&queries).unwrap(), each);
            }
        }
    }

    #[test]
    fn top_n_is_a_prefix_of_the_full_ranking(cells in cells(), n in 0..15usize) {
        let matrix = Arc::new(matrix(&cells));
        for side in [Side::Users, Side::Items] {
            let parameters = ModelOptions::new(side).with_k(5).check().unwrap();
            let model = fit(&matrix, parameters);
            for user in (0..matrix.users() as u32).map(UserIdx) {
                let person = Profile::from_user(&matrix, user);
                let session = model.session(&person).unwrap();
                let mut all = session.rank(TopN::new(usize::MAX));
                let unrated = (0..matrix.items() as u32).filter(|&i| person.rating(ItemIdx(i)).is_none());
                prop_assert_eq!(all.len(), unrated.count());
                let sorted = all.is_sorted_by(|a, b| (b.score, a.item) < (a.score, b.item));
                prop_assert!(sorted);
                all.truncate(n);
                prop_assert_eq!(&session.rank(TopN::new(n)), &all);
                let without = |ranked: Ranked| Ranked { terms: Vec::new(), ..ranked };
                let all: Vec<Ranked> = all.into_iter().map(without).collect();
                prop_assert_eq!(session.rank(TopN::new(n).without_terms()), all);
            }
        }
    }

    #[test]
    fn rated_items_are_ranked_among_the_others_if_requested(cells in cells()) {
        let matrix = Arc::new(matrix(&cells));
        let neighbours = |side| fit(&matrix, ModelOptions::new(side).with_k(5).check().unwrap());
        let (users, items) = (neighbours(Side::Users), neighbours(Side::Items));
        let ridge = RidgeModel::fit(Arc::clone(&matrix), RidgeOptions::default()).unwrap();
        let popularity = MeanModel::new(Arc::clone(&matrix), MeanOf::Item);
        let models: [&dyn Model; 4] = [&users, &items, &ridge, &popularity];
        for model in models {
            for user in (0..matrix.users() as u32).map(UserIdx) {
                let person = Profile::from_user(&matrix, user);
                let session = model.session(&person).unwrap();
                let unrated = session.rank(TopN::new(usize::MAX));
                let mut all = session.rank(TopN::new(usize::MAX).with_rated());
                prop_assert_eq!(all.len(), unrated.len() + person.ratings().len());
                prop_assert!(all.is_sorted_by(|a, b| a.score >= b.score));
                all.retain(|ranked| person.rating(ranked.item).is_none());
                prop_assert_eq!(all, unrated);
            }
        }
    }

    #[test]
    fn low_predictions_are_left_out(cells in cells(), n in 0..8usize, least in 1.0..5.0) {
        let matrix = Arc::new(matrix(&cells));
        for side in [Side::Users, Side::Items] {
            let parameters = ModelOptions::new(side).with_k(5).check().unwrap();
            let model = fit(&matrix, parameters);
            for user in (0..matrix.users() as u32).map(UserIdx) {
                let person = Profile::from_user(&matrix, user);
                let session = model.session(&person).unwrap();
                let is_odd = |item: ItemIdx| item.0 % 2 == 1;
                let mut expected = session.recommend(TopN::new(usize::MAX).among(&is_odd));
                expected.retain(|recommended| recommended.prediction.rating >= least);
                expected.truncate(n);
                let top = TopN::new(n).among(&is_odd);
                prop_assert_eq!(session.recommend(top.predicted_at_least(least)), expected);
                prop_assert!(session.recommend(top.predicted_at_least(f64::NAN)).is_empty());
            }
        }
    }

    #[test]
    fn low_predictions_fill_up_a_list_that_would_be_too_short(
        cells in cells(),
        n in 0..8usize,
        least in 1.0..5.0,
    ) {
        let matrix = Arc::new(matrix(&cells));
        let model = fit(&matrix, ModelOptions::new(Side::Users).with_k(5).check().unwrap());
        for user in (0..matrix.users() as u32).map(UserIdx) {
            let person = Profile::from_user(&matrix, user);
            let session = model.session(&person).unwrap();
            // At most 100, all of which are among the best.
            let all = session.recommend(TopN::new(usize::MAX));
            let (mut expected, low): (Vec<_>, Vec<_>) =
                all.iter().cloned().partition(|one| one.prediction.rating >= least);
            expected.extend(low);
            expected.truncate(n);
            let top = TopN::new(n).preferably_predicted_at_least(least);
            prop_assert_eq!(session.recommend(top), expected);
            let none = TopN::new(n).preferably_predicted_at_least(f64::NAN);
            prop_assert_eq!(session.recommend(none), &all[..n.min(all.len())]);
        }
    }
}

#[test]
fn unknown_items_of_a_guest_are_ignored() {
    let matrix = Arc::new(matrix(&[Some(3), Some(4), None, Some(2), Some(5), Some(1)]));
    let model = fit(&matrix, ModelOptions::new(Side::Users).check().unwrap());
    let person = Profile::from_ratings([(ItemIdx(99), 4.0)], matrix.scale()).unwrap();
    let ranked = model.session(&person).unwrap().rank(TopN::new(3));
    assert_eq!(ranked.len(), 3);
}
