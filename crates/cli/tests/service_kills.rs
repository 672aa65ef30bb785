//! A service is killed at random moments while clients change ratings: acknowledged changes are kept, and all
//! neighbours equal those of a rebuild.
//!
//! `cargo test` kills it six times; `cargo test -p likemind-cli --test service_kills -- --ignored` 120 times.

mod common;
#[path = "common/folder.rs"]
mod folder;

use common::random::Random;
use common::served::Served;
use folder::Folder;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

/// Number of clients that change ratings at the same time.
const CLIENTS: usize = 4;
/// Longest time from the first change to a kill.
const LOAD: Duration = Duration::from_millis(700);
/// Longest time from SIGTERM to a kill: storing the changed lists takes less.
const SHUTDOWN: Duration = Duration::from_millis(300);
/// Options of a service whose jobs usually outlast it.
const SERVE: &[&str] =
    &["serve", "--listen", "127.0.0.1:0", "--job-threads", "1", "--job-rest", "0.2"];

/// Ratings by user and item.
type Ratings = BTreeMap<(String, String), f64>;

/// A change that a client asks for.
enum Change {
    Set { pair: (String, String), rating: f64 },
    Remove { pair: (String, String) },
    Forget { user: String },
}

impl Change {
    /// Returns whether the service acknowledged it.
    fn is_acknowledged(&self, served: &Served) -> bool {
        let path = |(user, item): &(String, String)| format!("/v1/users/{user}/ratings/{item}");
        match self {
            Self::Set { pair, rating } => {
                served.request("PUT", &path(pair), &format!("{{\"rating\": {rating}}}"))
            }
            Self::Remove { pair } => served.request("DELETE", &path(pair), ""),
            Self::Forget { user } => served.request("DELETE", &format!("/v1/users/{user}"), ""),
        }
    }

    fn apply(&self, ratings: &mut Ratings) {
        match self {
            Self::Set { pair, rating } => {
                ratings.insert(pair.clone(), *rating);
            }
            Self::Remove { pair } => {
                ratings.remove(pair);
            }
            Self::Forget { user } => ratings.retain(|(of, _), _| of != user),
        }
    }

    /// Whether ratings are as after this change.
    fn is_in(&self, ratings: &Ratings) -> bool {
        match self {
            Self::Set { pair, rating } => ratings.get(pair) == Some(rating),
            Self::Remove { pair } => !ratings.contains_key(pair),
            Self::Forget { user } => ratings.keys().all(|(of, _)| of != user),
        }
    }
}

/// A client. No other one changes the ratings of its users.
struct Client {
    number: usize,
    random: Random,
    items: Vec<String>,
    /// The ratings of its users after all acknowledged changes.
    ratings: Ratings,
    /// The last change, if the service was killed before it answered.
    unanswered: Option<Change>,
}

impl Client {
    /// Changes ratings until the service is gone.
    fn work(&mut self, served: &Served, acknowledged: &AtomicUsize, is_ending: &AtomicBool) {
        loop {
            let change = self.next();
            if !change.is_acknowledged(served) {
                assert!(is_ending.load(Ordering::SeqCst), "a request failed before the kill");
                self.unanswered = Some(change);
                return;
            }
            change.apply(&mut self.ratings);
            acknowledged.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn next(&mut self) -> Change {
        let known = self.random.below(self.ratings.len());
        let (user, item) = self.ratings.keys().nth(known).expect("a client with ratings").clone();
        match self.random.below(40) {
            0 => Change::Forget { user },
            1..10 => Change::Remove { pair: (user, item) },
            kind => {
                let new = self.random.below(20);
                let user = if kind < 15 { format!("user-{}-{new}", self.number) } else { user };
                let item = match kind {
                    10 | 20 => format!("item-{new}"),
                    _ => self.items[self.random.below(self.items.len())].clone(),
                };
                Change::Set { pair: (user, item), rating: (1 + self.random.below(5)) as f64 }
            }
        }
    }

    /// Settles whether the unanswered change was made.
    fn settle(&mut self, found: &Ratings) {
        if let Some(change) = self.unanswered.take()
            && change.is_in(found)
        {
            change.apply(&mut self.ratings);
        }
    }
}

/// A database with models of both sides, and clients.
struct Scene {
    folder: Folder,
    clients: Vec<Client>,
    random: Random,
}

impl Scene {
    fn new(seed: u64) -> Self {
        let folder = Folder::new();
        let seed_text = seed.to_string();
        let like = ["generate", "--like", "ml-1m", "--fraction", "0.02", "--out", "r.csv"];
        folder.json(&[&like[..], &["--seed", &seed_text]].concat());
        folder.json(&["import", "r.csv"]);
        folder.json(&["fit", "--side", "both", "-k", "20"]);
        let mut scene = Self { folder, clients: Vec::new(), random: Random::new(seed) };
        let all = scene.ratings();
        let items: BTreeSet<&String> = all.keys().map(|(_, item)| item).collect();
        let items: Vec<_> = items.into_iter().cloned().collect();
        let users: BTreeSet<&String> = all.keys().map(|(user, _)| user).collect();
        let users: Vec<_> = users.into_iter().collect();
        scene.clients = (0..CLIENTS)
            .map(|number| {
                let own: BTreeSet<_> = users.iter().skip(number).step_by(CLIENTS).collect();
                let of_own = all.iter().filter(|((user, _), _)| own.contains(&user));
                let ratings = of_own.map(|(pair, rating)| (pair.clone(), *rating)).collect();
                let random = Random::new(seed.wrapping_mul(1000) + number as u64);
                Client { number, random, items: items.clone(), ratings, unanswered: None }
            })
            .collect();
        scene
    }

    /// Lets the clients work until the service is killed. Returns the number of acknowledged changes.
    fn kill_under_load(&mut self, with_job: bool, while_stopping: bool) -> usize {
        let served = Served::start(self.folder.0.path(), SERVE);
        if with_job {
            let side = ["users", "items"][self.random.below(2)];
            // Refused if the service has resumed a job.
            served.request(
                "POST",
                "/v1/jobs",
                &format!(r#"{{"kind":"fit","side":"{side}","k":20}}"#),
            );
        }
        let (acknowledged, is_ending) = (AtomicUsize::new(0), AtomicBool::new(false));
        let (load, shutdown) = (self.random.moment(LOAD), self.random.moment(SHUTDOWN));
        thread::scope(|scope| {
            let (served, acknowledged, is_ending) = (&served, &acknowledged, &is_ending);
            for client in &mut self.clients {
                scope.spawn(move || client.work(served, acknowledged, is_ending));
            }
            sleep(load);
            is_ending.store(true, Ordering::SeqCst);
            if while_stopping {
                served.signal("-TERM");
                sleep(shutdown);
            }
            served.signal("-KILL");
        });
        served.wait();
        acknowledged.into_inner()
    }

    /// Checks that nothing acknowledged is lost, and nothing else has changed.
    fn check_ratings(&mut self) {
        let found = self.ratings();
        self.clients.iter_mut().for_each(|client| client.settle(&found));
        let expected = self.clients.iter().flat_map(|client| &client.ratings);
        let expected: Ratings = expected.map(|(pair, rating)| (pair.clone(), *rating)).collect();
        let lost: Vec<_> =
            expected.iter().filter(|(pair, is)| found.get(pair) != Some(is)).collect();
        let extra: Vec<_> = found.keys().filter(|pair| !expected.contains_key(pair)).collect();
        assert!(lost.is_empty() && extra.is_empty(), "lost: {lost:?}, not asked for: {extra:?}");
    }

    /// Checks that the neighbours equal those of a rebuild in a copy of the database.
    fn check_neighbours(&self) {
        let models = self.folder.json(&["models", "list"]);
        for model in models.as_array().unwrap().iter().filter(|model| model["active"] == true) {
            assert_eq!(model["exact"], true, "{model}");
        }
        let file = |name: &str| self.folder.0.path().join(name);
        // The last file says that the process of an interrupted job is dead.
        for end in ["", "-wal", "-job"] {
            let copied =
                fs::copy(file(&format!("likemind.db{end}")), file(&format!("copy.db{end}")));
            assert!(copied.is_ok() || !end.is_empty(), "{copied:?}");
        }
        // A rebuild must not resume what was computed before.
        for job in self.folder.json(&["--db", "copy.db", "jobs", "list"]).as_array().unwrap() {
            assert_ne!(job["state"], "failed", "{job}");
            if job["state"] != "done" && job["state"] != "cancelled" {
                self.folder.json(&["--db", "copy.db", "jobs", "cancel", &job["job"].to_string()]);
            }
        }
        self.folder.json(&["--db", "copy.db", "fit", "--side", "both", "-k", "20"]);
        for side in ["users", "items"] {
            let (kept, rebuilt) = (self.lists("likemind.db", side), self.lists("copy.db", side));
            let differing =
                kept.lines().zip(rebuilt.lines()).find(|(kept, rebuilt)| kept != rebuilt);
            assert!(kept == rebuilt, "lists of {side} differ: {differing:?}");
            assert!(kept.lines().count() > 1000, "hardly any neighbours");
        }
        for end in ["", "-wal", "-shm", "-job"] {
            let _absent = fs::remove_file(file(&format!("copy.db{end}")));
        }
    }

    /// All neighbours of a side, as CSV.
    fn lists(&self, db: &str, side: &str) -> String {
        self.folder.json(&["--db", db, "export", "neighbours", "--side", side, "--out", "n.csv"]);
        fs::read_to_string(self.folder.0.path().join("n.csv")).unwrap()
    }

    fn ratings(&self) -> Ratings {
        self.folder.json(&["export", "ratings", "--out", "all.csv"]);
        let text = fs::read_to_string(self.folder.0.path().join("all.csv")).unwrap();
        let rating = |line: &str| {
            let mut fields = line.split(',').map(str::to_owned);
            let mut field = || fields.next().unwrap();
            ((field(), field()), field().parse().unwrap())
        };
        text.lines().skip(1).map(rating).collect()
    }
}

/// Kills the service in all ways in turn: with or without a job, at once or while it is stopping.
fn kill_services(seed: u64, kills: usize) {
    let mut scene = Scene::new(seed);
    let mut acknowledged = 0;
    for round in 0..kills {
        acknowledged += scene.kill_under_load(round % 2 == 0, round % 3 == 2);
        scene.check_ratings();
        scene.check_neighbours();
    }
    assert!(acknowledged > 0, "no load");
}

#[test]
fn six_kills_of_a_service_lose_nothing() {
    kill_services(1, 6);
}

#[test]
#[ignore = "takes some minutes"]
fn a_hundred_and_twenty_kills_of_a_service_lose_nothing() {
    for seed in 2..6 {
        kill_services(seed, 30);
    }
}
