//! The matrix of the ratings, and its packed copy in the database.

use crate::data_set::DataSet;
use crate::error::{Fault, StoreError};
use crate::open::Store;
use crate::rows::RowsBuilder;
use crate::{ratings, snapshot};
use likemind::RatingMatrix;
use sqlx::{Row, SqliteConnection};

/// How many bytes one part of a snapshot has: a row of the database cannot hold 2³¹.
const PART_BYTES: usize = 4 << 20;

/// The matrix as it is at `data_set`: from the snapshot, or from the rows if that is behind.
pub(crate) async fn read(
    connection: &mut SqliteConnection,
    data_set: &DataSet,
) -> Result<RatingMatrix, Fault> {
    match read_snapshot(connection, data_set.sequence).await? {
        Some(matrix) => Ok(matrix),
        None => of_rows(connection, data_set).await,
    }
}

async fn read_snapshot(
    connection: &mut SqliteConnection,
    sequence: i64,
) -> Result<Option<RatingMatrix>, Fault> {
    let bytes = read_parts(connection, sequence).await?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let unpack = tokio::task::spawn_blocking(move || snapshot::decode(&bytes));
    match unpack.await {
        Ok(matrix) => matrix.map(Some).map_err(|error| Fault::Damaged(error.to_string())),
        Err(panicked) => Err(Fault::Damaged(panicked.to_string())),
    }
}

async fn read_parts(connection: &mut SqliteConnection, sequence: i64) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    for part in 0_i64.. {
        let row = sqlx::query("SELECT bytes FROM snapshot_parts WHERE sequence = ? AND part = ?")
            .bind(sequence)
            .bind(part)
            .fetch_optional(&mut *connection)
            .await?;
        let Some(row) = row else { break };
        bytes.extend_from_slice(row.try_get(0)?);
    }
    Ok(bytes)
}

async fn of_rows(
    connection: &mut SqliteConnection,
    data_set: &DataSet,
) -> Result<RatingMatrix, Fault> {
    let scale = data_set.scale()?;
    let count = "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM items)";
    let (users, items): (i64, i64) = sqlx::query_as(count).fetch_one(&mut *connection).await?;
    let mut rows = RowsBuilder::new(scale, users as usize, 0);
    ratings::for_each(connection, |rating| {
        rows.complete(rating.user.0 as usize);
        let Some(_) = rows.push(rating.item.0, rating.rating) else {
            let found = format!("a rating of {} off the scale {scale}", rating.rating);
            return Err(Fault::Damaged(found));
        };
        Ok(())
    })
    .await?;
    rows.complete(users as usize);
    Ok(rows.finish(items as usize)?)
}

/// Packs `matrix` into the database as the one snapshot. `done` is told how many of how many bytes
/// are written.
pub(crate) async fn write_snapshot(
    connection: &mut SqliteConnection,
    matrix: &RatingMatrix,
    sequence: i64,
    done: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM snapshot_parts").execute(&mut *connection).await?;
    let bytes = snapshot::encode(matrix);
    let mut written = 0;
    for (part, chunk) in (0_i64..).zip(bytes.chunks(PART_BYTES)) {
        sqlx::query("INSERT INTO snapshot_parts (sequence, part, bytes) VALUES (?, ?, ?)")
            .bind(sequence)
            .bind(part)
            .bind(chunk.to_vec())
            .execute(&mut *connection)
            .await?;
        written += chunk.len();
        done(written as u64, bytes.len() as u64);
    }
    Ok(())
}

impl Store {
    /// All ratings, reachable by user and by item. One million are read in well under a tenth of
    /// a second.
    ///
    /// They come from the packed copy that every import leaves; where that is behind, from the
    /// rows, which takes a second a million, and the copy is renewed.
    ///
    /// # Errors
    /// [`StoreError::NoRatings`] before the first import; [`StoreError::Damaged`] if the packed
    /// copy does not have its checksum.
    pub async fn matrix(&self) -> Result<RatingMatrix, StoreError> {
        self.named(async {
            let mut reading = self.reading().await?;
            let data_set = DataSet::read(&mut reading).await?;
            data_set.scale()?;
            if let Some(matrix) = read_snapshot(&mut reading, data_set.sequence).await? {
                return Ok(matrix);
            }
            let matrix = of_rows(&mut reading, &data_set).await?;
            reading.commit().await?;
            match self.renew_snapshot(&matrix, data_set.sequence).await {
                // The copy only saves time, and who is writing now renews it.
                Err(fault) if !fault.is_busy() => Err(fault),
                _ => Ok(matrix),
            }
        })
        .await
    }

    async fn renew_snapshot(&self, matrix: &RatingMatrix, sequence: i64) -> Result<(), Fault> {
        let mut writing = self.writing().await?;
        if DataSet::read(&mut writing).await?.sequence == sequence {
            write_snapshot(&mut writing, matrix, sequence, &mut |_, _| ()).await?;
            writing.commit().await?;
        }
        Ok(())
    }
}
