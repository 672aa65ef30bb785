//! Models that are behind the ratings.

#[path = "common/folder.rs"]
mod folder;

use folder::Folder;
use serde_json::Value;

const RATINGS: &str = "user,item,rating\na,x,1\na,y,5\na,z,4\nb,x,2\nb,y,4\nb,z,4\nc,x,5\nc,z,1\n";

/// A folder with a model of users that follows ratings, and one of items that does not.
fn fitted() -> Folder {
    let folder = Folder::new();
    folder.import("r.csv", RATINGS);
    folder.json(&["fit", "--side", "users"]);
    folder.json(&["fit", "--side", "items", "--measure", "pearson-baseline"]);
    folder
}

/// Whether each model is exact, and how many changes it is behind.
fn states(folder: &Folder) -> Vec<(Value, Value)> {
    let models = folder.json(&["models", "list"]);
    let models = models.as_array().unwrap();
    models.iter().map(|model| (model["exact"].clone(), model["behind"].clone())).collect()
}

#[test]
fn the_list_of_models_says_how_far_each_is_behind() {
    let folder = fitted();
    assert_eq!(states(&folder), [(true.into(), 0.into()), (true.into(), 0.into())]);
    for rating in ["2", "3"] {
        folder.json(&["rate", "--user", "c", "--item", "y", "--new", rating]);
    }
    assert_eq!(states(&folder), [(true.into(), 2.into()), (false.into(), 2.into())]);
    folder.json(&["fit", "--side", "items", "--measure", "pearson-baseline"]);
    assert_eq!(states(&folder).last(), Some(&(true.into(), 0.into())));
}

#[test]
fn answers_of_a_model_that_does_not_follow_say_so() {
    let folder = fitted();
    let answers = |side: &str| {
        let (_, first) =
            folder.json_and_notes(&["recommend", "--user", "c", "-n", "1", "--side", side]);
        let (option, id) = if side == "users" { ("--user", "c") } else { ("--item", "x") };
        let (_, second) = folder.json_and_notes(&["neighbours", option, id]);
        [first, second]
    };
    assert_eq!(answers("items"), ["", ""]);
    folder.json(&["rate", "--user", "c", "--item", "x", "2"]);
    for note in answers("items") {
        let expected = "model 2 is 1 change of ratings behind, since its measure depends on all ratings; `likemind fit --side items` refreshes it";
        assert!(note.contains(expected), "{note}");
    }
    folder.json(&["rate", "--user", "c", "--item", "x", "3"]);
    assert!(answers("items")[0].contains("2 changes of ratings behind"));
    assert_eq!(answers("users"), ["", ""]);
}
