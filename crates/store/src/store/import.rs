//! Taking a table of ratings into the database.

mod log;
mod titles;
mod update;
mod write;

use super::matrix;
use crate::data_set::{ScaleChoice, Summary};
use crate::error::ImportError;
use crate::fault::{Failure, Fault};
use crate::import::plan::{Before, Draft, Plan};
use crate::import::scale::{Chosen, settle};
use crate::import::times::Staying;
use crate::import::{ImportBatch, ImportMode, ImportProgress, ImportSummary, Keep};
use crate::sqlite::{Connection, data_set, ids, ratings};
use crate::store::Store;
use likemind::{RatingScale, RatingTable, UserIdx};
use titles::retitled;

impl Store {
    /// Gives the ratings another scale: `Some` is a limit from now on, `None` describes the ratings
    /// as they are. Models are of the former scale until they are fitted anew.
    ///
    /// # Errors
    /// [`ImportError::OffScale`] if there is a rating that is not on the scale, and
    /// [`StoreError::NoRatings`](crate::StoreError::NoRatings) before the first import.
    pub async fn set_scale(&self, scale: Option<RatingScale>) -> Result<Summary, ImportError> {
        self.answered(async {
            let writer = self.database.unchecked();
            let mut writing = writer.writing().await?;
            let chosen = match scale {
                Some(scale) => (scale, ScaleChoice::Given),
                None => (found_scale(&mut writing).await?, ScaleChoice::Found),
            };
            data_set::read(&mut writing).await?.scale()?;
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
    /// [`ImportError::OffScale`] or [`ImportError::Duplicate`] for a rating that cannot be taken,
    /// [`ImportError::TooManyRatings`] for one too many of a user or an item,
    /// [`ImportError::InfoTooLong`] for a title or genres that are too long,
    /// [`ImportError::ScaleConflict`] if the scales do not go together, and all that can go wrong
    /// with a file.
    pub async fn import(
        &self,
        batch: ImportBatch<'_>,
        progress: &mut (dyn FnMut(ImportProgress) + Send),
    ) -> Result<ImportSummary, ImportError> {
        self.answered(async {
            let writer = self.database.unchecked();
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
async fn found_scale(connection: &mut Connection) -> Result<RatingScale, Fault> {
    let data_set = data_set::read(connection).await?;
    let matrix = matrix::read(connection, &data_set).await?;
    let users = (0..matrix.users() as u32).map(UserIdx);
    let ratings = users.flat_map(|user| matrix.of_user(user).map(|(_, rating)| rating));
    RatingScale::find(ratings).or(data_set.scale())
}

/// Changes the scale, and nothing else.
pub(super) async fn change_scale(
    connection: &mut Connection,
    scale: Chosen,
) -> Result<(), Failure<ImportError>> {
    let nothing = RatingTable::new();
    let batch =
        ImportBatch::new(&nothing, scale.0).with_scale_choice(scale.1).with_keep(Keep::Existing);
    let before = before(connection).await?;
    let plan = plan(connection, Draft::new(before, &batch, scale)?).await?;
    Ok(write::write(connection, &plan, &mut |_| ()).await?)
}

async fn import(
    connection: &mut Connection,
    batch: &ImportBatch<'_>,
    progress: &mut (dyn FnMut(ImportProgress) + Send),
) -> Result<ImportSummary, Failure<ImportError>> {
    let before = before(connection).await?;
    let former = before.data_set.scale;
    let scale = settle(former, (batch.scale, batch.scale_choice))?;
    let plan = plan(connection, Draft::new(before, batch, scale)?).await?;
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

/// What the database holds.
async fn before(connection: &mut Connection) -> Result<Before, Fault> {
    let data_set = data_set::read(connection).await?;
    let matrix = match data_set.scale {
        Some(_) => Some(matrix::read(connection, &data_set).await?),
        None => None,
    };
    let ids = ids::all_of_both(connection, &data_set.rows).await?;
    Ok(Before { data_set, ids, matrix })
}

/// The plan, once the stored times have told which ratings are newer.
async fn plan<'a>(
    connection: &mut Connection,
    draft: Draft<'a>,
) -> Result<Plan<'a>, Failure<ImportError>> {
    let mut staying = Staying::before_times(draft.batch().keep);
    for part in draft.contested().chunks(ratings::TOGETHER) {
        staying.decide(part, &ratings::times_of(connection, part).await?);
    }
    Ok(draft.plan(staying)?)
}
