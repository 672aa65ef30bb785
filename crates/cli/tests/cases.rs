//! Small inputs that once gave wrong answers, with the right ones.

#[path = "common/folder.rs"]
mod folder;

use folder::Folder;
use serde_json::Value;
use std::fs;

/// A folder with a database that has imported a file of `cases`.
fn with(case: &str) -> Folder {
    let folder = Folder::new();
    folder.json(&["import", &of_cases(case)]);
    folder
}

fn ratings(folder: &Folder) -> String {
    folder.json(&["export", "ratings", "--out", "ratings-now.csv"]);
    fs::read_to_string(folder.0.path().join("ratings-now.csv")).unwrap()
}

fn of_cases(case: &str) -> String {
    format!("{}/tests/cases/{case}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_timestamp_as_a_rating_affects_no_other_rows_and_is_reported() {
    let similarity = ["similarity", "--users", "p1", "p2"];
    let clean = with("outlier_clean.csv").json(&similarity);
    let folder = Folder::new();
    let (imported, notes) = folder.json_and_notes(&["import", &of_cases("outlier.csv")]);
    assert_eq!(imported["scale"], "1:1577836800");
    assert!(notes.contains("far from all others") && notes.contains("1577836800"), "{notes}");
    assert!(notes.contains("m_new") && notes.contains("1 to 5"), "{notes}");
    let strayed = folder.json(&similarity);
    assert_eq!(strayed["overlap"], 8);
    for found in [&strayed, &clean] {
        let raw = found["raw"].as_f64().unwrap();
        assert!((raw - -0.350_150_487_625_926_8).abs() < 1e-12, "{raw}");
    }
}

#[test]
fn values_near_a_million_keep_their_digits() {
    let found = with("off.csv").json(&["similarity", "--users", "A", "B"]);
    let raw = found["raw"].as_f64().unwrap();
    assert!((raw - 0.963_020).abs() < 1e-6, "{raw}");
}

#[test]
fn constant_ratings_have_no_similarity() {
    let folder = with("const.csv");
    for measure in ["centred-cosine", "pcs"] {
        let compared = folder.json(&["similarity", "--users", "a", "d", "--measure", measure]);
        assert_eq!((&compared["raw"], &compared["similarity"]), (&Value::Null, &Value::Null));
    }
}

#[test]
fn predictions_stay_within_the_detected_scale() {
    let folder = Folder::new();
    let imported = folder.json(&["import", &of_cases("zero5.csv")]);
    assert_eq!(imported["scale"], "0:5:1");
    folder.json(&["fit", "--side", "users", "--weighting", "none"]);
    for user in ["A", "u0", "u7"] {
        let list = folder.json(&["recommend", "--user", user, "-n", "99"]);
        for recommended in list.as_array().unwrap() {
            let prediction = recommended["prediction"].as_f64().unwrap();
            assert!((0.0..=5.0).contains(&prediction), "{recommended}");
        }
    }
}

#[test]
fn items_that_neighbours_hated_rank_below_those_they_loved() {
    let folder = with("hate.csv");
    folder.json(&["fit"]);
    let list = folder.json(&["recommend", "--user", "ana"]);
    let place = |item| list.as_array().unwrap().iter().position(|one| one["item"] == item);
    assert_eq!(place("loved"), Some(0), "{list}");
    let last = list.as_array().unwrap().len() - 1;
    assert!(place("hated").is_none_or(|hated| hated == last), "{list}");
}

#[test]
fn the_newest_rating_is_kept() {
    let folder = Folder::new();
    let columns = "user,item,rating,timestamp\n";
    folder.import("new.csv", &format!("{columns}1,1,4,200\n"));
    let older = folder.import("old.csv", &format!("{columns}1,1,2,100\n1,2,3,100\n"));
    assert_eq!(
        (&older["kept"], &older["added"], &older["changed"]),
        (&1.into(), &1.into(), &0.into())
    );
    assert_eq!((&older["ratings"], &older["database_ratings"]), (&2.into(), &2.into()));
    assert!(ratings(&folder).contains("1,1,4,200"));
    let existing = folder.json(&["import", "old.csv", "--keep", "existing"]);
    assert_eq!((&existing["kept"], &existing["unchanged"]), (&1.into(), &1.into()));
    let incoming = folder.json(&["import", "old.csv", "--keep", "incoming"]);
    assert_eq!(incoming["changed"], 1);
    assert!(ratings(&folder).contains("1,1,2,100"));
}

#[test]
fn a_found_scale_widens_and_a_given_one_is_a_limit() {
    let folder = Folder::new();
    let imported = folder.import("a.csv", "user,item,rating\na,x,87\na,y,12\nb,x,55\n");
    assert_eq!(imported["scale"], "12:87:1");
    let (rated, notes) = folder.json_and_notes(&["rate", "--user", "b", "--item", "y", "100"]);
    assert_eq!(rated["rating"], 100.0);
    assert!(notes.contains("the scale has changed from 12:87:1 to 12:100:1"), "{notes}");
    assert_eq!(folder.json(&["scale"])["kind"], "found");
    assert_eq!(folder.json(&["scale", "0:100:1"])["kind"], "given");
    let refused = folder.failure(&["rate", "--user", "b", "--item", "y", "101"]);
    assert!(refused.contains("0:100:1") && refused.contains("`likemind scale`"), "{refused}");
    // The error has the line and a hint.
    folder.write("b.csv", "user,item,rating\nc,x,50\nc,y,101\n");
    let refused = folder.failure(&["import", "b.csv"]);
    assert!(refused.contains("b.csv:3") && refused.contains("--scale"), "{refused}");
    let (skipped, notes) = folder.json_and_notes(&["import", "b.csv", "--skip-bad-rows"]);
    assert_eq!((&skipped["skipped_rows"], &skipped["added"]), (&1.into(), &1.into()));
    assert!(notes.contains("b.csv:3"), "{notes}");
    let given = folder.json(&["import", "b.csv", "--scale", "0:200:1"]);
    assert_eq!((&given["scale"], &given["added"]), (&"0:200:1".into(), &1.into()));
    assert_eq!(folder.json(&["scale", "auto"])["scale"], "12:101:1");
}

#[test]
fn any_finite_parameter_is_stored() {
    let folder = with("hate.csv");
    for fit in [
        &["fit", "--dialect", "lenskit"][..],
        &["fit", "--min-similarity", "0.9452706955539223"],
        &["fit", "--weighting", "shrink:0.1000000000000000055"],
    ] {
        folder.json(fit);
    }
    let models = folder.json(&["models", "list"]);
    assert_eq!(models.as_array().unwrap().len(), 3);
    assert!(models.to_string().contains("0.9452706955539223"), "{models}");
}

#[test]
fn errors_in_a_file_of_pairs_have_the_line() {
    let folder = Folder::new();
    folder.import("a.csv", "user,item,rating\na,x,5\na,y,1\nb,x,4\nb,y,2\n");
    folder.json(&["fit"]);
    folder.write("pairs.csv", "a,b\nb , a\na,a\n");
    let compared = folder.json(&["similarity", "--pairs", "pairs.csv"]);
    assert_eq!([&compared[0]["a"], &compared[1]["a"], &compared[2]["a"]], ["a", "b", "a"]);
    assert_eq!(compared[0]["similarity"], compared[1]["similarity"]);
    folder.write("pairs.csv", "a,x\n\nb,q\n");
    for command in ["similarity", "predict"] {
        let refused = folder.failure(&[command, "--pairs", "pairs.csv"]);
        let wanted = if command == "predict" { "pairs.csv:3: " } else { "pairs.csv:1: " };
        assert!(refused.contains(wanted) && refused.contains("expected the id of"), "{refused}");
    }
    folder.write("pairs.csv", "a,b\na,b,x\n");
    let refused = folder.failure(&["similarity", "--pairs", "pairs.csv"]);
    assert!(refused.contains("pairs.csv:2: expected two ids, found 3 fields"), "{refused}");
    let refused = folder.failure(&["similarity", "--pairs", "none.csv"]);
    assert_eq!(refused.matches("No such file").count(), 1, "{refused}");
    let refused = folder.failure(&["import", "none.csv"]);
    assert_eq!(refused.matches("No such file").count(), 1, "{refused}");
}

#[test]
fn ids_may_start_with_a_dash() {
    let folder = Folder::new();
    let rows = "user,item,rating\n-KpEg,-1,5\n-KpEg,--x,1\n-1,-1,4\n-1,--x,2\n-1,-KpEg,5\n";
    folder.import("a.csv", rows);
    folder.json(&["fit", "--side", "both"]);
    let compared = folder.json(&["similarity", "--users", "-KpEg", "-1"]);
    assert_eq!(compared["raw"], 1.0);
    assert_eq!(folder.json(&["similarity", "--items", "-1", "--x"])["overlap"], 2);
    folder.json(&["predict", "--user", "-KpEg", "--item", "-KpEg"]);
    folder.json(&["neighbours", "--user", "-1"]);
    folder.json(&["recommend", "--user", "-KpEg"]);
    folder.json(&["rate", "--user", "-1", "--item=-1", "3"]);
    folder.json(&["forget", "--user", "-1"]);
}

#[test]
fn a_mistyped_id_adds_no_user() {
    let folder = with("hate.csv");
    let before = ratings(&folder);
    for (user, item, unknown) in [("anna", "m0", "anna"), ("ana", "m00", "m00")] {
        let refused = folder.failure(&["rate", "--user", user, "--item", item, "4"]);
        assert!(refused.contains(unknown) && refused.contains("--new"), "{refused}");
    }
    assert_eq!(ratings(&folder), before);
    let rated = folder.json(&["rate", "--user", "anna", "--item", "m00", "4", "--new"]);
    assert_eq!(rated["changed"], true);
}

#[test]
fn adding_another_data_set_and_changed_titles_are_reported() {
    let folder = Folder::new();
    let inner = |name: &str| folder.0.path().join(name);
    for (name, title) in [("one", "Heat (1995)"), ("two", "Up (2009)")] {
        fs::create_dir(inner(name)).unwrap();
        fs::write(inner(name).join("ratings.dat"), "1::1::5::9\n1::2::3::9\n").unwrap();
        fs::write(inner(name).join("movies.dat"), format!("1::{title}::Drama\n2::Jaws (1975)::\n"))
            .unwrap();
    }
    folder.json(&["import", "one"]);
    let (_, notes) = folder.json_and_notes(&["import", "one"]);
    assert_eq!(notes, "");
    let (_, notes) = folder.json_and_notes(&["import", "two"]);
    for part in ["two was added to one", "--replace", "titles of known items", "\"Heat\"", "\"Up\""]
    {
        assert!(notes.contains(part), "{part}: {notes}");
    }
}

#[test]
fn a_model_predicts_by_its_dialect_unless_overridden() {
    let folder = with("hate.csv");
    folder.json(&["fit", "--dialect", "mahout", "--side", "users"]);
    let predict = |more: &[&str]| {
        let asked = ["predict", "--user", "ana", "--item", "hated"];
        folder.json(&[&asked[..], more].concat())
    };
    // All raters gave 1, and the dialect does not centre ratings.
    assert_eq!(predict(&[])["prediction"], 1.0);
    assert_eq!(predict(&["--min-raters", "9"])["source"], "baseline");
    assert!(predict(&["--centre", "mean"])["prediction"].as_f64().unwrap() > 1.0);
    folder.json(&["fit", "--side", "users"]);
    assert!(predict(&[])["prediction"].as_f64().unwrap() > 1.0);
}

#[test]
fn equal_ratings_give_no_neighbours_and_a_hint() {
    let folder = Folder::new();
    folder.import("equal.csv", "user,item,rating\na,x,1\na,y,1\nb,x,1\nb,y,1\nc,y,1\nc,z,1\n");
    let (fitted, notes) = folder.json_and_notes(&["fit"]);
    assert_eq!(fitted["with_neighbours"], 0);
    assert!(notes.contains("0 of 3 users with ratings have a neighbour"), "{notes}");
    assert!(notes.contains("all ratings are equal") && notes.contains("--measure binary-cosine"));
    let remedy = ["fit", "--measure", "binary-cosine", "--min-overlap", "1"];
    let (fitted, notes) = folder.json_and_notes(&remedy);
    assert_eq!((&fitted["with_neighbours"], notes.contains("neighbour")), (&3.into(), false));
}
