//! Importing a table of ratings.

mod log;
mod titles;
mod update;
mod write;

use super::matrix;
use crate::data_set::{ScaleChoice, Summary};
use crate::error::ImportError;
use crate::fault::{Failure, Fault};
use crate::import::plan::{CurrentState, Draft, Plan};
use crate::import::scale::{ChosenScale, resolve};
use crate::import::times::KeptRatings;
use crate::import::{ImportBatch, ImportMode, ImportProgress, ImportSummary, Keep};
use crate::sqlite::{Connection, data_set, ids, ratings};
use crate::store::Store;
use likemind::{RatingScale, RatingTable, UserIdx};
use titles::retitled;

impl Store {
    /// Sets the scale of the ratings: `Some` is a limit from now on; `None` infers the scale from
    /// the current ratings. Models keep the former scale until they are fitted again.
    ///
    /// # Errors
    /// [`ImportError::OffScale`] if a rating is not on the scale, and
    /// [`StoreError::NoRatings`](crate::StoreError::NoRatings) before the first import.
    pub async fn set_scale(&self, scale: Option<RatingScale>) -> Result<Summary, ImportError> {
        self.run_operation(async {
            let writer = self.database.unchecked_writer();
            let mut tx = writer.begin_write().await?;
            let chosen = match scale {
                Some(scale) => (scale, ScaleChoice::Given),
                None => (found_scale(&mut tx).await?, ScaleChoice::Found),
            };
            data_set::read(&mut tx).await?.scale()?;
            change_scale(&mut tx, chosen).await?;
            let now = data_set::summary(&mut tx).await?;
            tx.commit().await?;
            writer.close().await;
            Ok(now)
        })
        .await
    }

    /// Imports ratings in one transaction. After an error or a crash, or if the future is dropped,
    /// the database is unchanged. Importing the same batch again changes nothing.
    ///
    /// Waits for another writing process for up to five seconds, or without a limit in a
    /// [patient](Self::patient) store. Much of the work runs in the task that awaits it, so a
    /// server should run it on a separate thread.
    ///
    /// # Errors
    /// [`ImportError::OffScale`] or [`ImportError::Duplicate`] if a rating is invalid,
    /// [`ImportError::TooManyRatings`] if a user or an item would have too many,
    /// [`ImportError::InfoTooLong`] if a title or genres are too long,
    /// [`ImportError::ScaleConflict`] if the scales are incompatible, and
    /// [`StoreError`](crate::StoreError) if the database cannot be read or written.
    pub async fn import(
        &self,
        batch: ImportBatch<'_>,
        progress: &mut (dyn FnMut(ImportProgress) + Send),
    ) -> Result<ImportSummary, ImportError> {
        self.run_operation(async {
            let writer = self.database.unchecked_writer();
            let mut tx = writer.begin_write().await?;
            if batch.mode == ImportMode::Replace {
                write::clear(&mut tx).await?;
            }
            let summary = import(&mut tx, &batch, progress).await?;
            tx.commit().await?;
            writer.close().await;
            Ok(summary)
        })
        .await
    }
}

/// Infers the scale from the ratings; returns the current scale if there are no ratings.
async fn found_scale(connection: &mut Connection) -> Result<RatingScale, Fault> {
    let data_set = data_set::read(connection).await?;
    let matrix = matrix::read(connection, &data_set).await?;
    let users = (0..matrix.users() as u32).map(UserIdx);
    let ratings = users.flat_map(|user| matrix.of_user(user).map(|(_, rating)| rating));
    RatingScale::find(ratings).or(data_set.scale())
}

/// Changes only the scale.
pub(super) async fn change_scale(
    connection: &mut Connection,
    scale: ChosenScale,
) -> Result<(), Failure<ImportError>> {
    let nothing = RatingTable::new();
    let batch =
        ImportBatch::new(&nothing, scale.0).with_scale_choice(scale.1).with_keep(Keep::Existing);
    let current = current_state(connection).await?;
    let plan = plan(connection, Draft::new(current, &batch, scale)?).await?;
    Ok(write::write(connection, &plan, &mut |_| ()).await?)
}

async fn import(
    connection: &mut Connection,
    batch: &ImportBatch<'_>,
    progress: &mut (dyn FnMut(ImportProgress) + Send),
) -> Result<ImportSummary, Failure<ImportError>> {
    let current = current_state(connection).await?;
    let former = current.data_set.scale;
    let scale = resolve(former, (batch.scale, batch.scale_choice))?;
    let plan = plan(connection, Draft::new(current, batch, scale)?).await?;
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

/// Reads the current content of the database.
async fn current_state(connection: &mut Connection) -> Result<CurrentState, Fault> {
    let data_set = data_set::read(connection).await?;
    let matrix = match data_set.scale {
        Some(_) => Some(matrix::read(connection, &data_set).await?),
        None => None,
    };
    let ids = ids::all_of_both(connection, &data_set.rows).await?;
    Ok(CurrentState { data_set, ids, matrix })
}

/// Completes the plan with the stored times, which determine the newer of two ratings.
async fn plan<'a>(
    connection: &mut Connection,
    draft: Draft<'a>,
) -> Result<Plan<'a>, Failure<ImportError>> {
    let mut kept = KeptRatings::new(draft.batch().keep);
    for part in draft.contested().chunks(ratings::PAIRS_PER_STATEMENT) {
        kept.add_newer(part, &ratings::times_of(connection, part).await?);
    }
    Ok(draft.plan(kept)?)
}
