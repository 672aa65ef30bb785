//! Reading the rating matrix from its packed copy and later changes.

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

/// Maximum number of changes after the packed copy before it is renewed; for fewer, applying them
/// is faster than renewing it.
const MAX_CHANGES: i64 = 100_000;

/// Reads the matrix of `data_set`: from the snapshot and later changes, or from the rows if these
/// do not lead to its sequence.
pub(crate) async fn read(
    connection: &mut Connection,
    data_set: &DataSet,
) -> Result<RatingMatrix, Fault> {
    Ok(read_with_age(connection, data_set).await?.0)
}

/// Returns the matrix and the number of changes since the snapshot; `None` if the matrix was read
/// from the rows.
async fn read_with_age(
    connection: &mut Connection,
    data_set: &DataSet,
) -> Result<(RatingMatrix, Option<i64>), Fault> {
    match at_sequence(connection, data_set.sequence).await? {
        Some((matrix, age)) => Ok((matrix, Some(age))),
        None => Ok((from_rows(connection, data_set).await?, None)),
    }
}

/// Returns the matrix at `sequence` and the number of changes since the snapshot; `None` if no
/// snapshot leads there.
async fn at_sequence(
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

/// Unpacks a matrix and applies `changes`.
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

/// Returns the matrix at `sequence` from the packed copy and the changes since, or `None` if these
/// do not lead there.
pub(crate) async fn from_packed(
    connection: &mut Connection,
    sequence: i64,
) -> Result<Option<RatingMatrix>, Fault> {
    Ok(at_sequence(connection, sequence).await?.map(|(matrix, _)| matrix))
}

/// Same as [`from_packed`], but also returns `None` if there are so many later changes that the
/// packed copy should be renewed.
pub(crate) async fn from_fresh_packed(
    connection: &mut Connection,
    sequence: i64,
) -> Result<Option<RatingMatrix>, Fault> {
    let newest = snapshots::newest(connection, sequence).await?;
    if newest.is_none_or(|packed_at| sequence - packed_at > MAX_CHANGES) {
        return Ok(None);
    }
    from_packed(connection, sequence).await
}

/// Verifies that every packed copy can be unpacked, including those that jobs would resume from.
pub(crate) async fn verify_packed(connection: &mut Connection) -> Result<(), Fault> {
    let known_items = ids::len::<ItemIdx>(connection).await?;
    for sequence in snapshots::all(connection).await? {
        let bytes = snapshots::read(connection, sequence).await?;
        unpack(bytes, known_items, Vec::new()).await?;
    }
    Ok(())
}

/// Reads the matrix from the rows.
pub(crate) async fn from_rows(
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

/// Stores `matrix` as the snapshot of `sequence`, and deletes all other snapshots that no
/// unfinished job needs. `done` is called with the number of bytes written and the total.
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
    /// Returns all ratings as a matrix, by user and by item. Reading one million takes well under a
    /// tenth of a second.
    ///
    /// They are read from the packed copy that every import stores, and the single changes since.
    /// If these do not lead to the current sequence, the rows are read instead, which takes a
    /// second per million. In that case, and after 100,000 changes, the packed copy is renewed.
    ///
    /// # Errors
    /// [`StoreError::NoRatings`] before the first import; [`StoreError::Damaged`] if the packed
    /// copy does not match its checksum.
    pub async fn matrix(&self) -> Result<RatingMatrix, StoreError> {
        Ok(self.matrix_and_state().await?.0)
    }

    /// Returns the [`matrix`](Self::matrix) with its sequence and digest.
    ///
    /// # Errors
    /// As for [`matrix`](Self::matrix).
    pub async fn matrix_and_state(&self) -> Result<(RatingMatrix, DataState), StoreError> {
        self.run(async {
            let mut tx = self.database.begin_read().await?;
            let data_set = data_set::read(&mut tx).await?;
            data_set.scale()?;
            let (matrix, age) = read_with_age(&mut tx, &data_set).await?;
            tx.commit().await?;
            if age.is_none_or(|age| age > MAX_CHANGES) {
                match self.renew_snapshot(&matrix, data_set.sequence).await {
                    // The copy only saves time; the process that is writing now will renew it.
                    Err(fault) if !fault.is_busy() => return Err(fault),
                    _ => {}
                }
            }
            Ok((matrix, data_set.state()))
        })
        .await
    }

    /// Returns all ratings as they were at `sequence`, to resume work whatever changed since.
    /// `None` if they can no longer be reconstructed. The packed copy that an unfinished job
    /// started from is kept until a person is forgotten.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the packed copy does not match its checksum.
    pub async fn matrix_at(&self, sequence: u64) -> Result<Option<RatingMatrix>, StoreError> {
        self.run(async {
            let mut tx = self.database.begin_read().await?;
            if sequence as i64 > changes::current_sequence(&mut tx).await? {
                return Ok(None);
            }
            from_packed(&mut tx, sequence as i64).await
        })
        .await
    }

    async fn renew_snapshot(&self, matrix: &RatingMatrix, sequence: i64) -> Result<(), Fault> {
        let mut tx = self.database.try_begin_write().await?;
        if changes::current_sequence(&mut tx).await? == sequence {
            write_snapshot(&mut tx, matrix, sequence, &mut |_, _| ()).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
