//! Accuracy on real data: errors of item kriging on published splits, and lists of ridge regression.

#[path = "common/folder.rs"]
mod folder;
#[path = "../../data/tests/common/shared.rs"]
mod shared;

use folder::Folder;
use serde_json::Value;
use shared::shared;

fn number(figures: &Value, name: &str) -> f64 {
    figures[name].as_f64().unwrap_or_else(|| panic!("{name} in {figures}"))
}

/// Returns the figures of one of the five published folds of MovieLens 100K.
fn fold(folder: &Folder, archive: &str, fold: u32, options: &[&str]) -> Value {
    let (train, test) = (format!("u{fold}.base"), format!("u{fold}.test"));
    let files =
        ["--train", archive, "--train-part", &train, "--test", archive, "--test-part", &test];
    folder.json(&[&["evaluate", "--model", "item-kriging"], &files[..], options].concat())
}

#[test]
fn kriging_keeps_its_errors_on_the_published_folds_of_movielens() {
    let Some(archive) = shared("data/ml-100k.zip") else { return };
    let (folder, archive) = (Folder::new(), archive.to_str().unwrap());
    let fixed: Vec<Value> =
        (1..=5).map(|each| fold(&folder, archive, each, &["--fixed-constants"])).collect();
    let mean = |name| fixed.iter().map(|figures| number(figures, name)).sum::<f64>() / 5.0;
    assert!(number(&fixed[0], "rmse") < 0.907, "{}", fixed[0]);
    assert!(mean("rmse") < 0.898 && mean("mae") < 0.706, "{} {}", mean("rmse"), mean("mae"));
    for figures in &fixed {
        assert!((0.77..=0.83).contains(&number(figures, "in_interval")), "{figures}");
    }
    // Constants that are chosen on held-out training ratings are about as good.
    let chosen = fold(&folder, archive, 4, &[]);
    assert!(number(&chosen, "rmse") < number(&fixed[3], "rmse") + 0.001, "{chosen}");
}

#[test]
fn kriging_is_better_than_the_baseline_on_sparse_ratings() {
    let folder = Folder::new();
    for (name, limit) in [("douban", 0.72), ("flixster", 0.876)] {
        let Some(data) = shared(&format!("data/{name}")) else { return };
        let (train, test) = (data.join("train.csv"), data.join("test.csv"));
        let files = ["--train", train.to_str().unwrap(), "--test", test.to_str().unwrap()];
        let evaluate = |model| folder.json(&[&["evaluate", "--model", model], &files[..]].concat());
        let (kriging, baseline) = (evaluate("item-kriging"), evaluate("baseline"));
        let rmse = number(&kriging, "rmse");
        assert!(rmse < limit && rmse < number(&baseline, "rmse"), "{name}: {kriging} {baseline}");
        assert!((0.77..=0.83).contains(&number(&kriging, "in_interval")), "{name}: {kriging}");
        assert!(baseline.get("in_interval").is_none(), "{baseline}");
    }
}

#[test]
fn ridge_regression_ranks_better_than_neighbours_and_popularity() {
    let Some(archive) = shared("data/ml-100k.zip") else { return };
    let folder = Folder::new();
    folder.json(&["import", archive.to_str().unwrap()]);
    let ndcg = |model: &str, relevant: &[&str]| {
        let split = ["evaluate", "--model", model, "--folds", "1", "--by-user", "--seed", "3"];
        number(&folder.json(&[&split[..], relevant].concat()), "ndcg@10")
    };
    let liked = ["--relevant", "4"];
    for (relevant, least) in [(&[][..], 0.44), (&liked[..], 0.38)] {
        let (ridge, neighbours, popularity) =
            (ndcg("ridge", relevant), ndcg("knn", relevant), ndcg("item-mean", relevant));
        assert!(ridge > least, "{ridge}");
        assert!(ridge > 1.1 * neighbours, "{ridge} {neighbours}");
        assert!(neighbours > 1.2 * popularity, "{neighbours} {popularity}");
    }
}

#[test]
fn few_recommendations_are_predicted_below_the_mean() {
    let Some(archive) = shared("data/ml-latest-small.zip") else { return };
    let folder = Folder::new();
    folder.json(&["import", archive.to_str().unwrap()]);
    folder.json(&["fit", "--model", "all", "--fixed-constants"]);
    let share = |options: &[&str]| {
        let all = folder.json(&[&["recommend", "--all"], options].concat());
        let all = all.as_array().unwrap();
        let low = all.iter().filter(|one| one["below_mean"] == true).count();
        low as f64 / all.len() as f64
    };
    let limited = [share(&[]), share(&["--model", "neighbours"])];
    assert!(limited.iter().all(|&share| share < 0.01), "{limited:?}");
    let unlimited = share(&["--min-prediction", "0.5"]);
    assert!(unlimited > 0.1, "{unlimited}");
}
