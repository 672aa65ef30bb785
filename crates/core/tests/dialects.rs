//! Conventions of other libraries, checked against their published values and formulas.

use likemind::{
    Dialect, Model, NeighbourModel, Profile, RatingMatrix, RatingScale, RatingTable, Side,
    Similarities, Source, UserIdx,
};

fn table(ratings: &[(&str, &str, f64)]) -> RatingTable {
    let mut table = RatingTable::new();
    for &(user, item, rating) in ratings {
        table.push(user, item, rating, None).unwrap();
    }
    table
}

fn matrix(table: &RatingTable) -> RatingMatrix {
    RatingMatrix::from_table(table, "1:6:1".parse::<RatingScale>().unwrap()).unwrap()
}

const THREE_ITEMS: [(&str, &str, f64); 6] = [
    ("1", "1", 1.0),
    ("1", "2", 2.0),
    ("1", "3", 3.0),
    ("2", "1", 2.0),
    ("2", "2", 5.0),
    ("2", "3", 6.0),
];

/// Mahout's N in `Weighting.WEIGHTED` counts only items with ratings: unrated items of a catalogue
/// and users without ratings change nothing.
#[test]
fn mahout_weighting_ignores_unrated_items() {
    let similarity = |table: &RatingTable| {
        let matrix = matrix(table);
        let parameters = Dialect::Mahout.options(Side::Users, None).similarity.check().unwrap();
        Similarities::new(&matrix, Side::Users, parameters)
            .pair(UserIdx(0), UserIdx(1))
            .similarity
            .unwrap()
    };
    let mut table = table(&THREE_ITEMS);
    assert!((similarity(&table) - 0.990_192_230_707_630_6).abs() < 1e-15);
    for unrated in ["4", "5", "6"] {
        table.add_item(unrated).unwrap();
    }
    table.add_user("forgotten").unwrap();
    assert!((similarity(&table) - 0.990_192_230_707_630_6).abs() < 1e-15);
}

/// Mahout's estimate is Σ s·r / Σ s over the neighbours that rated the item, if there are at least
/// two.
#[test]
fn mahout_requires_at_least_two_ratings() {
    let mut ratings = THREE_ITEMS.to_vec();
    ratings.extend([("3", "1", 1.0), ("3", "2", 1.0), ("3", "3", 2.0)]);
    ratings.extend([("2", "4", 6.0), ("3", "4", 1.0), ("3", "5", 4.0)]);
    let table = table(&ratings);
    let matrix = matrix(&table);
    let parameters = Dialect::Mahout.options(Side::Users, None).check().unwrap();
    let options = Dialect::Mahout.prediction(Side::Users, None);
    let model = NeighbourModel::fit(matrix.clone(), parameters, options).unwrap();
    let person = Profile::from_user(&matrix, UserIdx(0));
    let session = model.session(&person).unwrap();
    let predict = |item: &str| session.predict(table.items().get(item).unwrap());

    let similarities = Similarities::new(&matrix, Side::Users, parameters.similarity());
    let [second, third] =
        [1, 2].map(|user| similarities.pair(UserIdx(0), UserIdx(user)).similarity.unwrap());
    let estimate = (second * 6.0 + third * 1.0) / (second + third);
    assert!((predict("4").score - estimate).abs() < 1e-12, "{:?}", predict("4"));
    assert_eq!(predict("5").source, Source::Baseline);
}
