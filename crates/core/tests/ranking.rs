//! Rankings by neighbours, with popularity for items that no neighbour knows.

mod common;

use common::three_tiles;
use likemind::{
    ItemIdx, Measure, Model, ModelOptions, NeighbourModel, PredictionOptions, Profile, Ranked,
    RatingMatrix, RatingScale, RatingTable, RowIdx, Side, Source, TopN, UserIdx,
};

fn model(side: Side) -> NeighbourModel {
    let mut table = RatingTable::new();
    for (user, items) in [
        ("a", &[("p", 1.0), ("q", 3.0), ("r", 5.0)][..]),
        ("b", &[("p", 1.0), ("q", 3.0), ("r", 4.0), ("s", 5.0)]),
        ("c", &[("p", 5.0), ("q", 3.0), ("r", 1.0), ("t", 5.0)]),
        ("d", &[("u", 2.0)]),
    ] {
        for &(item, rating) in items {
            table.push(user, item, rating, None).unwrap();
        }
    }
    let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
    let parameters = ModelOptions::new(side).check().unwrap();
    NeighbourModel::fit(matrix, parameters, PredictionOptions::default()).unwrap()
}

fn rank(side: Side, user: u32, n: usize) -> Vec<Ranked> {
    let model = model(side);
    let person = Profile::from_user(model.matrix(), UserIdx(user));
    model.session(&person).unwrap().rank(TopN::new(n))
}

#[test]
fn neighbours_come_first_and_popularity_fills_the_rest() {
    let ranked = rank(Side::Users, 0, 10);
    let items: Vec<_> = ranked.iter().map(|r| (r.item.0, r.source)).collect();
    // s by the similar user b, then t and u by popularity only (c has the opposite taste).
    assert_eq!(items, [(3, Source::Neighbours), (4, Source::Popularity), (5, Source::Popularity)]);
    assert_eq!(ranked[0].terms[0].neighbour, RowIdx(1));
    assert_eq!(ranked[0].terms[0].rating, 5.0);
}

/// y: how much a user liked an item, compared with their other ratings.
fn liking(matrix: &RatingMatrix, user: UserIdx, rating: f64) -> f64 {
    let ratings: Vec<f64> = matrix.of_user(user).map(|(_, rating)| rating).collect();
    let count = ratings.len() as f64;
    let mean = ratings.iter().sum::<f64>() / count;
    let variance = ratings.iter().map(|rating| (rating - mean).powi(2)).sum::<f64>() / count;
    (1.0 + 0.25 * (rating - mean) / variance.sqrt()).clamp(0.05, 2.0)
}

/// The contribution of a neighbour is y·√s·c³ on the users' side, y·√s·c² on the items' side, and y·c
/// there if the measure ignores ratings.
#[test]
fn contributions_are_those_of_the_formula() {
    type Weight = fn(f64, f64) -> f64;
    let cases: [(Side, Measure, Weight); 4] = [
        (Side::Users, Measure::Pcs, |s, c| s.sqrt() * c.powi(3)),
        (Side::Items, Measure::Pcs, |s, c| s.sqrt() * c.powi(2)),
        (Side::Users, Measure::BinaryCosine, |s, c| s.sqrt() * c.powi(3)),
        (Side::Items, Measure::BinaryCosine, |_, c| c),
    ];
    for (side, measure, weight) in cases {
        let mut options = ModelOptions::new(side);
        options.similarity.measure = measure;
        let matrix = three_tiles("1:5:0.5");
        let prediction = PredictionOptions::default();
        let model = NeighbourModel::fit(matrix, options.check().unwrap(), prediction).unwrap();
        let (matrix, mut compared) = (model.matrix(), 0);
        for user in (0..600).step_by(60).map(UserIdx) {
            let person = Profile::from_user(matrix, user);
            for ranked in model.session(&person).unwrap().rank(TopN::new(5)) {
                for term in ranked.terms {
                    let (row, rater) = match side {
                        Side::Users => (RowIdx::from(user), term.neighbour.user()),
                        Side::Items => (RowIdx::from(ranked.item), user),
                    };
                    let length = |row| matrix.rows(side).row_len(row) as f64;
                    let cosine =
                        f64::from(term.overlap) / (length(row) * length(term.neighbour)).sqrt();
                    let wanted =
                        liking(matrix, rater, term.rating) * weight(term.similarity, cosine);
                    assert!(
                        (term.contribution - wanted).abs() < 1e-12,
                        "{side} {measure} {term:?}"
                    );
                    compared += 1;
                }
            }
        }
        assert!(compared > 100, "{side} {measure}: {compared}");
    }
}

#[test]
fn base_and_contributions_add_up_to_the_score() {
    for side in [Side::Users, Side::Items] {
        for ranked in (0..4).flat_map(|user| rank(side, user, 10)) {
            let sum: f64 = ranked.terms.iter().map(|term| term.contribution).sum();
            assert!((ranked.base + sum - ranked.score).abs() < 1e-12);
        }
    }
}

#[test]
fn person_without_ratings_gets_popular_items() {
    for side in [Side::Users, Side::Items] {
        let model = model(side);
        let empty = Profile::default();
        let session = model.session(&empty).unwrap();
        let ranked = session.rank(TopN::new(2).among(&|item| item != ItemIdx(0)));
        assert_eq!(ranked.iter().map(|r| r.item.0).collect::<Vec<_>>(), [1, 2]);
        assert!(session.rank(TopN::new(0)).is_empty());
        assert_eq!(session.rank(TopN::new(99)).len(), 6);
    }
}
