//! The matrix of the ratings, from its packed copy and what changed since.

use crate::changes::SingleChange;
use crate::data_set::{DataSet, DataState};
use crate::error::StoreError;
use crate::fault::Fault;
use crate::patch::patched;
use crate::rows::RowsBuilder;
use crate::snapshot;
use crate::sqlite::{Connection, changes, data_set, ids, ratings, snapshots};
use crate::store::Store;
use likemind::{ItemIdx, RatingMatrix};

/// How many changes may come between the packed copy and the ratings until it is renewed: to renew it
/// takes longer than to apply them.
const MOST_CHANGES: i64 = 100_000;

/// The matrix as it is at `data_set`: from the snapshot and the changes since, or from the rows if
/// these do not lead there.
pub(crate) async fn read(
    connection: &mut Connection,
    data_set: &DataSet,
) -> Result<RatingMatrix, Fault> {
    Ok(read_with_age(connection, data_set).await?.0)
}

/// The matrix, and how many changes it is ahead of the snapshot; `None` if there is none to start
/// from.
async fn read_with_age(
    connection: &mut Connection,
    data_set: &DataSet,
) -> Result<(RatingMatrix, Option<i64>), Fault> {
    match at(connection, data_set.sequence).await? {
        Some((matrix, age)) => Ok((matrix, Some(age))),
        None => Ok((of_rows(connection, data_set).await?, None)),
    }
}

/// The matrix as it was at `sequence`, and how many changes after the snapshot that is; `None` if no
/// snapshot leads there.
async fn at(
    connection: &mut Connection,
    sequence: i64,
) -> Result<Option<(RatingMatrix, i64)>, Fault> {
    let Some(packed_at) = snapshots::newest(connection, sequence).await? else { return Ok(None) };
    let Some(changes) = changes::between(connection, packed_at, sequence).await? else {
        return Ok(None);
    };
    let known_items = ids::len::<ItemIdx>(connection).await?;
    let bytes = snapshots::read(connection, packed_at).await?;
    Ok(Some((unpack(bytes, known_items, changes).await?, sequence - packed_at)))
}

/// The packed matrix after `changes`.
async fn unpack(
    bytes: Vec<u8>,
    known_items: usize,
    changes: Vec<SingleChange>,
) -> Result<RatingMatrix, Fault> {
    let work = tokio::task::spawn_blocking(move || {
        let packed = snapshot::decode(&bytes, known_items);
        let packed = packed.map_err(|error| Fault::Damaged(error.to_string()))?;
        drop(bytes);
        patched(packed, &changes)
    });
    work.await.unwrap_or_else(|panicked| Err(Fault::Damaged(panicked.to_string())))
}

/// The matrix of the packed copy and the changes since, as it was at `sequence`, or `None` if these
/// do not lead there.
pub(crate) async fn from_packed(
    connection: &mut Connection,
    sequence: i64,
) -> Result<Option<RatingMatrix>, Fault> {
    Ok(at(connection, sequence).await?.map(|(matrix, _)| matrix))
}

/// As [`from_packed`]; `None` also if so many changes came since that the packed copy should be
/// renewed.
pub(crate) async fn from_fresh_packed(
    connection: &mut Connection,
    sequence: i64,
) -> Result<Option<RatingMatrix>, Fault> {
    let newest = snapshots::newest(connection, sequence).await?;
    if newest.is_none_or(|packed_at| sequence - packed_at > MOST_CHANGES) {
        return Ok(None);
    }
    from_packed(connection, sequence).await
}

/// Unpacks every packed copy, also those that jobs go back to.
pub(crate) async fn verify_packed(connection: &mut Connection) -> Result<(), Fault> {
    let known_items = ids::len::<ItemIdx>(connection).await?;
    for sequence in snapshots::all(connection).await? {
        let bytes = snapshots::read(connection, sequence).await?;
        unpack(bytes, known_items, Vec::new()).await?;
    }
    Ok(())
}

/// The matrix of the rows.
pub(crate) async fn of_rows(
    connection: &mut Connection,
    data_set: &DataSet,
) -> Result<RatingMatrix, Fault> {
    let scale = data_set.scale()?;
    let known = ids::counts(connection).await?;
    let mut rows = RowsBuilder::new(scale, known.users, 0);
    ratings::for_each(connection, &data_set.rows, known, |rating| {
        rows.complete(rating.user.0 as usize);
        let Some(_) = rows.push(rating.item.0, rating.rating) else {
            let found = format!("a rating of {} off the scale {scale}", rating.rating);
            return Err(Fault::Damaged(found));
        };
        Ok(())
    })
    .await?;
    rows.complete(known.users);
    rows.finish(known.items).map_err(|error| Fault::Damaged(error.to_string()))
}

/// Packs `matrix` into the database as the snapshot of `sequence`, in place of those that no job
/// under way goes back to. `done` is told how many of how many bytes are written.
pub(crate) async fn write_snapshot(
    connection: &mut Connection,
    matrix: &RatingMatrix,
    sequence: i64,
    done: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<(), Fault> {
    snapshots::clear_for(connection, sequence).await?;
    let bytes = snapshot::encode(matrix);
    let total = bytes.len() as u64;
    snapshots::write(connection, sequence, &bytes, &mut |written| done(written, total)).await?;
    changes::trim(connection).await
}

impl Store {
    /// All ratings, reachable by user and by item. One million are read in well under a tenth of
    /// a second.
    ///
    /// They come from the packed copy that every import leaves, and the single changes since. Where
    /// these do not lead to the present, they come from the rows, which takes a second a million;
    /// then, and after 100,000 changes, the copy is renewed.
    ///
    /// # Errors
    /// [`StoreError::NoRatings`] before the first import; [`StoreError::Damaged`] if the packed
    /// copy does not have its checksum.
    pub async fn matrix(&self) -> Result<RatingMatrix, StoreError> {
        Ok(self.matrix_and_state().await?.0)
    }

    /// [`matrix`](Self::matrix), and which ratings these are.
    ///
    /// # Errors
    /// As [`matrix`](Self::matrix).
    pub async fn matrix_and_state(&self) -> Result<(RatingMatrix, DataState), StoreError> {
        self.named(async {
            let mut reading = self.database.reading().await?;
            let data_set = data_set::read(&mut reading).await?;
            data_set.scale()?;
            let (matrix, age) = read_with_age(&mut reading, &data_set).await?;
            reading.commit().await?;
            if age.is_none_or(|age| age > MOST_CHANGES) {
                match self.renew_snapshot(&matrix, data_set.sequence).await {
                    // The copy only saves time, and who is writing now renews it.
                    Err(fault) if !fault.is_busy() => return Err(fault),
                    _ => {}
                }
            }
            Ok((matrix, data_set.state()))
        })
        .await
    }

    /// All ratings as they were at a sequence: for work that goes on where it was left, whatever
    /// came meanwhile. `None` if that can no longer be told: the packed copy that a job under way
    /// began with is kept, but not past the forgetting of a person.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the packed copy does not have its checksum.
    pub async fn matrix_at(&self, sequence: u64) -> Result<Option<RatingMatrix>, StoreError> {
        self.named(async {
            let mut reading = self.database.reading().await?;
            if sequence as i64 > changes::current(&mut reading).await? {
                return Ok(None);
            }
            from_packed(&mut reading, sequence as i64).await
        })
        .await
    }

    async fn renew_snapshot(&self, matrix: &RatingMatrix, sequence: i64) -> Result<(), Fault> {
        let mut writing = self.database.writing_soon().await?;
        if changes::current(&mut writing).await? == sequence {
            write_snapshot(&mut writing, matrix, sequence, &mut |_, _| ()).await?;
            writing.commit().await?;
        }
        Ok(())
    }
}
