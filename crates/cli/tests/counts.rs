//! Counts, such as plays or purchases: what is different from opinions.

#[path = "common/folder.rs"]
mod folder;
#[path = "../../data/tests/common/shared.rs"]
mod shared;

use folder::Folder;
use serde_json::Value;
use shared::shared;
use std::fmt::Write;

/// Purchases of two groups of customers, who buy some items of their group repeatedly.
fn purchases() -> String {
    let mut rows = "customer,item\n".to_owned();
    for user in 0..24 {
        for item in (0..12).filter(|item| (user * 7 + item * 5) % 4 > 0) {
            for _ in 0..=(user + item) % 3 {
                writeln!(rows, "c{user},{}{item}", if user % 2 == 0 { "tea" } else { "tool" })
                    .unwrap();
            }
        }
    }
    rows
}

/// A folder with these purchases.
fn with_purchases() -> Folder {
    let folder = Folder::new();
    folder.write("purchases.csv", &purchases());
    let options = ["--user-column", "customer", "--item-column", "item", "--implicit"];
    let imported = folder.json(&[&["import", "purchases.csv"], &options[..]].concat());
    assert_eq!(imported["scale"], "1:3:count", "{imported}");
    folder
}

#[test]
fn a_fit_of_all_models_suits_counts() {
    let folder = with_purchases();
    let (_, notes) = folder.json_and_notes(&["fit", "--model", "all"]);
    assert!(notes.contains("binary-cosine") && notes.contains("no item kriging"), "{notes}");
    let models = folder.json(&["models", "list"]);
    let kinds: Vec<&Value> =
        models.as_array().unwrap().iter().map(|model| &model["kind"]).collect();
    assert_eq!(kinds, ["neighbours", "ridge"]);
    let parameters = models[0]["parameters"].to_string();
    assert!(parameters.contains("binary-cosine"), "{parameters}");
    let similarity = |options: &[&str]| {
        let pair = ["similarity", "--users", "c0", "c2"];
        folder.json(&[&pair, options].concat())["raw"].clone()
    };
    assert_eq!(similarity(&[]), similarity(&["--measure", "binary-cosine"]));
    assert_ne!(similarity(&[]), similarity(&["--measure", "pcs"]));
    // Measures that are asked for are kept.
    let (_, notes) = folder.json_and_notes(&["fit", "--measure", "pcs"]);
    assert!(!notes.contains("binary-cosine (--measure"), "{notes}");
    let refused = folder.failure(&["fit", "--model", "item-kriging"]);
    assert!(refused.contains("expected opinions"), "{refused}");
}

#[test]
fn counts_are_not_predicted() {
    let folder = with_purchases();
    folder.json(&["fit", "--model", "all"]);
    for options in [&[][..], &["--model", "neighbours"]] {
        let list = folder.json(&[&["recommend", "--user", "c0"], options].concat());
        for one in list.as_array().unwrap() {
            let nothing = [&one["prediction"], &one["interval"], &one["below_mean"]];
            assert_eq!(nothing, [&Value::Null; 3]);
        }
        let best: Vec<&str> =
            list.as_array().unwrap()[..3].iter().map(|one| one["item"].as_str().unwrap()).collect();
        assert!(best.iter().all(|item| item.starts_with("tea")), "{best:?}");
    }
    let predict = ["predict", "--user", "c0", "--item", "tea1"];
    let limited = ["recommend", "--user", "c0", "--min-prediction", "2"];
    let limited_batch = ["recommend", "--all", "--min-prediction", "2"];
    for refused in [&predict[..], &limited, &limited_batch] {
        assert!(folder.failure(refused).contains("found counts"), "{refused:?}");
    }
    let figures = folder.json(&["evaluate", "--folds", "2", "--model", "ridge"]);
    assert!(figures.get("rmse").is_none() && figures["ndcg@10"].is_f64(), "{figures}");
    folder.json(&["recommend", "--all", "--out", "all.csv"]);
    folder.json(&["recommend", "--all", "--out", "all.parquet"]);
}

#[test]
fn reasons_and_facts_say_how_often() {
    let folder = with_purchases();
    folder.json(&["fit"]);
    let table = |arguments: &[&str]| {
        let output =
            folder.command(&[arguments, &["--format", "table"]].concat()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let reasons = table(&["recommend", "--user", "c0", "--explain", "-n", "2"]);
    assert!(reasons.contains(" chose it ") && !reasons.contains("gave"), "{reasons}");
    let facts = table(&["facts", "--user", "c0"]);
    assert!(facts.starts_with("c0 chose 9 items, each 2 times on average"), "{facts}");
    assert!(!facts.contains("generous") && !facts.contains("opinion"), "{facts}");
}

#[test]
fn people_who_are_not_stored_may_have_rows_without_ratings() {
    let folder = with_purchases();
    folder.json(&["fit"]);
    folder.write("new.csv", "user,item\nnew,tea1\nnew,tea2\nnew,tea2\nnew,tea5\n");
    let error = folder.failure(&["recommend", "--ratings", "new.csv"]);
    assert!(error.contains("--implicit"), "{error}");
    let list = folder.json(&["recommend", "--ratings", "new.csv", "--implicit", "-n", "2"]);
    assert_eq!(list[0]["user"], "new");
    assert!(list[0]["item"].as_str().unwrap().starts_with("tea"), "{list}");
    // More than anybody has bought so far.
    folder.write("much.csv", "user,item,rating\nnew,tea1,1\nnew,tea2,400\nnew,tea5,1\n");
    folder.json(&["recommend", "--ratings", "much.csv"]);
}

#[test]
fn counts_stay_counts_until_the_scale_says_otherwise() {
    let folder = with_purchases();
    let scale =
        |arguments: &[&str]| folder.json(&[&["scale"], arguments].concat())["scale"].clone();
    folder.json(&["rate", "--user", "c0", "--item", "tea1", "9"]);
    assert_eq!(scale(&[]), "1:9:count");
    let options = ["--user-column", "customer", "--item-column", "item", "--implicit"];
    folder.json(&[&["import", "purchases.csv"], &options[..]].concat());
    assert_eq!(scale(&[]), "1:9:count");
    assert_eq!(scale(&["1:9:1"]), "1:9:1");
    folder.json(&["fit"]);
    folder.json(&["predict", "--user", "c0", "--item", "tea1"]);
    assert_eq!(scale(&["0:20:count"]), "0:20:count");
    folder.json(&["verify"]);
}

#[test]
fn plays_are_ranked_well() {
    let Some(archive) = shared("data/hetrec2011-lastfm-2k.zip") else { return };
    let folder = Folder::new();
    folder.json(&["import", archive.to_str().unwrap()]);
    let ndcg = |model| {
        let split = ["--folds", "1", "--by-user", "--seed", "0"];
        let figures = folder.json(&[&["evaluate", "--model", model], &split[..]].concat());
        figures["ndcg@10"].as_f64().unwrap()
    };
    let (ridge, neighbours, popularity) = (ndcg("ridge"), ndcg("knn"), ndcg("global-mean"));
    assert!(ridge > 0.235 && neighbours > 0.205, "{ridge} {neighbours}");
    assert!(popularity < 0.1, "{popularity}");
}
