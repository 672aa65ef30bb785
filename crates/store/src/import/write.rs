//! The statements of an import.

use super::log::Numbers;
use super::merge::Novelty;
use super::plan::Plan;
use super::update::Update;
use super::{ImportProgress, ImportStep, Keep};
use crate::bulk::BulkInsert;
use crate::data_set::DataSet;
use crate::digest::DataDigest;
use crate::error::Fault;
use crate::items::{InfoRow, all_infos, genres_text};
use crate::matrix;
use crate::row_digests::{IdRow, RatingRow, RowDigests, TitleRow};
use likemind::{DenseIdx, ItemIdx, ItemInfo, Rating, UserIdx};
use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, SqliteConnection};

type Progress<'a> = &'a mut (dyn FnMut(ImportProgress) + Send);

/// Rows a statement: more gain nothing.
pub(super) const ROWS: usize = 500;

/// Removes the data set and its models. The sequence goes on, so that nobody takes the next data
/// set for this one.
pub(super) async fn clear(connection: &mut SqliteConnection) -> Result<(), Fault> {
    for change in [
        // Who works on a job finds the lease gone, and stops.
        "UPDATE lease SET fence = fence + 1, job = NULL, holder = NULL, since = NULL, \
         heartbeat = NULL",
        "UPDATE jobs SET state = 'failed', error = 'the data set was replaced', \
         ended_at = unixepoch() WHERE state IN ('queued', 'running')",
        "UPDATE jobs SET model = NULL",
        "DELETE FROM checkpoint_parts",
        "DELETE FROM changes",
        "DELETE FROM neighbours",
        "DELETE FROM models",
        "DELETE FROM snapshot_parts",
        "DELETE FROM ratings",
        "DELETE FROM items",
        "DELETE FROM users",
    ] {
        sqlx::query(change).execute(&mut *connection).await?;
    }
    let former = DataSet::read(connection).await?;
    let (digest, rows) = (DataDigest::default(), RowDigests::of_nothing());
    let empty = DataSet { name: None, scale: None, sequence: former.sequence + 1, digest, rows };
    empty.write(connection).await
}

/// Writes all of `plan`. The sequence goes up if a user, an item, a rating or the scale changes.
pub(super) async fn write(
    connection: &mut SqliteConnection,
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
    data_set.write(connection).await
}

/// Tells `progress` how much of a step is done of how much.
fn reporter(step: ImportStep, progress: Progress<'_>) -> impl FnMut(u64, u64) + Send {
    move |done, total| progress(ImportProgress { step, done, total })
}

async fn write_users(
    connection: &mut SqliteConnection,
    plan: &Plan<'_>,
    digests: &mut RowDigests,
    progress: Progress<'_>,
) -> Result<(), Fault> {
    let insert = BulkInsert {
        head: "INSERT INTO users (idx, id) VALUES",
        row: "(?, ?)".to_owned(),
        tail: "",
        rows: ROWS,
    };
    let rows = plan.users.iter().skip(plan.known.0);
    let total = plan.new_users() as u64;
    let mut report = reporter(ImportStep::Users, progress);
    let bind = |values: &mut SqliteArguments, (user, id): (UserIdx, &str)| {
        digests.add(&IdRow { index: user, id });
        values.add(user.0)?;
        values.add(id)
    };
    insert.run(connection, rows, bind, &mut |done| report(done, total)).await?;
    Ok(())
}

/// Writes the items of the table: the new ones, and of all what is known and how they are rated.
async fn write_items(
    connection: &mut SqliteConnection,
    plan: &Plan<'_>,
    digests: &mut RowDigests,
    progress: Progress<'_>,
) -> Result<(), Fault> {
    count_items(connection, plan, digests).await?;
    let insert = BulkInsert {
        head: "INSERT INTO items \
               (idx, id, title, year, genres, rating_count, rating_sum) VALUES",
        row: "(?, ?, ?, ?, ?, ?, ?)".to_owned(),
        tail: "ON CONFLICT (idx) DO UPDATE SET \
               title = coalesce(excluded.title, title), \
               year = coalesce(excluded.year, year), \
               genres = coalesce(excluded.genres, genres), \
               rating_count = excluded.rating_count, rating_sum = excluded.rating_sum",
        rows: ROWS,
    };
    let rows = plan.batch.table.items().iter().zip(&plan.item_of).map(|((in_table, id), &item)| {
        let info = plan.batch.catalogue.get(in_table);
        let genres = genres_text(&info.genres);
        ItemRow { item, id, info, genres, totals: totals(plan, item) }
    });
    let total = plan.item_of.len() as u64;
    let mut report = reporter(ImportStep::Items, progress);
    insert.run(connection, rows, ItemRow::bind, &mut |done| report(done, total)).await?;
    Ok(())
}

/// Counts the new items, and what is known of all that are written in place of what was.
async fn count_items(
    connection: &mut SqliteConnection,
    plan: &Plan<'_>,
    digests: &mut RowDigests,
) -> Result<(), Fault> {
    for (index, id) in plan.items.iter().skip(plan.known.1) {
        digests.add(&IdRow { index, id });
    }
    let stored = all_infos(connection, digests).await?;
    for ((in_table, _), &item) in plan.batch.table.items().iter().zip(&plan.item_of) {
        let ItemInfo { title, year, genres } = plan.batch.catalogue.get(in_table);
        let genres = genres_text(genres);
        let at = stored.binary_search_by_key(&Some(item.get()), |row| row.idx).ok();
        let before = at.and_then(|at| stored.get(at)).map(InfoRow::digested);
        before.inspect(|before| digests.remove(before));
        // As the statement has it: what is not known now stays as it was.
        digests.add(&TitleRow {
            item,
            title: title.as_deref().or(before.and_then(|before| before.title)),
            year: year.or(before.and_then(|before| before.year)),
            genres: genres.as_deref().or(before.and_then(|before| before.genres)),
        });
    }
    Ok(())
}

struct ItemRow<'a> {
    item: ItemIdx,
    id: &'a str,
    info: &'a ItemInfo,
    genres: Option<String>,
    /// How many ratings the item has, and their sum.
    totals: (i64, f64),
}

impl ItemRow<'_> {
    fn bind(values: &mut SqliteArguments, row: Self) -> Result<(), BoxDynError> {
        values.add(row.item.0)?;
        values.add(row.id)?;
        values.add(&row.info.title)?;
        values.add(row.info.year)?;
        values.add(row.genres)?;
        values.add(row.totals.0)?;
        values.add(row.totals.1)
    }
}

fn totals(plan: &Plan<'_>, item: ItemIdx) -> (i64, f64) {
    let ratings = plan.merged.matrix.of_item(item);
    (ratings.len() as i64, ratings.map(|(_, rating)| rating).sum())
}

/// Inserts the new ratings and updates the others, and returns how many were not there just so.
async fn write_ratings(
    connection: &mut SqliteConnection,
    plan: &Plan<'_>,
    sequence: i64,
    digests: &mut RowDigests,
    progress: Progress<'_>,
) -> Result<u64, Fault> {
    let all = || plan.incoming.iter().zip(&plan.merged.novelty);
    let added = all().filter(|&(_, &novelty)| novelty == Novelty::New).map(|(rating, _)| rating);
    let others = all()
        .filter(|&(_, &novelty)| matches!(novelty, Novelty::Updated | Novelty::Unchanged))
        .map(|(rating, _)| rating);
    let (total, first) = (plan.incoming.len() as u64, plan.merged.tally.added);
    let mut report = reporter(ImportStep::Ratings, progress);
    let mut bind = |values: &mut SqliteArguments, rating: Rating| {
        digests.add(&RatingRow::new(rating, sequence));
        bind_rating(values, rating)
    };
    // Where no pair can be in the way, leaving out the clause saves a third of the time.
    let insert = rating_insert(sequence, "");
    let inserted =
        insert.run(connection, added, &mut bind, &mut |done| report(done, total)).await?;
    if plan.batch.keep == Keep::Existing {
        return Ok(inserted);
    }
    let mut done = |done| report(first + done, total);
    let update = Update::new(plan.batch.keep, sequence);
    Ok(inserted + update.run(connection, others, digests, &mut done).await?)
}

pub(super) fn rating_insert(sequence: i64, tail: &'static str) -> BulkInsert {
    BulkInsert {
        head: "INSERT INTO ratings (user, item, rating, timestamp, sequence) VALUES",
        // A number in the text: one value less to bind, a million times.
        row: format!("(?, ?, ?, ?, {sequence})"),
        tail,
        rows: ROWS,
    }
}

pub(super) fn bind_rating(values: &mut SqliteArguments, rating: Rating) -> Result<(), BoxDynError> {
    values.add(rating.user.0)?;
    values.add(rating.item.0)?;
    values.add(rating.rating)?;
    values.add(rating.timestamp)
}
