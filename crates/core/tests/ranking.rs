//! Rankings by neighbours, with popularity for items that no neighbour knows.

use likemind::{
    ItemIdx, Model, ModelOptions, NeighbourModel, PredictionOptions, Profile, Ranked, RatingMatrix,
    RatingScale, RatingTable, RowIdx, Side, Source, TopN, UserIdx,
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
