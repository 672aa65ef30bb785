//! Recommendations to many people at once, to people who are not stored, and with filters.

#[cfg(unix)]
mod common;
#[path = "common/folder.rs"]
mod folder;

use folder::Folder;
use serde_json::{Value, json};
use std::fs;

/// A folder with the sample and all kinds of models.
fn with_sample() -> Folder {
    let folder = Folder::new();
    folder.command(&["demo", "--db", "likemind.db"]).assert().success();
    folder
}

fn read(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.0.path().join(name)).unwrap()
}

/// The rows of a user, without the id and the rank.
fn of_user(rows: &Value, user: &str) -> Vec<Value> {
    let of_user = rows.as_array().unwrap().iter().filter(|row| row["user"] == user);
    let without_place = |(place, row): (usize, &Value)| {
        let mut row = row.clone();
        let object = row.as_object_mut().unwrap();
        assert_eq!(object.remove("rank"), Some(json!(place + 1)));
        object.remove("user");
        row
    };
    of_user.enumerate().map(without_place).collect()
}

#[test]
fn all_lists_at_once_are_those_of_each_user() {
    let folder = with_sample();
    for options in [&["--explain"][..], &["--model", "neighbours"], &["--min-prediction", "3.5"]] {
        let options = [&["-n", "4"], options].concat();
        let (all, _) = folder.json_and_notes(&[&["recommend", "--all"], &options[..]].concat());
        for user in ["Ada", "Bruno"] {
            let alone = folder.json(&[&["recommend", "--user", user], &options[..]].concat());
            assert_eq!(of_user(&all, user), *alone.as_array().unwrap(), "{user} {options:?}");
        }
        let first = all[0]["user"].as_str().unwrap();
        assert_eq!(of_user(&all, first).len(), 4);
    }
    for name in ["a.csv", "a.jsonl", "a.parquet"] {
        let written = folder.json(&["recommend", "--all", "-n", "3", "--out", name]);
        assert_eq!(
            written["rows"].as_u64(),
            written["people"].as_u64().map(|n| 3 * n),
            "{written}"
        );
    }
    let all = folder.json(&["recommend", "--all", "-n", "3"]);
    let csv = read(&folder, "a.csv");
    let mut lines = csv.lines();
    let header = "user,rank,item,title,year,prediction,low,high,below_mean,score,source";
    assert_eq!(lines.next(), Some(header));
    let jsonl = read(&folder, "a.jsonl");
    let rows: Vec<Value> = jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((rows.len(), lines.count()), (all.as_array().unwrap().len(), rows.len()));
    for (row, listed) in rows.iter().zip(all.as_array().unwrap()) {
        for name in ["user", "rank", "item", "prediction", "below_mean", "score", "source"] {
            assert_eq!(row[name], listed[name], "{name}");
        }
        assert_eq!(json!([row["low"], row["high"]]), listed["interval"]);
        let title = format!("{} ({})", row["title"].as_str().unwrap(), row["year"]);
        assert_eq!(title, listed["title"].as_str().unwrap());
    }
    assert!(fs::read(folder.0.path().join("a.parquet")).unwrap().starts_with(b"PAR1"));
    folder.command(&["recommend", "--all", "--out", "-"]).assert().code(2);
    let refused = folder.failure(&["recommend", "--all", "--out", "likemind.db"]);
    assert!(refused.contains("found: a database"), "{refused}");
}

#[test]
fn people_in_a_file_get_the_lists_of_stored_ones() {
    let folder = with_sample();
    folder.json(&["export", "ratings", "--out", "all.csv"]);
    let all = read(&folder, "all.csv");
    let of = |name: &str| {
        let own = all.lines().filter(|line| line.starts_with(&format!("{name},")));
        own.map(|line| line.replace(name, &format!("guest {name}"))).collect::<Vec<_>>()
    };
    let ratings = [vec!["user,item,rating,timestamp".to_owned()], of("Ada"), of("Bruno")].concat();
    folder.write("guests.csv", &ratings.join("\n"));
    // Ridge regression ranks and item kriging predicts by a person's ratings only.
    let (lists, notes) = folder.json_and_notes(&["recommend", "--ratings", "guests.csv"]);
    assert_eq!(notes, "");
    for name in ["Ada", "Bruno"] {
        let stored = folder.json(&["recommend", "--user", name]);
        assert_eq!(of_user(&lists, &format!("guest {name}")), *stored.as_array().unwrap());
    }
    let text = "user,item,rating\nme,heat-1995,5\nme,unheard of,1\n";
    let from_stdin = folder.command(&["recommend", "--ratings", "-"]).write_stdin(text).assert();
    let output = from_stdin.success().get_output().clone();
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(notes.contains("1 of the 2 ratings in standard input are left out"), "{notes}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("\"user\": \"me\""));
    folder.write("others.csv", "user,item,rating\nme,unheard of,1\nme,neither,2\n");
    let none = folder.failure(&["recommend", "--ratings", "others.csv"]);
    assert!(none.contains("expected ratings of items in the database, found none in others"));
    folder.write("high.csv", "user,item,rating\nme,heat-1995,50\n");
    let high = folder.failure(&["recommend", "--ratings", "high.csv"]);
    assert!(high.contains("the ratings of \"me\": expected ratings on the scale"), "{high}");
}

#[test]
fn filters_restrict_the_items() {
    let folder = with_sample();
    let ids = |more: &[&str]| {
        let list = folder.json(&[&["recommend", "--user", "Ada", "-n", "500"], more].concat());
        let id = |one: &Value| one["item"].as_str().unwrap().to_owned();
        list.as_array().unwrap().iter().map(id).collect::<Vec<_>>()
    };
    let unrated = ids(&[]);
    let with_rated = ids(&["--include-rated"]);
    let is_unrated = |id: &&String| unrated.contains(id);
    assert!(unrated.len() < with_rated.len());
    assert_eq!(with_rated.iter().filter(is_unrated).count(), unrated.len());
    let of_genre = ids(&["--genre", "CRIME", "--genre", "war"]);
    let of_years = ids(&["--years", "1990-1999"]);
    assert!(!of_genre.is_empty() && of_genre.len() < unrated.len());
    assert!(!of_years.is_empty() && of_years.len() < unrated.len());
    assert!(of_years.iter().all(|id| id.contains("-199")), "{of_years:?}");
    let (both, _) = folder.json_and_notes(&[
        "recommend",
        "--all",
        "-n",
        "500",
        "--genre",
        "crime",
        "--genre",
        "war",
        "--years",
        "1990-1999",
    ]);
    let both: Vec<_> = of_user(&both, "Ada").iter().map(|one| one["item"].to_string()).collect();
    let expected = of_years.iter().filter(|id| of_genre.contains(id));
    assert!(both.len() == expected.clone().count());
    assert!(expected.clone().all(|id| both.contains(&format!("\"{id}\""))));
    folder.write("exclude.txt", &format!("{}\n\nunheard of\n{}\n", unrated[0], unrated[2]));
    let (list, notes) = folder.json_and_notes(&[
        "recommend",
        "--user",
        "Ada",
        "-n",
        "1",
        "--exclude",
        "exclude.txt",
    ]);
    assert_eq!(list[0]["item"].as_str(), Some(&*unrated[1]));
    assert!(notes.contains("1 of the 3 ids in exclude.txt are not in the database"), "{notes}");
    let misspelt = folder.failure(&["recommend", "--all", "--genre", "crme"]);
    assert!(misspelt.contains("expected one of the genres") && misspelt.contains("\"crme\""));
}

/// The reader of a pipe holds the command up after its first lists, until the signal has arrived.
#[cfg(unix)]
#[test]
fn a_signal_stops_the_lists() {
    use common::arena::{Arena, signal};
    use std::io::{BufRead, BufReader, Read};
    let arena = Arena::new();
    arena.done("b.db", &["import", "second.csv"]);
    arena.done("b.db", &["fit", "-k", "20"]);
    let pipe = arena.path().join("lists.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let arguments = ["recommend", "--all", "-n", "20", "--out", "lists.csv", "--progress", "none"];
    let mut child = arena.command("b.db", &arguments).spawn().unwrap();
    let mut lists = BufReader::new(fs::File::open(&pipe).unwrap());
    let mut header = String::new();
    lists.read_line(&mut header).unwrap();
    assert!(header.starts_with("user,rank,item"), "{header}");
    signal(&child, "-TERM");
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(said.next().unwrap().unwrap().contains("stopping; a second signal"));
    let mut rest = String::new();
    lists.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(said.next().unwrap().unwrap().contains("stopped"));
    let users = arena.done("b.db", &["recommend", "--all", "-n", "1", "--out", "all.csv"]);
    let users = users["people"].as_u64().unwrap();
    assert!(users > 1_100 && (rest.lines().count() as u64) < 20 * users, "{users}");
}
