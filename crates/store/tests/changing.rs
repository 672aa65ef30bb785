//! Any sequence of imports, ratings, removals, forgotten users and openings gives the expected
//! state.

mod common;

use common::{Place, batch, save_model};
use likemind::{ItemIdx, Rating, RatingMatrix, RatingScale, RatingTable, UserIdx};
use likemind_store::{Change, Changes, Store};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};

const USERS: u8 = 6;
const ITEMS: u8 = 5;

#[derive(Clone, Debug)]
enum Step {
    Rate(u8, u8, u16, Option<i64>),
    Remove(u8, u8),
    Import(Vec<(u8, u8, u16)>),
    Forget(u8),
    SaveModel,
    Reopen,
    LosePackedCopy,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let times = prop_oneof![Just(None), (0..3_i64).prop_map(Some)];
    let rows = proptest::collection::vec((0..USERS, 0..ITEMS, 0..4_u16), 0..8);
    let step = prop_oneof![
        8 => (0..USERS, 0..ITEMS, 0..4_u16, times).prop_map(|(u, i, r, t)| Step::Rate(u, i, r, t)),
        3 => (0..USERS, 0..ITEMS).prop_map(|(user, item)| Step::Remove(user, item)),
        2 => rows.prop_map(Step::Import),
        1 => (0..USERS).prop_map(Step::Forget),
        1 => Just(Step::SaveModel),
        1 => Just(Step::Reopen),
        1 => Just(Step::LosePackedCopy),
    ];
    proptest::collection::vec(step, 1..30)
}

fn scales() -> impl Strategy<Value = RatingScale> {
    let texts = vec!["0.5:5:0.5", "0:1:0.1", "1:352698:1", "-10:10"];
    proptest::sample::select(texts).prop_map(|text| text.parse().unwrap())
}

fn rating(scale: &RatingScale, part: u16) -> f64 {
    match scale.levels() {
        Some(levels) => scale.rating_of(u32::from(part) * 7_919 % levels + 1),
        None => scale.min() + f64::from(part) * 0.7,
    }
}

type Ratings = BTreeMap<(u32, u32), (f64, Option<i64>)>;

/// The expected content of the database.
#[derive(Default)]
struct Model {
    users: Vec<String>,
    items: Vec<String>,
    ratings: Ratings,
}

fn index(ids: &mut Vec<String>, id: &str) -> u32 {
    let found = ids.iter().position(|known| known == id).unwrap_or_else(|| {
        ids.push(id.to_owned());
        ids.len() - 1
    });
    found as u32
}

impl Model {
    fn table(&self) -> RatingTable {
        let mut table = RatingTable::new();
        self.users.iter().for_each(|id| table.add_user(id).map(|_| ()).unwrap());
        self.items.iter().for_each(|id| table.add_item(id).map(|_| ()).unwrap());
        for (&(user, item), &(rating, timestamp)) in &self.ratings {
            let (user, item) = (UserIdx(user), ItemIdx(item));
            table.push_rating(Rating { user, item, rating, timestamp }).unwrap();
        }
        table
    }
}

/// A database, its expected content, and its content at each earlier sequence.
struct Pair {
    place: Place,
    store: Store,
    scale: RatingScale,
    model: Model,
    former: HashMap<u64, Ratings>,
    /// From this sequence on, all changes must be logged one by one.
    followable: u64,
    model_at: Option<u64>,
}

impl Pair {
    async fn new(scale: RatingScale) -> Self {
        let place = Place::new();
        let store = place.open().await;
        let mut table = RatingTable::new();
        for name in ["user 0", "user 1", "user 2"] {
            table.add_user(name).unwrap();
        }
        let import = batch(&table).with_scale(scale);
        store.import(import, &mut |_| ()).await.unwrap();
        let model = Model {
            users: table.users().iter().map(|(_, id)| id.to_owned()).collect(),
            ..Model::default()
        };
        let former = HashMap::new();
        Self { place, store, scale, model, former, followable: 1, model_at: None }
    }

    async fn apply(&mut self, step: &Step) {
        match *step {
            Step::Rate(user, item, part, time) => self.rate(user, item, part, time).await,
            Step::Remove(user, item) => self.remove(user, item).await,
            Step::Import(ref rows) => self.import(rows).await,
            Step::Forget(user) => self.forget(user).await,
            Step::SaveModel => {
                save_model(&self.store).await;
                self.model_at = self.model_at.or(Some(self.store.sequence().await.unwrap()));
            }
            Step::Reopen => {
                self.store.clone().close().await;
                self.store = self.place.open().await;
            }
            Step::LosePackedCopy => {
                common::execute_in(&self.place.file, "DELETE FROM snapshot_parts").await;
                // It is renewed at the next read, and the log is then pruned accordingly.
                self.note_trimmed_log().await;
            }
        }
    }

    async fn note_trimmed_log(&mut self) {
        let now = self.store.sequence().await.unwrap();
        self.followable = self.followable.max(self.model_at.unwrap_or(now));
    }

    async fn rate(&mut self, user: u8, item: u8, part: u16, timestamp: Option<i64>) {
        let (user, item) = (format!("user {user}"), format!("item {item}"));
        let rating = rating(&self.scale, part);
        let known = (self.model.users.contains(&user), self.model.items.contains(&item));
        let rated = self.store.rate(&user, &item, Change::Set { rating, timestamp }).await.unwrap();
        assert_eq!((!rated.new_user, !rated.new_item), known);
        let model = &mut self.model;
        let pair = (index(&mut model.users, &user), index(&mut model.items, &item));
        let before = model.ratings.insert(pair, (rating, timestamp));
        assert_eq!((rated.user.0, rated.item.0), pair);
        assert_eq!((rated.before, rated.after), (before.map(|(before, _)| before), Some(rating)));
        assert_eq!(rated.changed, before != Some((rating, timestamp)));
    }

    async fn remove(&mut self, user: u8, item: u8) {
        let (user, item) = (format!("user {user}"), format!("item {item}"));
        let removed = self.store.rate(&user, &item, Change::Remove).await;
        let model = &mut self.model;
        if !(model.users.contains(&user) && model.items.contains(&item)) {
            assert!(removed.is_err());
            return;
        }
        let pair = (index(&mut model.users, &user), index(&mut model.items, &item));
        let before = model.ratings.remove(&pair);
        assert_eq!(removed.unwrap().changed, before.is_some());
    }

    async fn import(&mut self, rows: &[(u8, u8, u16)]) {
        let mut table = RatingTable::new();
        for &(user, item, part) in rows {
            let (user, item) = (format!("user {user}"), format!("item {item}"));
            table.push(&user, &item, rating(&self.scale, part), None).unwrap();
        }
        table.deduplicate();
        let before = self.store.sequence().await.unwrap();
        let import = batch(&table).with_scale(self.scale);
        let now = self.store.import(import, &mut |_| ()).await.unwrap().now.sequence;
        let model = &mut self.model;
        for (_, id) in table.users().iter() {
            index(&mut model.users, id);
        }
        for (_, id) in table.items().iter() {
            index(&mut model.items, id);
        }
        for row in table.iter() {
            let user = index(&mut model.users, table.users().name(row.user).unwrap());
            let item = index(&mut model.items, table.items().name(row.item).unwrap());
            // An equal value without a time does not replace the time.
            let there = model.ratings.entry((user, item)).or_insert((row.rating, None));
            if there.0 != row.rating {
                *there = (row.rating, None);
            }
        }
        if now > before {
            self.note_trimmed_log().await;
        }
    }

    async fn forget(&mut self, user: u8) {
        let id = format!("user {user}");
        let forgotten = self.store.forget(&id).await;
        let Some(user) = self.model.users.iter().position(|known| *known == id) else {
            assert!(forgotten.is_err());
            return;
        };
        self.model.users[user] = format!("forgotten user {user}");
        let before = self.model.ratings.len();
        self.model.ratings.retain(|&(rater, _), _| rater as usize != user);
        let forgotten = forgotten.unwrap();
        assert_eq!(forgotten.ratings as usize, before - self.model.ratings.len());
        assert_eq!(forgotten.user.0 as usize, user);
        // Without items the change of the id is logged as a marker.
        if self.model.items.is_empty() {
            self.followable = forgotten.sequence;
        }
        self.note_trimmed_log().await;
        // The values of the user's former ratings are removed from the log, so replaying it gives
        // none.
        self.former.values_mut().for_each(|former| former.retain(|&(u, _), _| u as usize != user));
    }

    async fn check(&mut self) {
        let table = self.model.table();
        let matrix = self.store.matrix().await.unwrap();
        assert_eq!(matrix, RatingMatrix::from_table(&table, self.scale).unwrap());
        let stored = self.store.ratings().await.unwrap();
        assert_eq!(stored, table);
        self.check_items().await;
        let now = self.store.sequence().await.unwrap();
        self.former.insert(now, self.model.ratings.clone());
        for (&at, former) in &self.former {
            match self.store.changes_since(at, usize::MAX).await.unwrap() {
                Changes::Unavailable => {
                    assert!(at < self.followable, "{at} < {}", self.followable);
                }
                Changes::Single(changes) => {
                    assert_eq!(values(&replay(former, &changes)), values(&self.model.ratings));
                }
            }
        }
    }

    async fn check_items(&self) {
        for found in self.store.find_items("", 99).await.unwrap() {
            let of_item = self.model.ratings.iter().filter(|((_, item), _)| *item == found.item.0);
            let (count, sum) = of_item.fold((0, 0.0), |(n, sum), (_, &(r, _))| (n + 1, sum + r));
            assert_eq!(found.ratings, count);
            let difference = found.mean.unwrap_or(0.0) * count as f64 - sum;
            assert!(difference.abs() < 1e-9, "{difference}");
        }
    }

    /// A new import of the same content has the same digest.
    async fn check_digest(&self) {
        let (fresh, table) = (Place::new(), self.model.table());
        let other = fresh.open().await;
        other.import(batch(&table).with_scale(self.scale), &mut |_| ()).await.unwrap();
        assert_eq!(self.store.data_digest().await.unwrap(), other.data_digest().await.unwrap());
        let verified = self.store.verify(&mut |_| ()).await.unwrap();
        assert!(verified.is_sound() && verified.had_digests, "{verified:?}");
    }
}

fn replay(former: &Ratings, changes: &[likemind_store::SingleChange]) -> Ratings {
    let mut ratings = former.clone();
    for change in changes {
        let pair = (change.user.0, change.item.0);
        match change.rating {
            Some(rating) => ratings.insert(pair, (rating, None)),
            None => ratings.remove(&pair),
        };
    }
    ratings
}

/// Drops the times, which are not in the log.
fn values(ratings: &Ratings) -> Vec<((u32, u32), f64)> {
    ratings.iter().map(|(&pair, &(rating, _))| (pair, rating)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn matches_the_model_after_any_steps(scale in scales(), steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut pair = Pair::new(scale).await;
            for step in &steps {
                pair.apply(step).await;
                pair.check().await;
            }
            pair.check_digest().await;
        });
    }
}
