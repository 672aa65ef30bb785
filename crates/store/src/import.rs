//! Taking a table of ratings into the database.

mod incoming;
mod log;
mod merge;
mod plan;
mod scale;
mod write;

use crate::data_set::{self, ScaleChoice, Summary};
use crate::error::{Fault, StoreError};
use crate::open::Store;
use likemind::{Catalogue, RatingScale, RatingTable};
use plan::{Before, Plan};
use serde::Serialize;
use sqlx::{Connection, SqliteConnection};

/// What becomes of the data set that the database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportMode {
    /// It stays: users, items and ratings are added, and a rating that is there already takes the
    /// import's value and time.
    Add,
    /// It goes, with its name, its scale and its models.
    Replace,
}

/// What to import.
#[derive(Clone, Copy, Debug)]
pub struct ImportBatch<'a> {
    /// The name of the data set. With [`ImportMode::Add`] a name that there is stays.
    pub name: Option<&'a str>,
    /// The ratings, with one for a user and item at most. Users and items that the database does
    /// not know are added in the table's order, also those without a rating.
    pub table: &'a RatingTable,
    /// What is known of the table's items, by its indices. What is known here takes the place of
    /// what was; the rest stays.
    pub catalogue: &'a Catalogue,
    /// The scale of the ratings.
    pub scale: RatingScale,
    /// Where the scale comes from. A found one gives way to a fixed one, and two found ones become
    /// one that holds both.
    pub scale_choice: ScaleChoice,
    /// What becomes of what the database holds.
    pub mode: ImportMode,
}

/// What an import is writing, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportStep {
    /// New users.
    Users,
    /// Items and what is known of them.
    Items,
    /// Ratings.
    Ratings,
    /// The packed copy of all ratings; counts bytes.
    Snapshot,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ImportProgress {
    /// What is being written.
    pub step: ImportStep,
    /// How much of it is written.
    pub done: u64,
    /// How much there is to write.
    pub total: u64,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportSummary {
    /// Users who were not there before.
    pub new_users: u64,
    /// Items that were not there before.
    pub new_items: u64,
    /// Ratings of pairs that had none.
    pub added: u64,
    /// Ratings that took another value.
    pub updated: u64,
    /// Ratings that were there with the same value.
    pub unchanged: u64,
    /// What the database holds now.
    pub now: Summary,
}

impl Store {
    /// Imports ratings in one transaction: after an error, a crash, or when its future is dropped,
    /// the database is as it was. Importing the same again changes nothing.
    ///
    /// Waits up to five seconds for another process that writes. Much of its work is done in the
    /// task that awaits it, so a server should give it a thread of its own.
    ///
    /// # Errors
    /// [`StoreError::OffScale`] or [`StoreError::Duplicate`] for a rating that cannot be taken,
    /// [`StoreError::ScaleConflict`] if the scales do not go together, and all that can go wrong
    /// with a file.
    pub async fn import(
        &self,
        batch: ImportBatch<'_>,
        progress: &mut (dyn FnMut(ImportProgress) + Send),
    ) -> Result<ImportSummary, StoreError> {
        self.named(async {
            let mut connection = self.unchecked_connection().await?;
            let mut writing = connection.begin_with("BEGIN IMMEDIATE").await?;
            if batch.mode == ImportMode::Replace {
                write::clear(&mut writing).await?;
            }
            let summary = import(&mut writing, &batch, progress).await?;
            writing.commit().await?;
            // It is committed, so nothing that goes wrong now is a failure of the import.
            connection.close().await.ok();
            Ok(summary)
        })
        .await
    }
}

async fn import(
    connection: &mut SqliteConnection,
    batch: &ImportBatch<'_>,
    progress: &mut (dyn FnMut(ImportProgress) + Send),
) -> Result<ImportSummary, Fault> {
    let before = Before::read(connection).await?;
    let plan = Plan::new(before, batch)?;
    write::write(connection, &plan, progress).await?;
    let tally = plan.merged.tally;
    Ok(ImportSummary {
        new_users: plan.new_users() as u64,
        new_items: plan.new_items() as u64,
        added: tally.added,
        updated: tally.updated,
        unchanged: tally.unchanged,
        now: data_set::summary(connection).await?,
    })
}
