//! `Recommender` agrees with a model assembled from its parts.

use likemind::matrix::MatrixError;
use likemind::model::PairedModel;
use likemind::profile::ProfileError;
use likemind::recommender::{FitError, QueryError, Reason, Recommended, RowId};
use likemind::scale::ScaleError;
use likemind::{
    KrigingModel, KrigingOptions, Model, ModelOptions, NeighbourModel, PredictionOptions, Profile,
    RatingMatrix, RatingScale, RatingTable, Recommendation, Recommender, RecommenderOptions,
    RidgeModel, RidgeOptions, Side, Source, TopN, UserIdx,
};
use std::sync::Arc;

/// Pseudo-random ratings of 30 users and 20 items, with non-contiguous integer ids.
fn ratings() -> Vec<(u64, i32, u8)> {
    let mut state = 3_u64;
    let mut ratings = Vec::new();
    for user in 0..30 {
        for item in 0..20 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = state >> 33;
            if !number.is_multiple_of(3) {
                ratings.push((1_000_000 + 7 * user, item - 10, (number / 3 % 5 + 1) as u8));
            }
        }
    }
    ratings
}

/// The model of the same ratings, assembled from its parts.
fn model_from_parts(side: Side) -> (RatingTable, NeighbourModel) {
    let mut table = RatingTable::new();
    for (user, item, rating) in ratings() {
        table.push(&user.to_string(), &item.to_string(), rating.into(), None).unwrap();
    }
    let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
    let parameters = ModelOptions::new(side).check().unwrap();
    let model = NeighbourModel::fit(matrix, parameters, PredictionOptions::default()).unwrap();
    (table, model)
}

/// Pairs two lists of the same items.
fn pairs<'a>(
    found: &'a [Recommended<'a, u64, i32>],
    wanted: &'a [Recommendation],
    table: &RatingTable,
) -> Vec<(&'a Recommended<'a, u64, i32>, &'a Recommendation)> {
    let names = wanted.iter().map(|wanted| table.items().name(wanted.ranked.item).unwrap());
    let ids = found.iter().map(|found| found.item.to_string());
    assert!(ids.eq(names), "{found:?} {wanted:?}");
    found.iter().zip(wanted).collect()
}

#[test]
fn agrees_with_the_model() {
    for side in [Side::Users, Side::Items] {
        let recommender = Recommender::fit_with(ratings(), &RecommenderOptions::new(side)).unwrap();
        let (table, model) = model_from_parts(side);
        assert_eq!(recommender.model().neighbours(), model.neighbours());
        for (index, user) in recommender.users().iter().enumerate() {
            let person = Profile::from_user(model.matrix(), UserIdx(index as u32));
            let session = model.session(&person).unwrap();
            let wanted = session.recommend(TopN::new(4));
            let found = recommender.recommend(user, 4).unwrap();
            for (found, wanted) in pairs(&found, &wanted, &table) {
                assert_eq!(found.prediction.to_bits(), wanted.prediction.rating.to_bits());
                assert_eq!(found.reasons.len(), wanted.ranked.terms.len());
                assert!(found.reasons.is_sorted_by(|a, b| a.contribution >= b.contribution));
                assert!(found.reasons.iter().all(|reason| match reason.neighbour {
                    RowId::User(_) => side == Side::Users,
                    RowId::Item(_) => side == Side::Items,
                }));
                let predicted = recommender.predict(user, found.item).unwrap();
                assert_eq!(predicted, session.predict(wanted.ranked.item));
            }
        }
    }
}

#[test]
fn ridge_ranks_and_kriging_predicts_if_they_are_asked_for() {
    let (table, neighbours) = model_from_parts(Side::Users);
    let matrix = neighbours.shared_matrix();
    let ridge = RidgeModel::fit(Arc::clone(&matrix), RidgeOptions::default()).unwrap();
    let kriging = KrigingModel::fit(Arc::clone(&matrix), KrigingOptions::default()).unwrap();
    let none = RecommenderOptions::default();
    let with_ridge = none.clone().with_ridge(RidgeOptions::default());
    let with_kriging = none.with_kriging(KrigingOptions::default());
    let with_both = with_ridge.clone().with_kriging(KrigingOptions::default());
    let cases: [(_, &dyn Model, &dyn Model); 3] = [
        (with_ridge, &ridge, &neighbours),
        (with_kriging, &neighbours, &kriging),
        (with_both, &ridge, &kriging),
    ];
    for (options, ranking, predicting) in cases {
        let recommender = Recommender::fit_with(ratings(), &options).unwrap();
        let model = PairedModel::new(ranking, predicting);
        for (index, user) in recommender.users().iter().enumerate() {
            let person = Profile::from_user(&matrix, UserIdx(index as u32));
            let session = model.session(&person).unwrap();
            let wanted = session.recommend(TopN::new(4));
            let found = recommender.recommend(user, 4).unwrap();
            for (found, wanted) in pairs(&found, &wanted, &table) {
                assert_eq!(found.score.to_bits(), wanted.ranked.score.to_bits());
                assert_eq!(found.interval, wanted.prediction.interval);
                assert_eq!(found.interval.is_some(), options.kriging.is_some());
                assert!(found.reasons.iter().all(|reason| match reason.neighbour {
                    RowId::User(_) => options.ridge.is_none(),
                    // The person's own ratings.
                    RowId::Item(_) => options.ridge.is_some(),
                }));
                let predicted = recommender.predict(user, found.item).unwrap();
                assert_eq!(predicted, session.predict(wanted.ranked.item));
                let reasons = recommender.reasons(&predicted);
                assert_eq!(reasons.len(), predicted.terms.len());
                let by_items = options.kriging.is_some();
                let is_item =
                    |reason: &Reason<'_, _, _>| matches!(reason.neighbour, RowId::Item(_));
                assert!(reasons.iter().all(|reason| is_item(reason) == by_items));
            }
        }
    }
}

#[test]
fn similar_rows_do_not_depend_on_the_side_of_the_model() {
    let [by_users, by_items] = [Side::Users, Side::Items]
        .map(|side| Recommender::fit_with(ratings(), &RecommenderOptions::new(side)).unwrap());
    for user in by_users.users() {
        let found = by_users.similar_users(user, 5).unwrap();
        assert!(found.len() == 5 && found.is_sorted_by(|a, b| a.similarity >= b.similarity));
        assert_eq!(found, by_items.similar_users(user, 5).unwrap());
    }
    for item in by_users.items() {
        let found = by_users.similar_items(item, 100).unwrap();
        assert_eq!(found, by_items.similar_items(item, 100).unwrap());
        assert!(found.iter().all(|other| other.id != item));
    }
}

#[test]
fn guest_gets_recommendations_on_either_side() {
    for side in [Side::Users, Side::Items] {
        let recommender = Recommender::fit_with(ratings(), &RecommenderOptions::new(side)).unwrap();
        let list = recommender.recommend_for(&[(&-9, 5.0), (&4, 1.0), (&7, 4.0)], 3).unwrap();
        assert_eq!(list.len(), 3);
        assert!(list.iter().all(|found| found.source == Source::Neighbours), "{side}");
        assert!(list.iter().all(|found| ![-9, 4, 7].contains(found.item)));
    }
}

#[test]
fn last_of_repeated_ratings_counts() {
    let mut twice = ratings();
    let (user, item, rating) = twice[17];
    twice.insert(3, (user, item, rating % 5 + 1));
    let once: Vec<_> = {
        let mut once = ratings();
        let last = once.remove(17);
        once.insert(3, last);
        once
    };
    let fit = |ratings| Recommender::<u64, i32>::fit::<u8>(ratings).unwrap();
    let (found, wanted) = (fit(twice), fit(once));
    assert_eq!(found.model().matrix(), wanted.model().matrix());
}

#[test]
fn accepts_string_ids() {
    let ratings = [("a", String::from("x"), 1.5_f32), ("b", String::from("x"), 2.0)];
    let recommender = Recommender::fit(ratings).unwrap();
    assert_eq!(recommender.predict("a", "x").unwrap().source, Source::Baseline);
    assert!(recommender.recommend("a", 3).unwrap().is_empty());
}

#[test]
fn errors_name_the_cause() {
    let none: [(&str, &str, f64); 0] = [];
    assert_eq!(Recommender::fit(none).err(), Some(FitError::Scale(ScaleError::NoRatings)));
    let infinite = Recommender::fit([("a", "x", f64::INFINITY)]).err();
    assert_eq!(infinite, Some(FitError::Scale(ScaleError::Magnitude { found: f64::INFINITY })));

    let stars = RecommenderOptions::default().with_scale(RatingScale::FIVE_STARS);
    let off = Recommender::fit_with([("a", "x", 5.0), ("a", "y", 2.5)], &stars).err();
    let expected = MatrixError::NotOnScale { scale: RatingScale::FIVE_STARS, rating: 2.5 };
    assert_eq!(off, Some(FitError::Matrix(expected)));

    let model = ModelOptions::new(Side::Users).with_k(0);
    let options = RecommenderOptions::default().with_model(model);
    let zero = Recommender::fit_with([("a", "x", 5.0)], &options).err();
    assert!(matches!(zero, Some(FitError::Parameters(_))));

    let recommender = Recommender::fit([("a", "x", 1.0), ("b", "y", 5.0)]).unwrap();
    let unknown = recommender.recommend("zed", 3).unwrap_err();
    assert_eq!(unknown.to_string(), "expected the id of a user with ratings, found \"zed\"");
    let unknown = recommender.predict("a", "zed").unwrap_err();
    assert_eq!(unknown.to_string(), "expected the id of a rated item, found \"zed\"");
    let guest = |ratings: &[(&str, f64)]| recommender.recommend_for(ratings, 3).unwrap_err();
    assert!(matches!(guest(&[("q", 3.0)]), QueryError::UnknownItem { .. }));
    let twice = QueryError::Profile(ProfileError::Duplicate { item: 0 });
    assert_eq!(guest(&[("x", 3.0), ("x", 4.0)]), twice);
    assert!(matches!(guest(&[("x", 9.0)]), QueryError::Profile(ProfileError::OffScale { .. })));
}
