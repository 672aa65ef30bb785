//! Compares results with those of other libraries on the published folds of ml-100k.

#[path = "common/shared.rs"]
mod shared;

use likemind::predict::ReadingOrder;
use likemind::{
    AllPairs, BaselineModel, BaselineOptions, Centre, Centring, Dialect, Evaluation, ItemIdx,
    MeanModel, MeanOf, Measure, Model, NeighbourView, RatingMatrix, RowIdx, Side, Similarities,
    TestRating, Unobserved, UserIdx, Weighting,
};
use likemind_data::{Dataset, ReadOptions, Source, read};
use shared::shared;
use std::fs;

struct Fold {
    train: Dataset,
    matrix: RatingMatrix,
    order: ReadingOrder,
    test: Vec<TestRating>,
    /// The user and item ids of the test ratings.
    names: Vec<(String, String)>,
}

fn fold(number: usize) -> Option<Fold> {
    let source = Source::Path(shared("data/ml-100k.zip")?);
    let part = |name: String| read(&source, &ReadOptions::default().with_part(name)).unwrap();
    let train = part(format!("u{number}.base"));
    let held_out = part(format!("u{number}.test"));
    let (mut users, mut items) = (train.ratings.users().clone(), train.ratings.items().clone());
    let (mut test, mut names) = (Vec::new(), Vec::new());
    for rating in held_out.ratings.iter() {
        let user = held_out.ratings.users().name(rating.user).unwrap();
        let item = held_out.ratings.items().name(rating.item).unwrap();
        test.push(TestRating {
            user: users.intern(user).unwrap(),
            item: items.intern(item).unwrap(),
            rating: rating.rating,
        });
        names.push((user.to_owned(), item.to_owned()));
    }
    let matrix = RatingMatrix::from_table(&train.ratings, train.scale).unwrap();
    let order = ReadingOrder::new(&train.ratings, &matrix);
    Some(Fold { train, matrix, order, test, names })
}

/// The configurations of the reference results: name, side, measure, centre, minimum overlap.
const CONFIGURATIONS: [(&str, Side, Measure, Centre, u32); 10] = [
    ("basic_msd_user", Side::Users, Measure::MeanSquaredDifference, Centre::None, 1),
    ("basic_cosine_item", Side::Items, Measure::Cosine, Centre::None, 1),
    ("basic_pearson_user", Side::Users, Measure::Pcs, Centre::None, 1),
    ("means_pearson_user", Side::Users, Measure::Pcs, Centre::Mean, 1),
    ("means_pearson_item", Side::Items, Measure::Pcs, Centre::Mean, 1),
    ("means_pearson_user_minsup5", Side::Users, Measure::Pcs, Centre::Mean, 5),
    ("zscore_pearson_user", Side::Users, Measure::Pcs, Centre::ZScore, 1),
    ("baseline_msd_user", Side::Users, Measure::MeanSquaredDifference, Centre::Baseline, 1),
    ("baseline_pearsonbl100_user", Side::Users, Measure::BaselinePearson, Centre::Baseline, 2),
    ("baseline_pearsonbl100_item", Side::Items, Measure::BaselinePearson, Centre::Baseline, 2),
];

/// Fits the model of a configuration and passes it to `check`.
fn with_model(fold: &Fold, name: &str, check: &mut dyn FnMut(&dyn Model)) {
    if name == "baseline_only" {
        check(&BaselineModel::fit(fold.matrix.clone(), BaselineOptions::SURPRISE).unwrap());
        return;
    }
    let &(_, side, measure, centre, min_overlap) =
        CONFIGURATIONS.iter().find(|configuration| configuration.0 == name).unwrap();
    let mut options = Dialect::Surprise.options(side, Some(measure));
    options.similarity.min_overlap = min_overlap;
    let parameters = options.check().unwrap();
    let index = AllPairs::new(&fold.matrix, parameters).run(&Unobserved).unwrap();
    let similarities = Similarities::new(&fold.matrix, side, parameters.similarity());
    let prediction = Dialect::Surprise.prediction(Side::Users, Some(centre));
    let centring = Centring::fit(&fold.matrix, prediction).unwrap();
    let view = NeighbourView::new(&fold.matrix, parameters, &index, &centring)
        .with_all_raters(&similarities)
        .with_ties(Dialect::Surprise.ties(Some(&fold.order)));
    check(&view);
}

#[test]
fn matches_errors_of_surprise_on_all_folds() {
    let Some(conformance) = shared("conformance") else { return };
    let text = fs::read_to_string(conformance.join("surprise_u1_to_u5.json")).unwrap();
    let figures: serde_json::Value = serde_json::from_str(&text).unwrap();
    let results = figures["results"].as_object().unwrap();
    assert_eq!(results.len(), 11);
    for number in 1..=5 {
        let Some(fold) = fold(number) else { return };
        for (name, figures) in results {
            let expected = |figure: &str| figures[figure][number - 1].as_f64().unwrap();
            with_model(&fold, name, &mut |model| {
                let found =
                    Evaluation::on(&fold.matrix, &fold.test).rating_accuracy(model).unwrap();
                for (found, expected) in
                    [(found.rmse, expected("rmse")), (found.mae, expected("mae"))]
                {
                    assert!(
                        (found - expected).abs() < 5e-5,
                        "{name} u{number}: {found} for {expected}"
                    );
                }
            });
        }
    }
}

#[test]
fn matches_predictions_of_surprise() {
    let (Some(conformance), Some(fold)) = (shared("conformance"), fold(1)) else { return };
    let text = fs::read_to_string(conformance.join("surprise_u1_predictions.csv")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|row| row.split(',').collect()).collect();
    assert_eq!(rows.len(), 5_500);
    for group in rows.chunk_by(|a, b| a[0] == b[0]) {
        with_model(&fold, group[0][0], &mut |model| {
            let queries: Vec<(UserIdx, ItemIdx)> = group
                .iter()
                .map(|row| {
                    let position = fold.names.iter().position(|(u, i)| u == row[1] && i == row[2]);
                    let test = fold.test[position.unwrap()];
                    (test.user, test.item)
                })
                .collect();
            for (prediction, row) in model.predict_all(&queries).unwrap().iter().zip(group) {
                let expected: f64 = row[4].parse().unwrap();
                assert!((prediction.rating - expected).abs() < 1e-6, "{row:?}: {prediction:?}");
                if let Ok(used) = row[5].parse::<usize>() {
                    assert_eq!(prediction.raters, used, "{row:?}");
                }
            }
        });
    }
}

#[test]
fn matches_similarities_of_surprise() {
    let (Some(conformance), Some(fold)) = (shared("conformance"), fold(1)) else { return };
    let text = fs::read_to_string(conformance.join("surprise_u1_similarities.csv")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|row| row.split(',').collect()).collect();
    assert_eq!(rows.len(), 5_596);
    for group in rows.chunk_by(|a, b| a[..3] == b[..3]) {
        let side: Side = group[0][0].parse().unwrap();
        let measure: Measure = group[0][1].parse().unwrap();
        let dialect = Dialect::Surprise;
        let mut options = dialect.options(side, Some(measure)).similarity;
        let support: u32 = group[0][2].parse().unwrap();
        options.min_overlap = options.min_overlap.max(support);
        let similarities = Similarities::new(&fold.matrix, side, options.check().unwrap());
        let tolerance = if measure == Measure::BaselinePearson { 1e-6 } else { 1e-9 };
        for row in group {
            let index = |id: &str| match side {
                Side::Users => fold.train.ratings.users().get(id).map(RowIdx::from),
                Side::Items => fold.train.ratings.items().get(id).map(RowIdx::from),
            };
            let pair = similarities.pair(index(row[3]).unwrap(), index(row[4]).unwrap());
            let found = pair.similarity.or(dialect.undefined()).unwrap();
            let expected: f64 = row[5].parse().unwrap();
            assert!((found - expected).abs() < tolerance, "{row:?}: {pair:?}");
        }
    }
}

#[test]
fn matches_values_of_mymedialite() {
    let Some(fold) = fold(1) else { return };
    let mut options = Dialect::MyMediaLite.options(Side::Items, None).similarity;
    options.weighting = Weighting::ShrinkLessOne(200.0);
    let similarities = Similarities::new(&fold.matrix, Side::Items, options.check().unwrap());
    let item = |id: &str| fold.train.ratings.items().get(id).unwrap();
    let pair = similarities.pair(item("519"), item("79"));
    assert_eq!(pair.overlap, 36);
    // Published with eight decimals, computed in single precision.
    assert!((pair.similarity.unwrap() - -0.027_883_01).abs() < 1e-8, "{pair:?}");
    let mean = MeanModel::new(fold.matrix.clone(), MeanOf::User);
    let accuracy = Evaluation::on(&fold.matrix, &fold.test).rating_accuracy(&mean).unwrap();
    assert!((accuracy.rmse - 1.063).abs() < 5e-4, "{accuracy:?}");
    assert!((accuracy.mae - 0.850_19).abs() < 5e-6, "{accuracy:?}");
}
