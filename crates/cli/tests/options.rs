//! Nonsensical numbers are rejected before any work.

#[path = "common/folder.rs"]
mod folder;

use folder::Folder;

const HUGE: &str = "18446744073709551615";

#[test]
fn counts_must_be_in_range() {
    let folder = Folder::new();
    folder.import("r.csv", "user,item,rating\na,x,3\na,y,4\nb,x,3\nb,y,5\nb,z,4\n");
    folder.json(&["fit"]);
    for command in [
        "fit --threads",
        "evaluate --folds 2 --top",
        "evaluate --folds 2 --threads",
        "recommend --user a -n",
        "neighbours --user a -n",
        "items --query x -n",
        "demo -n",
        "serve --job-threads",
    ] {
        for count in ["0", "-1", "1.5", HUGE, "many"] {
            let arguments: Vec<&str> = command.split(' ').chain([count]).collect();
            let output = folder.command(&arguments).assert().code(2).get_output().clone();
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains(count), "{command} {count}: {said}");
        }
    }
}

#[test]
fn errors_of_options_contain_the_range() {
    let folder = Folder::new();
    folder.import("r.csv", "user,item,rating\na,x,3\na,y,4\nb,x,3\nb,y,5\nb,z,4\n");
    folder.json(&["fit"]);
    for (command, expected) in [
        ("fit -k 0", "the number of neighbours k from 1 to 4294967295, found 0"),
        ("fit -k 4294967296", "the number of neighbours k from 1 to 4294967295"),
        ("fit --min-overlap 0", "the minimum overlap from 1 to 8388607, found 0"),
        ("fit --min-similarity nan", "the minimum similarity to be finite"),
        ("predict --user a --item z --raters 0", "raters used to be at least 1, found 0"),
        ("predict --user a --item z --min-raters 41", "to be at most the number used, found 41"),
        ("recommend --user a --denominator-shrinkage inf", "finite and 0 or more, found inf"),
        ("fit --model ridge --side users", "expected --model neighbours or all with --side"),
        ("fit --model ridge -k 5", "--model neighbours or all with --neighbours"),
        ("fit --model item-kriging --measure cosine", "--model neighbours or all with --measure"),
        ("fit --model ridge --dry-run", "only their cost can be estimated"),
        ("fit --model all --detach", "expected one model with --detach, found several"),
        ("fit --fixed-constants", "--fixed-constants with --model item-kriging, ridge or all"),
        ("evaluate --folds 6", "2 or more folds, and no more than the 5 ratings, found 6"),
        ("evaluate --newest 1", "above 0 and below 1, found 1"),
        ("evaluate --folds 2 --by-user --hold-out 2", "above 0 and below 1, found 2"),
        ("rate --user a --item x nan", "found NaN"),
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let said = folder.failure(&arguments);
        assert!(said.contains(expected), "{command}: {said}");
    }
    // The maximum count selects everything.
    let all = "4294967295";
    assert_eq!(folder.json(&["recommend", "--user", "a", "-n", all]).as_array().unwrap().len(), 1);
    folder.json(&["evaluate", "--folds", "2", "--top", all]);
    folder.json(&["fit", "-k", all]);
}
