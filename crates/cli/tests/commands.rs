//! The commands, run as processes.

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("likemind").unwrap();
        command.current_dir(self.path()).env_remove("LIKEMIND_DB").args(arguments);
        command
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.command(arguments).args(["--format", "json"]).assert().success();
        serde_json::from_slice(&output.get_output().stdout).unwrap()
    }

    /// The only line on standard error of a failing command.
    fn failure(&self, arguments: &[&str], code: i32) -> String {
        let output = self.command(arguments).assert().code(code);
        let text = String::from_utf8(output.get_output().stderr.clone()).unwrap();
        assert!(code == 2 || text.lines().count() == 1, "{text}");
        text
    }

    /// A folder with the sample and models of both sides.
    fn with_sample() -> Self {
        let folder = Self::new();
        folder.command(&["demo"]).assert().success();
        folder.json(&["--db", "likemind-demo.db", "fit", "--side", "items"]);
        folder
    }

    fn sample(&self, arguments: &[&str]) -> Value {
        self.json(&[&["--db", "likemind-demo.db"], arguments].concat())
    }
}

#[test]
fn the_demo_recommends_with_reasons() {
    let folder = Folder::new();
    let output = folder.command(&["demo"]).assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    for part in ["real films", "pairs in", "Most like Ada", "you gave", "likemind download"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    let notes = &output.get_output().stderr;
    assert!(
        !notes.iter().any(|byte| b"\r\x1b".contains(byte)),
        "no bar where there is no terminal"
    );
}

#[test]
fn recommendations_are_unrated_complete_and_sums_of_their_reasons() {
    let folder = Folder::with_sample();
    let rated = folder.path().join("ratings.csv");
    folder.sample(&["export", "ratings", "--out", rated.to_str().unwrap()]);
    let rated = fs::read_to_string(rated).unwrap();
    for side in ["users", "items"] {
        let list =
            folder.sample(&["recommend", "--user", "Ada", "-n", "12", "--explain", "--side", side]);
        let list = list.as_array().unwrap();
        assert_eq!(list.len(), 12);
        for recommended in list {
            let item = recommended["item"].as_str().unwrap();
            assert!(!rated.contains(&format!("\nAda,{item},")), "{item} is rated already");
            let number = |value: &Value| value.as_f64().unwrap();
            let reasons = recommended["reasons"].as_array().unwrap();
            let sum: f64 = reasons.iter().map(|reason| number(&reason["contribution"])).sum();
            let score = number(&recommended["score"]);
            assert!((number(&recommended["base"]) + sum - score).abs() < 1e-12);
            assert!((0.5..=5.0).contains(&number(&recommended["prediction"])));
        }
    }
}

#[test]
fn the_best_models_recommend_and_predict() {
    let folder = Folder::with_sample();
    folder.sample(&["export", "ratings", "--out", "ratings.csv"]);
    folder.json(&["import", "ratings.csv"]);
    folder.json(&["fit", "--side", "both"]);
    let recommend = ["recommend", "--user", "Ada", "--explain"];
    let predict = ["predict", "--user", "Ada", "--item", "heat-1995"];
    let before = (folder.json(&recommend), folder.json(&predict));
    assert_eq!((&before.0[0]["interval"], &before.1["interval"]), (&Value::Null, &Value::Null));
    for (kind, missing) in [("ridge", &recommend[..]), ("item-kriging", &predict)] {
        let asked = [missing, &["--model", kind]].concat();
        let hint = format!("`likemind fit --model {kind}` makes one");
        assert!(folder.failure(&asked, 1).contains(&hint));
    }
    let fitted = folder.json(&["fit", "--model", "all", "--fixed-constants"]);
    let made: Vec<_> = fitted.as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(made, ["neighbours", "item-kriging", "ridge"]);
    assert!(fitted[1]["side"] == "items" && fitted[0]["with_neighbours"].is_number(), "{fitted}");
    let list = folder.json(&recommend);
    assert_eq!(list.as_array().unwrap().len(), 10);
    for one in list.as_array().unwrap() {
        let [low, high] = [0, 1].map(|end| one["interval"][end].as_f64().unwrap());
        assert!((low..=high).contains(&one["prediction"].as_f64().unwrap()));
    }
    assert!(folder.json(&predict)["interval"].is_array());
    for others in [&["--model", "neighbours"][..], &["--side", "users"], &["--centre", "baseline"]]
    {
        assert_eq!(folder.json(&[&recommend, others].concat()), before.0, "{others:?}");
        assert_eq!(folder.json(&[&predict, others].concat()), before.1, "{others:?}");
    }
    let models = folder.json(&["models", "list"]);
    let kinds: Vec<_> = models.as_array().unwrap().iter().map(|model| &model["kind"]).collect();
    let neighbours = kinds.iter().filter(|&&kind| kind == "neighbours").count();
    assert_eq!((neighbours, kinds.len()), (3, 5), "{models}");

    let table = ["recommend", "--user", "Ada", "--explain"];
    let output = folder.command(&table).assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert!(text.contains("low") && text.contains(", which you gave "), "{text}");
}

#[test]
fn items_predicted_below_the_mean_only_fill_up_a_list() {
    let folder = Folder::with_sample();
    let mean = folder.sample(&["facts", "--user", "Ada"])["mean"].as_f64().unwrap();
    let recommend = |n: &str, more: &[&str]| {
        let list = folder.sample(&[&["recommend", "--user", "Ada", "-n", n], more].concat());
        let list = list.as_array().unwrap();
        let prediction = |one: &Value| one["prediction"].as_f64().unwrap();
        for one in list {
            assert_eq!(one["below_mean"], prediction(one) < mean, "{one}");
        }
        list.iter().map(|one| (one["item"].to_string(), prediction(one))).collect::<Vec<_>>()
    };
    let all = recommend("1000", &["--min-prediction", "0"]);
    let is_low = |one: &&(String, f64)| one.1 < mean;
    assert!(all[..10].iter().any(|one| is_low(&one)), "the test needs such an item: {all:?}");
    let by_default = recommend("10", &[]);
    let high: Vec<_> = all.iter().filter(|one| !is_low(one)).take(10).cloned().collect();
    assert_eq!(by_default, high);
    let low: Vec<_> = all.iter().filter(is_low).cloned().collect();
    assert!(recommend("1000", &[]).ends_with(&low));
    let least = all[20].1;
    let wanted: Vec<_> = all.iter().filter(|one| one.1 >= least).take(5).cloned().collect();
    assert_eq!(recommend("5", &["--min-prediction", &least.to_string()]), wanted);

    let notes = |more: &[&str]| {
        let named = ["--db", "likemind-demo.db", "recommend", "--user", "Ada"];
        let output = folder.command(&[&named[..], more].concat()).assert().success();
        String::from_utf8(output.get_output().stderr.clone()).unwrap()
    };
    assert!(!notes(&[]).contains("fill up"));
    assert!(notes(&["-n", "1000"]).contains(&format!("{} below it fill up the list", low.len())));
    assert!(notes(&["--min-prediction", "5.5"]).contains("only 0 unrated items predicted at 5.5"));
}

#[test]
fn other_commands_have_their_fields() {
    let folder = Folder::with_sample();
    let neighbours = folder.sample(&["neighbours", "--user", "Ada", "-n", "3"]);
    assert_eq!(neighbours[2]["rank"], 3);
    let other = neighbours[0]["neighbour"].as_str().unwrap();
    let pair = folder.sample(&["similarity", "--users", "Ada", other]);
    assert_eq!(pair["similarity"], neighbours[0]["similarity"]);
    assert_eq!(pair["overlap"], neighbours[0]["overlap"]);
    let found = folder.sample(&["items", "--query", "EMPIRE strikes"]);
    let item = found[0]["item"].as_str().unwrap();
    let predicted = folder.sample(&["predict", "--user", "Bruno", "--item", item]);
    assert_eq!(predicted["item"], item);
    assert!(predicted["prediction"].is_number() && predicted["source"].is_string());
    let models = folder.sample(&["models", "list"]);
    assert_eq!(models.as_array().unwrap().iter().filter(|m| m["active"] == true).count(), 4);
    let evaluated = folder.sample(&["evaluate", "--folds", "3"]);
    assert!(evaluated["rmse"].as_f64().unwrap() < 0.9, "{evaluated}");
    assert!(evaluated["ndcg@10"].as_f64().unwrap() > 0.1, "{evaluated}");
    assert_eq!(evaluated["folds"].as_array().unwrap().len(), 3);
}

#[test]
fn facts_are_written_as_fields_and_sentences() {
    let folder = Folder::with_sample();
    let facts = folder.sample(&["facts", "--user", "Ada"]);
    let neighbours = folder.sample(&["neighbours", "--user", "Ada", "-n", "1"]);
    assert_eq!(facts["closest"]["neighbour"], neighbours[0]["neighbour"]);
    let counts = facts["histogram"].as_array().unwrap().iter();
    assert_eq!(counts.map(|bar| bar["count"].as_u64().unwrap()).sum::<u64>(), facts["ratings"]);
    for field in ["generosity", "usualness"] {
        assert!(facts[field].as_f64().unwrap().abs() <= 4.5, "{facts}");
    }
    let most = &facts["most_different"];
    let number = |field: &str| most[field].as_f64().unwrap();
    assert!((number("rating") - number("mean") - number("difference")).abs() < 1e-12);
    assert!(facts["genres"].as_array().unwrap().iter().all(|g| g["count"].as_u64() >= Some(3)));
    let output = folder.command(&["--db", "likemind-demo.db", "facts", "--user", "Ada"]).assert();
    let text = String::from_utf8(output.success().get_output().stdout.clone()).unwrap();
    for part in ["than others who rated the same", "Most different opinion", "Closest neighbour"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}

#[test]
fn facts_need_no_model() {
    let folder = Folder::new();
    fs::write(folder.path().join("two.csv"), "user,item,rating\na,x,1\na,y,5\nb,x,2\n").unwrap();
    folder.json(&["import", "two.csv"]);
    let facts = folder.json(&["facts", "--user", "a"]);
    assert_eq!((&facts["closest"], &facts["usualness"]), (&Value::Null, &Value::Null));
    assert_eq!(facts["generosity"], -0.25);
    let error = folder.failure(&["facts", "--user", "Nobody"], 1);
    assert!(error.contains("found \"Nobody\""), "{error}");
}

#[test]
fn a_backup_is_written_to_a_file_or_a_stream() {
    let folder = Folder::with_sample();
    let made = folder.sample(&["backup", "copy.db"]);
    let size = fs::metadata(folder.path().join("copy.db")).unwrap().len();
    assert_eq!((&made["path"], &made["bytes"]), (&"copy.db".into(), &size.into()));
    let command = folder.command(&["--db", "likemind-demo.db", "backup", "-"]).assert().success();
    fs::write(folder.path().join("stream.db"), &command.get_output().stdout).unwrap();
    let asked = ["recommend", "--user", "Ada"];
    for copy in ["copy.db", "stream.db"] {
        let answer = folder.json(&[&["--db", copy], &asked[..]].concat());
        assert_eq!(answer, folder.sample(&asked));
    }
    let error = folder.failure(&["--db", "likemind-demo.db", "backup", "copy.db"], 1);
    assert!(error.contains("copy.db") && error.contains("found one"), "{error}");
    let hidden = |entry: fs::DirEntry| entry.file_name().to_str().unwrap().starts_with('.');
    assert!(!fs::read_dir(folder.path()).unwrap().any(|entry| hidden(entry.unwrap())));
}

#[test]
fn damage_is_found_and_derived_data_is_rebuilt() {
    let folder = Folder::with_sample();
    let parts = folder.sample(&["verify"]);
    let names: Vec<&str> =
        parts.as_array().unwrap().iter().map(|part| part["part"].as_str().unwrap()).collect();
    let expected = [
        "file",
        "data set",
        "users",
        "items",
        "titles",
        "changes",
        "packed ratings",
        "ratings",
        "models",
        "model 1",
        "model 2",
        "model 3",
        "model 4",
        "jobs",
    ];
    assert_eq!(names, expected);
    assert!(parts.as_array().unwrap().iter().all(|part| part["damage"].is_null()), "{parts}");
    let before = folder.sample(&["recommend", "--user", "Ada"]);

    // Flips a bit of the packed ratings.
    let file = folder.path().join("likemind-demo.db");
    let mut bytes = fs::read(&file).unwrap();
    let first = packed_at(&bytes);
    bytes[first] ^= 4;
    fs::write(&file, &bytes).unwrap();
    let verify = ["--db", "likemind-demo.db", "verify"];
    let error = folder.failure(&verify, 1);
    assert!(
        error.contains("found damage in: packed ratings (`likemind verify --repair`"),
        "{error}"
    );
    for command in [&["recommend", "--user", "Ada"][..], &["backup", "copy.db"]] {
        let error = folder.failure(&[&["--db", "likemind-demo.db"], command].concat(), 1);
        assert!(error.contains("checksum"), "{error}");
    }
    folder.sample(&["verify", "--repair"]);
    folder.sample(&["verify"]);
    assert_eq!(folder.sample(&["recommend", "--user", "Ada"]), before);
}

/// The position of the sample's packed ratings in the bytes of a database. They start with their
/// format, their kind, and the numbers of users, items and ratings.
fn packed_at(bytes: &[u8]) -> usize {
    let [format, kind] = [1_u32, 1].map(u32::to_le_bytes);
    let head = [format, kind].concat();
    let at = bytes.windows(8).position(|window| window == head).unwrap();
    at + 100
}

#[test]
fn deleted_older_models_are_reported() {
    let folder = Folder::with_sample();
    for k in ["3", "4"] {
        folder.sample(&["fit", "-k", k]);
    }
    let fit = ["--db", "likemind-demo.db", "fit", "-k", "5", "--keep-models", "2"];
    let fitted = folder.command(&fit).assert().success();
    let told = String::from_utf8(fitted.get_output().stderr.clone()).unwrap();
    assert!(told.contains("deleted older models 1, 5;"), "{told}");
    let left = folder.sample(&["models", "list"]);
    let left: Vec<_> = left.as_array().unwrap().iter().map(|model| &model["model"]).collect();
    assert_eq!(left, [2, 3, 4, 6, 7], "2 to 4 are of other kinds and sides");
}

#[test]
fn an_import_is_all_or_nothing() {
    let folder = Folder::new();
    fs::write(folder.path().join("good.csv"), "user,item,rating\na,x,1\na,y,5\nb,x,2\n").unwrap();
    fs::write(folder.path().join("bad.csv"), "user,item,rating\nc,x,1\nc,y,many\n").unwrap();
    let imported = folder.json(&["import", "good.csv"]);
    assert_eq!((&imported["users"], &imported["ratings"]), (&2.into(), &3.into()));
    let error = folder.failure(&["import", "bad.csv"], 1);
    assert!(error.contains("bad.csv:3: expected a number"), "{error}");
    let out = folder.path().join("out.csv");
    let exported = folder.json(&["export", "ratings", "--out", out.to_str().unwrap()]);
    assert_eq!(exported["rows"], 3);
    let skipped = folder.json(&["import", "bad.csv", "--skip-bad-rows"]);
    assert_eq!((&skipped["ratings"], &skipped["skipped_rows"]), (&1.into(), &1.into()));
}

#[test]
fn errors_are_one_clear_line() {
    let folder = Folder::with_sample();
    let sample = ["--db", "likemind-demo.db"];
    for (arguments, code, part) in [
        (&["fit"][..], 1, "found no file"),
        (&["import", "missing.zip"], 1, "missing.zip"),
        (&["recommend"], 2, "--user"),
        (&["download", "ml-2b"], 1, "ml-25m"),
    ] {
        let error = folder.failure(arguments, code);
        assert!(error.contains(part), "{arguments:?}: {error}");
    }
    for (arguments, part) in [
        (&["recommend", "--user", "Nobody"][..], "found \"Nobody\""),
        (&["predict", "--user", "Ada", "--item", "nothing"], "items --query"),
        (&["fit", "-k", "0"], "from 1 to"),
        (&["models", "delete", "99"], "99"),
        (&["export", "ratings", "--out", "likemind-demo.db"], "which is not replaced"),
    ] {
        let error = folder.failure(&[&sample[..], arguments].concat(), 1);
        assert!(error.contains(part), "{arguments:?}: {error}");
    }
    fs::write(folder.path().join("other.db"), "not a database").unwrap();
    let error = folder.failure(&["--db", "other.db", "fit"], 1);
    assert!(error.contains("other.db"), "{error}");
    assert_eq!(fs::read(folder.path().join("other.db")).unwrap(), b"not a database");
}

#[test]
fn every_command_has_short_and_long_help() {
    let folder = Folder::new();
    let text = |arguments: &[&str]| {
        let output = folder.command(arguments).assert().success().get_output().clone();
        String::from_utf8(output.stdout).unwrap()
    };
    let all = text(&["--help"]);
    let (_, list) = all.split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let mut commands = 0;
    for line in list.lines().filter(|line| !line.starts_with("  help ")) {
        // Deeper indented lines continue the previous one.
        let named = line.strip_prefix("  ").filter(|line| !line.starts_with(' '));
        let Some((name, tells)) = named.and_then(|line| line.split_once(' ')) else { continue };
        let first = text(&[name, "--help"]).lines().next().unwrap().to_owned();
        assert!(first.starts_with(tells.trim()), "{name}: {first:?} for {tells:?}");
        commands += 1;
    }
    assert!(commands > 20, "{all}");
    let at_length =
        [("evaluate", "-k is the number of neighbours"), ("import", "An import is all or nothing")];
    for (name, tells) in at_length {
        assert!(text(&[name, "--help"]).contains(tells), "{name}");
    }
}
