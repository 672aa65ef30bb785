//! Writing a planned import.

use super::log::Numbers;
use super::update::Update;
use crate::data_set::DataSet;
use crate::digest::DataDigest;
use crate::fault::Fault;
use crate::import::merge::Outcome;
use crate::import::plan::Plan;
use crate::import::{ImportProgress, ImportStep, Keep};
use crate::row_digests::{IdRow, RatingRow, RowDigests, TitleRow};
use crate::sqlite::import::{self, ItemRow};
use crate::sqlite::items::{self, InfoRow, genres_text};
use crate::sqlite::{Connection, data_set, ratings};
use crate::store::matrix;
use likemind::{DenseIdx, ItemInfo};

type Progress<'a> = &'a mut (dyn FnMut(ImportProgress) + Send);

/// Deletes the data set and its models. The sequence continues, so that the next data set cannot be
/// mistaken for this one.
pub(super) async fn clear(connection: &mut Connection) -> Result<(), Fault> {
    import::clear(connection).await?;
    let former = data_set::read(connection).await?;
    let (digest, rows) = (DataDigest::default(), RowDigests::empty());
    let empty = DataSet { name: None, scale: None, sequence: former.sequence + 1, digest, rows };
    data_set::write(connection, &empty).await
}

/// Writes all of `plan`. The sequence increases if a user, an item, a rating or the scale changes.
pub(super) async fn write(
    connection: &mut Connection,
    plan: &Plan<'_>,
    progress: Progress<'_>,
) -> Result<(), Fault> {
    let mut data_set = plan.data_set.clone();
    let digests = &mut data_set.rows;
    write_users(connection, plan, digests, progress).await?;
    write_items(connection, plan, digests, progress).await?;
    let numbers = Numbers::choose(connection, plan).await?;
    let sequence = numbers.last();
    let changed = write_ratings(connection, plan, sequence, digests, progress).await?;
    let new_ids = plan.new_users() + plan.new_items();
    if changed > 0 || new_ids > 0 || plan.scale_changes {
        data_set.sequence = sequence;
        numbers.write(connection, &mut data_set.rows).await?;
        let mut done = reporter(ImportStep::Snapshot, progress);
        matrix::write_snapshot(connection, &plan.merged.matrix, sequence, &mut done).await?;
    }
    data_set::write(connection, &data_set).await
}

/// Returns a function that reports the progress of `step`, given the amount done and the total.
fn reporter(step: ImportStep, progress: Progress<'_>) -> impl FnMut(u64, u64) + Send {
    move |done, total| progress(ImportProgress { step, done, total })
}

async fn write_users(
    connection: &mut Connection,
    plan: &Plan<'_>,
    digests: &mut RowDigests,
    progress: Progress<'_>,
) -> Result<(), Fault> {
    let new = plan.ids.users.iter().skip(plan.known.users);
    let rows = new.inspect(|&(index, id)| digests.add(&IdRow { index, id }));
    let total = plan.new_users() as u64;
    let mut report = reporter(ImportStep::Users, progress);
    import::insert_users(connection, rows, &mut |done| report(done, total)).await
}

/// Writes the items of the table: new ones, and the infos and totals of all.
async fn write_items(
    connection: &mut Connection,
    plan: &Plan<'_>,
    digests: &mut RowDigests,
    progress: Progress<'_>,
) -> Result<(), Fault> {
    digest_items(connection, plan, digests).await?;
    let rows = plan.batch.table.items().iter().zip(&plan.item_of).map(|((in_table, id), &item)| {
        let info = plan.batch.catalogue.get(in_table);
        let genres = genres_text(&info.genres);
        ItemRow { item, id, info, genres, totals: plan.totals(item) }
    });
    let total = plan.item_of.len() as u64;
    let mut report = reporter(ImportStep::Items, progress);
    import::put_items(connection, rows, &mut |done| report(done, total)).await
}

/// Updates the digests for new items and for the infos that are added or replaced.
async fn digest_items(
    connection: &mut Connection,
    plan: &Plan<'_>,
    digests: &mut RowDigests,
) -> Result<(), Fault> {
    for (index, id) in plan.ids.items.iter().skip(plan.known.items) {
        digests.add(&IdRow { index, id });
    }
    let stored = items::all_infos(connection, digests).await?;
    for ((in_table, _), &item) in plan.batch.table.items().iter().zip(&plan.item_of) {
        let ItemInfo { title, year, genres } = plan.batch.catalogue.get(in_table);
        let genres = genres_text(genres);
        let at = stored.binary_search_by_key(&Some(item.get()), |row| row.idx).ok();
        let before = at.and_then(|at| stored.get(at)).map(InfoRow::digested);
        before.inspect(|before| digests.remove(before));
        // As in the statement: fields without a new value keep their stored one.
        digests.add(&TitleRow {
            item,
            title: title.as_deref().or(before.and_then(|before| before.title)),
            year: year.or(before.and_then(|before| before.year)),
            genres: genres.as_deref().or(before.and_then(|before| before.genres)),
        });
    }
    Ok(())
}

/// Inserts new ratings and updates others, and returns the number of rows that changed.
async fn write_ratings(
    connection: &mut Connection,
    plan: &Plan<'_>,
    sequence: i64,
    digests: &mut RowDigests,
    progress: Progress<'_>,
) -> Result<u64, Fault> {
    let all = || plan.incoming.iter().zip(&plan.merged.outcomes);
    let added = all().filter(|&(_, &outcome)| outcome == Outcome::New).map(|(rating, _)| rating);
    let others = all()
        .filter(|&(_, &outcome)| matches!(outcome, Outcome::Updated | Outcome::Unchanged))
        .map(|(rating, _)| rating);
    let (total, first) = (plan.incoming.len() as u64, plan.merged.tally.added);
    let mut report = reporter(ImportStep::Ratings, progress);
    let added = added.inspect(|&rating| digests.add(&RatingRow::new(rating, sequence)));
    let inserted =
        ratings::insert(connection, added, sequence, &mut |done| report(done, total)).await?;
    if plan.batch.keep == Keep::Existing {
        return Ok(inserted);
    }
    let mut done = |done| report(first + done, total);
    let update = Update { keep: plan.batch.keep, sequence };
    Ok(inserted + update.run(connection, others, digests, &mut done).await?)
}
