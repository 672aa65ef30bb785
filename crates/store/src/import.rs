//! Taking a table of ratings into the database.

mod incoming;
mod log;
mod merge;
mod plan;
mod scale;
mod times;
mod titles;
mod update;
mod write;

use crate::data_set::{self, DataSet, ScaleChoice, Summary};
use crate::error::{Fault, StoreError};
use crate::matrix;
use crate::open::Store;
use likemind::{Catalogue, RatingScale, RatingTable, UserIdx};
use plan::{Before, Plan};
use scale::{Chosen, settle};
use serde::Serialize;
use sqlx::SqliteConnection;
use titles::retitled;

/// What becomes of the data set that the database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportMode {
    /// It stays: users, items and ratings are added.
    Add,
    /// It goes, with its name, its scale and its models.
    Replace,
}

/// Which rating stays where the database and an import have one each of the same user and item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// The later one by their times; the import's where one of them has none, or both are the same.
    #[default]
    Newest,
    /// The database's.
    Existing,
    /// The import's.
    Incoming,
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
    /// Where the scale comes from. A given one counts, and two found ones become one that holds both.
    pub scale_choice: ScaleChoice,
    /// Which of two ratings of the same user and item stays.
    pub keep: Keep,
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
    /// Ratings that were there with another value and stayed.
    pub kept: u64,
    /// Items that have another title than they had.
    pub retitled: Retitled,
    /// What the database holds now.
    pub now: Summary,
}

/// Known items that an import gave another title: two data sets may use the same ids for different
/// things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Retitled {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: Option<Title>,
}

/// An item whose title changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Title {
    /// The item's id.
    pub item: String,
    /// The title that it had.
    pub before: String,
    /// The title that it has.
    pub after: String,
}

impl Store {
    /// Gives the ratings another scale: `Some` is a limit from now on, `None` describes the ratings
    /// as they are. Models are of the former scale until they are fitted anew.
    ///
    /// # Errors
    /// [`StoreError::OffScale`] if there is a rating that is not on the scale, and
    /// [`StoreError::NoRatings`] before the first import.
    pub async fn set_scale(&self, scale: Option<RatingScale>) -> Result<Summary, StoreError> {
        self.named(async {
            let writer = self.unchecked();
            let mut writing = writer.writing().await?;
            let chosen = match scale {
                Some(scale) => (scale, ScaleChoice::Given),
                None => (found_scale(&mut writing).await?, ScaleChoice::Found),
            };
            DataSet::read(&mut writing).await?.scale()?;
            change_scale(&mut writing, chosen).await?;
            let now = data_set::summary(&mut writing).await?;
            writing.commit().await?;
            writer.close().await;
            Ok(now)
        })
        .await
    }

    /// Imports ratings in one transaction: after an error, a crash, or when its future is dropped,
    /// the database is as it was. Importing the same again changes nothing.
    ///
    /// Waits up to five seconds for another process that writes, or for as long as it takes in a
    /// [patient](Self::patient) store. Much of its work is done in the
    /// task that awaits it, so a server should give it a thread of its own.
    ///
    /// # Errors
    /// [`StoreError::OffScale`] or [`StoreError::Duplicate`] for a rating that cannot be taken,
    /// [`StoreError::TooManyRatings`] for one too many of a user or an item,
    /// [`StoreError::InfoTooLong`] for a title or genres that are too long,
    /// [`StoreError::ScaleConflict`] if the scales do not go together, and all that can go wrong
    /// with a file.
    pub async fn import(
        &self,
        batch: ImportBatch<'_>,
        progress: &mut (dyn FnMut(ImportProgress) + Send),
    ) -> Result<ImportSummary, StoreError> {
        self.named(async {
            let writer = self.unchecked();
            let mut writing = writer.writing().await?;
            if batch.mode == ImportMode::Replace {
                write::clear(&mut writing).await?;
            }
            let summary = import(&mut writing, &batch, progress).await?;
            writing.commit().await?;
            writer.close().await;
            Ok(summary)
        })
        .await
    }
}

/// The scale that the ratings seem to be on; the one that they have where there are none.
async fn found_scale(connection: &mut SqliteConnection) -> Result<RatingScale, Fault> {
    let data_set = DataSet::read(connection).await?;
    let matrix = matrix::read(connection, &data_set).await?;
    let users = (0..matrix.users() as u32).map(UserIdx);
    let ratings = users.flat_map(|user| matrix.of_user(user).map(|(_, rating)| rating));
    RatingScale::find(ratings).or(data_set.scale())
}

/// Changes the scale, and nothing else.
pub(crate) async fn change_scale(
    connection: &mut SqliteConnection,
    scale: Chosen,
) -> Result<(), Fault> {
    let batch = ImportBatch {
        name: None,
        table: &RatingTable::new(),
        catalogue: &Catalogue::new(),
        scale: scale.0,
        scale_choice: scale.1,
        keep: Keep::Existing,
        mode: ImportMode::Add,
    };
    let before = Before::read(connection).await?;
    let plan = Plan::new(connection, before, &batch, scale).await?;
    write::write(connection, &plan, &mut |_| ()).await
}

async fn import(
    connection: &mut SqliteConnection,
    batch: &ImportBatch<'_>,
    progress: &mut (dyn FnMut(ImportProgress) + Send),
) -> Result<ImportSummary, Fault> {
    let before = Before::read(connection).await?;
    let former = before.data_set.scale;
    let scale = settle(former, (batch.scale, batch.scale_choice))?;
    let plan = Plan::new(connection, before, batch, scale).await?;
    let retitled = retitled(connection, &plan).await?;
    write::write(connection, &plan, progress).await?;
    let tally = plan.merged.tally;
    Ok(ImportSummary {
        new_users: plan.new_users() as u64,
        new_items: plan.new_items() as u64,
        added: tally.added,
        updated: tally.updated,
        unchanged: tally.unchanged,
        kept: tally.kept,
        retitled,
        now: data_set::summary(connection).await?,
    })
}
