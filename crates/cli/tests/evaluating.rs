//! `evaluate`, with each way of holding out ratings.

#[path = "common/folder.rs"]
mod folder;

use folder::Folder;
use serde_json::Value;

/// Timestamped ratings of forty users for some of thirty items, shuffled by `seed`.
fn rows(seed: u64) -> String {
    let mut rows = Vec::new();
    for user in 0..40_u64 {
        for item in 0..30_u64 {
            if (user * 7 + item * 11) % 3 > 0 {
                let rating = 1 + (user % 4 * item + user + item) % 5;
                let time = 1_000_000 + (user * 31 + item * 17) % 997;
                rows.push(format!("u{user},i{item},{rating},{time}\n"));
            }
        }
    }
    let place = |row: &String| {
        let bytes = row.bytes().map(u64::from);
        bytes.fold(seed, |hash, byte| (hash ^ byte).wrapping_mul(0x0100_0000_01b3))
    };
    rows.sort_by_key(place);
    format!("user,item,rating,timestamp\n{}", rows.concat())
}

fn with(rows: &str) -> Folder {
    let folder = Folder::new();
    folder.import("ratings.csv", rows);
    folder
}

fn evaluate(folder: &Folder, arguments: &[&str]) -> Value {
    folder.json(&[&["evaluate", "--top", "5"], arguments].concat())
}

#[test]
fn held_out_ratings_do_not_depend_on_the_order_of_rows() {
    let (one, other) = (with(&rows(1)), with(&rows(2)));
    // User means, since ties between neighbours depend on the order.
    for held_out in [
        &["--folds", "3"][..],
        &["--folds", "3", "--by-user"],
        &["--leave-one-out"],
        &["--leave-one-out=newest"],
        &["--newest", ".2"],
    ] {
        let arguments = [held_out, &["--model", "user-mean"]].concat();
        let (mine, others) = (evaluate(&one, &arguments), evaluate(&other, &arguments));
        let rmse = |found: &Value| found["rmse"].as_f64().unwrap();
        assert!((rmse(&mine) - rmse(&others)).abs() < 1e-9, "{held_out:?}: {mine} and {others}");
    }
}

#[test]
fn each_split_holds_out_different_ratings() {
    let folder = with(&rows(1));
    let folds =
        |arguments: &[&str]| evaluate(&folder, arguments)["folds"].as_array().unwrap().len();
    assert_eq!((folds(&["--folds", "3"]), folds(&["--folds", "4", "--by-user"])), (3, 4));
    assert_eq!((folds(&["--leave-one-out"]), folds(&["--newest", ".1"])), (1, 1));
    let rmse = |seed: &str, how: &str| evaluate(&folder, &[how, "--seed", seed])["rmse"].clone();
    assert_ne!(rmse("1", "--leave-one-out"), rmse("2", "--leave-one-out"));
    assert_eq!(rmse("1", "--leave-one-out=newest"), rmse("2", "--leave-one-out=newest"));
    let refused = folder.failure(&["evaluate", "--newest", "1"]);
    assert!(refused.contains("above 0 and below 1"), "{refused}");
    for contradiction in [
        &[][..],
        &["--folds", "2", "--leave-one-out"],
        &["--newest", ".2", "--by-user"],
        &["--folds", "2", "--hold-out", ".1"],
        &["--folds", "2", "--train", "ratings.csv"],
        &["--train", "ratings.csv"],
        &["--test", "ratings.csv"],
    ] {
        folder.command(&[&["evaluate"], contradiction].concat()).assert().code(2);
    }
}

#[test]
fn a_written_split_has_the_same_figures() {
    let folder = with(&rows(5));
    let split = ["--folds", "2", "--by-user", "--model", "ridge"];
    let figures = evaluate(&folder, &[&split[..], &["--write-split", "parts/of"]].concat());
    for fold in 1..=2 {
        let file = |part: &str| format!("parts/of/fold-{fold}.{part}.csv");
        let files = ["--train", &file("train"), "--test", &file("test"), "--model", "ridge"];
        let of_files = evaluate(&folder, &files);
        for name in ["rmse", "ndcg@5", "coverage@5"] {
            let [read, split] = [&of_files, &figures["folds"][fold - 1]].map(|f| f[name].as_f64());
            assert!((read.unwrap() - split.unwrap()).abs() < 1e-9, "{name}: {of_files} {figures}");
        }
    }
}

#[test]
fn test_ratings_that_are_also_training_ratings_are_reported() {
    let folder = Folder::new();
    folder.write("train.csv", "user,item,rating\na,x,5\na,y,3\nb,x,4\nb,y,1\n");
    folder.write("test.csv", "user,item,rating\na,x,5\na,z,4\nb,y,2\n");
    folder.write("new.csv", "user,item,rating\na,z,4\nc,y,2\n");
    let told =
        |test: &str| folder.json_and_notes(&["evaluate", "--train", "train.csv", "--test", test]).1;
    assert!(
        told("test.csv").contains("note: 2 of 3 test ratings are also in the training ratings")
    );
    assert!(!told("new.csv").contains("test ratings"));
}

#[test]
fn relevance_can_be_configured() {
    let folder = with(&rows(1));
    let evaluate = |more: &[&str]| {
        folder.json(&[&["evaluate", "--folds", "2", "--top", "3"][..], more].concat())
    };
    let (all, liked) = (evaluate(&[]), evaluate(&["--relevant", "4"]));
    assert_eq!(all["rmse"], liked["rmse"]);
    assert!(liked["precision@3"].as_f64() < all["precision@3"].as_f64());
}

/// The neighbours a and b of u have equal ratings except for q. a appears first, but b's rating of q is read first.
#[test]
fn surprise_breaks_ties_by_reading_order() {
    let folder = Folder::new();
    let same = "u,x,5\nu,y,1\na,x,4\na,y,2\nb,x,4\nb,y,2\n";
    folder.write("b_first.csv", &format!("user,item,rating\n{same}b,q,5\na,q,1\n"));
    folder.write("a_first.csv", &format!("user,item,rating\n{same}a,q,1\nb,q,5\n"));
    folder.write("test.csv", "user,item,rating\nu,q,5\n");
    let error = |train: &str| {
        let files = ["evaluate", "--train", train, "--test", "test.csv"];
        let rule = ["--dialect", "surprise", "--centre", "none", "--raters", "1"];
        folder.json(&[&files[..], &rule].concat())["rmse"].as_f64().unwrap()
    };
    assert_eq!((error("b_first.csv"), error("a_first.csv")), (0.0, 4.0));
}
