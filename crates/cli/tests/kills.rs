//! Commands are killed at random moments: nothing acknowledged is lost, and nothing is left half done.
//!
//! `cargo test` kills each command five times; `cargo test -p likemind-cli --test kills -- --ignored` 500 times.

mod common;

use common::arena::{Arena, FIT, kill};
use common::random::Random;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use std::path::Path;
use std::process::Output;
use std::thread::sleep;
use std::time::Duration;

/// An arena with random times of kills.
struct Killer {
    arena: Arena,
    random: Random,
}

impl Killer {
    /// Runs a command, and kills it at a random moment unless it has ended.
    fn killed(&mut self, db: &str, arguments: &[&str], usual: Duration) -> Output {
        let child = self.arena.command(db, arguments).spawn().unwrap();
        sleep(self.random.moment(usual));
        kill(child)
    }

    /// Checks what must hold after every kill.
    fn check(&self, db: &str) {
        assert_eq!(sound(&self.arena.path().join(db)), "ok");
        // Existing models are complete: their lists are checked against their digests.
        for model in self.arena.models(db).iter().filter(|model| model["active"] == true) {
            let side = model["side"].as_str().unwrap();
            let export = ["export", "neighbours", "--side", side, "--out", "neighbours.csv"];
            self.arena.done(db, &export);
        }
    }
}

fn sound(db: &Path) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(db).create_if_missing(true);
        let mut connection: SqliteConnection = options.connect().await.unwrap();
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap()
    })
}

impl Killer {
    /// Kills imports into a database with ratings: it is imported completely, or not at all.
    fn kill_imports(&mut self, kills: usize) {
        for round in 0..kills {
            let db = &format!("import-{round}.db");
            self.arena.done(db, &["import", "first.csv"]);
            let before = self.ratings(db);
            let output = self.killed(db, &["import", "second.csv"], self.arena.import);
            self.check(db);
            let now = self.ratings(db);
            let whole = self.ratings("reference.db");
            assert!(now == whole || now == before && !output.status.success());
            self.arena.done(db, &["import", "second.csv"]);
            assert_eq!(self.ratings(db), whole);
            std::fs::remove_file(self.arena.path().join(db)).unwrap();
        }
    }

    /// Kills fits, letting the next one resume, until one is done.
    fn kill_fits(&mut self, kills: usize) {
        let (mut so_far, mut round) = (0, 0);
        while so_far < kills {
            let db = &format!("fit-{round}.db");
            self.arena.done(db, &["import", "first.csv"]);
            self.arena.done(db, &["import", "second.csv"]);
            so_far += self.kill_fit(db);
            round += 1;
        }
    }

    fn kill_fit(&mut self, db: &str) -> usize {
        for kills in 1.. {
            let output = self.killed(db, FIT, self.arena.fit / 2);
            self.check(db);
            let models = self.arena.models(db);
            let digest = &self.arena.digest;
            assert!(models.iter().all(|model| model["digest"] == **digest), "{models:?}");
            if !models.is_empty() || kills == 20 {
                let fitted = self.arena.done(db, FIT);
                assert_eq!(fitted["digest"], **digest, "{output:?}");
                return kills;
            }
        }
        unreachable!("there is an end to the kills")
    }

    /// Kills single ratings: acknowledged ones are kept.
    fn kill_ratings(&mut self, kills: usize) {
        let db = "rate.db";
        self.arena.done(db, &["import", "first.csv"]);
        fn rate(item: &str) -> [&str; 7] {
            ["rate", "--new", "--user", "1", "--item", item, "5"]
        }
        let usual = self.arena.timed(db, &rate("new 0"));
        for round in 1..=kills {
            let item = &format!("new {round}");
            let output = self.killed(db, &rate(item), usual);
            self.check(db);
            let is_there = self.exported(db).contains(&format!("1,{item},5"));
            assert!(is_there || output.stdout.is_empty(), "{item} was acknowledged");
        }
    }

    /// Kills the forgetting of users: each one is erased, or unchanged.
    fn kill_forgetting(&mut self, kills: usize) {
        let db = "forget.db";
        self.arena.done(db, &["import", "second.csv"]);
        let text = self.exported(db);
        let mut users: Vec<&str> =
            text.lines().skip(1).filter_map(|l| l.split(',').next()).collect();
        users.dedup();
        let usual = self.arena.timed(db, &["forget", "--user", users[0]]);
        assert!(users.len() > kills, "{} users", users.len());
        for user in &users[1..=kills] {
            let of = |text: &str| {
                text.lines().filter(|line| line.split(',').next() == Some(user)).count()
            };
            let (whole, before) = (self.exported(db).lines().count(), of(&self.exported(db)));
            let output = self.killed(db, &["forget", "--user", user], usual);
            self.check(db);
            let text = self.exported(db);
            let (is_gone, is_there) = (of(&text) == 0, of(&text) == before);
            assert!(is_gone || is_there && output.stdout.is_empty(), "{user} was forgotten");
            assert_eq!(text.lines().count(), whole - if is_gone { before } else { 0 });
        }
    }

    /// Kills the activation of models: exactly one is active at any time.
    fn kill_activations(&mut self, kills: usize) {
        let db = "models.db";
        self.arena.done(db, &["import", "first.csv"]);
        for k in ["10", "20"] {
            self.arena.done(db, &["fit", "-k", k]);
        }
        let usual = self.arena.timed(db, &["models", "activate", "1"]);
        for round in 0..kills {
            let wanted = 2 - round % 2;
            let output = self.killed(db, &["models", "activate", &wanted.to_string()], usual);
            self.check(db);
            let models = self.arena.models(db);
            let active: Vec<_> = models.iter().filter(|model| model["active"] == true).collect();
            assert_eq!((models.len(), active.len()), (2, 1), "{models:?}");
            let is_so = active[0]["model"] == wanted;
            assert!(is_so || output.stdout.is_empty(), "{wanted} was active");
        }
    }

    /// Kills exports to an existing file: it is complete, either old or new.
    fn kill_exports(&mut self, kills: usize) {
        let db = "reference.db";
        let new = self.exported(db);
        let file = self.arena.path().join("kept.csv");
        let export = ["export", "ratings", "--out", "kept.csv"];
        let usual = self.arena.timed(db, &export);
        for _ in 0..kills {
            std::fs::write(&file, "as it was").unwrap();
            let output = self.killed(db, &export, usual);
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(text == new || text == "as it was" && output.stdout.is_empty());
            self.check(db);
        }
    }

    fn ratings(&self, db: &str) -> usize {
        self.exported(db).lines().count() - 1
    }

    /// All ratings, as CSV.
    fn exported(&self, db: &str) -> String {
        self.arena.done(db, &["export", "ratings", "--out", "ratings.csv"]);
        std::fs::read_to_string(self.arena.path().join("ratings.csv")).unwrap()
    }
}

/// Kills each command `kills` times.
fn kill_everything(seed: u64, kills: usize) {
    let mut killer = Killer { arena: Arena::new(), random: Random::new(seed) };
    killer.kill_imports(kills);
    killer.kill_fits(kills);
    killer.kill_ratings(kills);
    killer.kill_forgetting(kills);
    killer.kill_activations(kills);
    killer.kill_exports(kills);
}

#[test]
fn five_kills_of_each_command_lose_nothing() {
    kill_everything(1, 5);
}

#[test]
#[ignore = "takes some minutes"]
fn five_hundred_kills_lose_nothing() {
    kill_everything(2, 84);
}
