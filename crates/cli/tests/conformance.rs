//! Predictions of other libraries, reproduced with `import`, `fit --dialect` and `predict`.

#[path = "common/folder.rs"]
mod folder;
#[path = "../../data/tests/common/shared.rs"]
mod shared;

use folder::Folder;
use shared::shared;
use std::fs;
use std::path::Path;

/// The configurations of the figures: name, side, measure, centre, minimum overlap, and the number of the
/// 500 predictions that may differ. If more than 40 neighbours are equally similar, Surprise takes those
/// whose ratings it read first. The file is sorted by users, so for users these are the first ones. For
/// items they are not, and a database does not record the order.
const CONFIGURATIONS: [(&str, &str, &str, &str, &str, usize); 10] = [
    ("basic_msd_user", "users", "msd", "none", "1", 0),
    ("basic_cosine_item", "items", "cosine", "none", "1", 21),
    ("basic_pearson_user", "users", "pcs", "none", "1", 0),
    ("means_pearson_user", "users", "pcs", "mean", "1", 0),
    ("means_pearson_item", "items", "pcs", "mean", "1", 2),
    ("means_pearson_user_minsup5", "users", "pcs", "mean", "5", 0),
    ("zscore_pearson_user", "users", "pcs", "zscore", "1", 0),
    ("baseline_msd_user", "users", "msd", "baseline", "1", 0),
    ("baseline_pearsonbl100_user", "users", "pearson-baseline", "baseline", "2", 0),
    ("baseline_pearsonbl100_item", "items", "pearson-baseline", "baseline", "2", 0),
];

#[test]
fn stored_models_predict_like_surprise() {
    let (Some(figures), Some(data)) = (shared("conformance"), shared("data/ml-100k.zip")) else {
        return;
    };
    let text = fs::read_to_string(figures.join("surprise_u1_predictions.csv")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|row| row.split(',').collect()).collect();
    let folder = Folder::new();
    folder.json(&["import", data.to_str().unwrap(), "--part", "u1.base"]);
    for (name, side, measure, centre, min_overlap, others) in CONFIGURATIONS {
        let wanted: Vec<_> = rows.iter().filter(|row| row[0] == name).collect();
        assert_eq!(wanted.len(), 500);
        let pairs: Vec<_> = wanted.iter().map(|row| format!("{},{}\n", row[1], row[2])).collect();
        folder.write("pairs.csv", &pairs.concat());
        // All neighbours, since Surprise uses all raters.
        let fit = ["fit", "--dialect", "surprise", "--side", side, "--measure", measure];
        folder.json(&[&fit[..], &["--min-overlap", min_overlap, "-k", "2000"]].concat());
        let predict = ["predict", "--pairs", "pairs.csv", "--side", side, "--centre", centre];
        let found = folder.json(&predict);
        let mut differ = 0;
        for (row, found) in wanted.into_iter().zip(found.as_array().unwrap()) {
            let wanted: f64 = row[4].parse().unwrap();
            differ += usize::from((found["prediction"].as_f64().unwrap() - wanted).abs() > 1e-9);
            if let Ok(used) = row[5].parse::<u64>() {
                assert_eq!(found["raters"], used, "{row:?}");
            }
        }
        assert!(differ <= others, "{name}: {differ}");
    }
}

/// The predictions of LensKit 2025.8.1 (`UserKNNScorer` with 30 neighbours, `ItemKNNScorer` with 20) for
/// all unrated pairs in outlier_clean.csv, in single precision; `nan` if it predicts nothing.
#[test]
fn stored_models_predict_like_lenskit() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let text = fs::read_to_string(cases.join("lenskit.csv")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|row| row.split(',').collect()).collect();
    let folder = Folder::new();
    folder.json(&["import", cases.join("outlier_clean.csv").to_str().unwrap()]);
    for side in ["users", "items"] {
        let wanted: Vec<_> = rows.iter().filter(|row| row[0] == side).collect();
        assert_eq!(wanted.len(), 108);
        let pairs: Vec<_> = wanted.iter().map(|row| format!("{},{}\n", row[1], row[2])).collect();
        folder.write("pairs.csv", &pairs.concat());
        folder.json(&["fit", "--dialect", "lenskit", "--side", side]);
        let found = folder.json(&["predict", "--pairs", "pairs.csv", "--side", side]);
        for (row, found) in wanted.into_iter().zip(found.as_array().unwrap()) {
            match row[3].parse::<f64>().unwrap() {
                wanted if wanted.is_nan() => assert_eq!(found["source"], "baseline", "{row:?}"),
                wanted => {
                    // LensKit does not clamp predictions to the scale.
                    let difference = found["prediction"].as_f64().unwrap() - wanted.clamp(1.0, 5.0);
                    assert!(difference.abs() < 2e-6, "{row:?}: {found}");
                }
            }
        }
    }
}
