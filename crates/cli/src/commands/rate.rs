//! `likemind rate` and `likemind forget`

use crate::args::Shared;
use crate::database;
use crate::messages::note;
use crate::notes::note_scale_change;
use crate::output::Output;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::{Result, anyhow};
use clap::Args;
use likemind_engine::{AnswerError, find_item, find_user};
use likemind_store::Change;
use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};

/// Adds, changes or removes one rating
///
/// Adds, changes or removes a single rating. A rating off a detected scale widens the scale.
#[derive(Args)]
pub(crate) struct Rate {
    /// The user's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    user: String,
    /// The item's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    item: String,
    /// The rating
    #[arg(allow_negative_numbers = true, required_unless_present = "remove")]
    rating: Option<f64>,
    /// Removes the rating
    #[arg(long, conflicts_with = "rating")]
    remove: bool,
    /// Allows a new user or item, which is added
    #[arg(long, conflicts_with = "remove")]
    new: bool,
}

#[derive(Serialize)]
struct Rated {
    user: String,
    item: String,
    rating: Option<f64>,
    before: Option<f64>,
    changed: bool,
    sequence: u64,
}

impl Record for Rated {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("user", |rated| Field::text(&rated.user)),
            column("item", |rated| Field::text(&rated.item)),
            column("rating", |rated| Field::Real(rated.rating)),
            column("before", |rated| Field::Real(rated.before)),
            column("changed", |rated| Field::text(rated.changed.to_string())),
            column("sequence", |rated| Field::Count(rated.sequence)),
        ]
    }
}

impl Rate {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        if !self.new {
            find_user(&store, &self.user).await.map_err(hint_at_new)?;
            find_item(&store, &self.item).await.map_err(hint_at_new)?;
        }
        let before = store.summary().await?.scale;
        let change = match self.rating {
            Some(rating) => Change::Set { rating, timestamp: now() },
            None => Change::Remove,
        };
        let rated = store.rate(&self.user, &self.item, change).await?;
        let now = store.summary().await?.scale;
        store.close().await;
        note_scale_change(before, now);
        let record = Rated {
            user: self.user,
            item: self.item,
            rating: rated.after,
            before: rated.before,
            changed: rated.changed,
            sequence: rated.sequence,
        };
        out.one(&record)
    }
}

/// Adds the hint `--new` to the error of an unknown id.
fn hint_at_new(error: AnswerError) -> anyhow::Error {
    match error {
        AnswerError::UnknownId(unknown) => anyhow!("{unknown}; --new adds it"),
        error => error.into(),
    }
}

/// Seconds since 1970; `None` if the clock is earlier.
fn now() -> Option<i64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

/// Erases a user: all ratings, and the id
#[derive(Args)]
pub(crate) struct Forget {
    /// The user's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    user: String,
}

#[derive(Serialize)]
struct Forgotten {
    ratings: u64,
    sequence: u64,
    erased: bool,
}

impl Record for Forgotten {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("ratings", |forgotten| Field::Count(forgotten.ratings)),
            column("sequence", |forgotten| Field::Count(forgotten.sequence)),
            column("erased", |forgotten| Field::text(if forgotten.erased { "yes" } else { "no" })),
        ]
    }
}

impl Forget {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        let forgotten = store.forget(&self.user).await?;
        store.close().await;
        let likemind_store::Forgotten { ratings, sequence, erased, .. } = forgotten;
        if !erased {
            note(
                "another process is still reading an old state of the database, so that its file still \
                 contains the id; a later command or a service overwrites it",
            );
        }
        let record = Forgotten { ratings, sequence, erased };
        out.one(&record)
    }
}
