//! Storing lists after they changed in memory.

use super::LiveStore;
use super::state::Served;
use likemind::{Neighbour, NeighbourIndex, Neighbours, RowIdx, Side};
use likemind_store::{DataState, ModelError, ModelInfo, ModelUpdate, StoreError, WriteBehind};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

/// How often it is tried anew where another process was quicker.
const TRIES: usize = 5;

/// What is to be stored of a model.
struct Due {
    /// The model as it is stored.
    info: ModelInfo,
    /// All lists.
    index: NeighbourIndex,
    /// The rows whose lists are to be stored.
    rows: BTreeSet<RowIdx>,
    data: DataState,
}

impl LiveStore {
    /// Stores the lists that have changed since they were stored, and with that the sequence from
    /// which the next opening computes. Does nothing where none have. Ratings and readers go on
    /// meanwhile; it reads all lists for their digest, so once in some seconds is often enough.
    ///
    /// # Errors
    /// [`ModelError`] if the database cannot be written. The lists are then stored the next time.
    pub async fn write_behind(&self) -> Result<(), ModelError> {
        let _storing = self.0.storing.lock().await;
        for &side in &self.0.sides {
            for _ in 0..TRIES {
                let Some(due) = self.due(side).await? else { break };
                if self.write(side, due).await? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// What is to be stored; `None` if nothing is, or if others write so much that it is not known
    /// which ratings the lists are of.
    async fn due(&self, side: Side) -> Result<Option<Due>, StoreError> {
        let _turn = self.0.turn.lock().await;
        for _ in 0..TRIES {
            self.follow().await?;
            let data = self.store().data_state().await?;
            if data.sequence == self.view().sequence() {
                let shared = Arc::clone(&self.0);
                let due = move || {
                    let mut state = shared.state.write().unwrap_or_else(PoisonError::into_inner);
                    let changed = state.live.take_changed(side);
                    if let Some(served) = state.place(side) {
                        served.unstored.extend(changed);
                    }
                    drop(state);
                    let state = shared.state.read().unwrap_or_else(PoisonError::into_inner);
                    let index = state.live.index(side);
                    let due = state.served(side).zip(index).and_then(|(served, index)| {
                        let Served { info, unstored, .. } = served;
                        (info.sequence < data.sequence).then(|| Due {
                            info: info.clone(),
                            index: index.to_index(),
                            rows: unstored.clone(),
                            data,
                        })
                    });
                    Ok(due)
                };
                return self.blocking(due).await;
            }
        }
        Ok(None)
    }

    /// Whether it was stored; if not, another process was quicker, and what there is now is known.
    async fn write(&self, side: Side, due: Due) -> Result<bool, ModelError> {
        let Due { info, index, mut rows, data } = due;
        rows.extend(RowIdx::first(index.rows()).skip(info.rows as usize));
        let hash = move || Ok((index.digest(), index));
        let (digest, index) = self.blocking(hash).await?;
        let lists: Vec<(RowIdx, &[Neighbour])> =
            rows.iter().map(|&row| (row, index.of(row))).collect();
        let update = ModelUpdate {
            expected_sequence: info.sequence,
            rows: &lists,
            row_count: index.rows() as u64,
            digest: &digest,
            sequence: data.sequence,
            data_digest: &data.digest,
        };
        let written = match self.store().write_behind(info.id, update).await {
            // Deleted, or gone with its data set: another is served soon.
            Err(ModelError::Unknown { .. }) => return Ok(true),
            written => written?,
        };
        let stored = self.store().models().await?.into_iter().find(|model| model.id == info.id);
        let is_written = written == WriteBehind::Written;
        let _turn = self.0.turn.lock().await;
        let shared = Arc::clone(&self.0);
        let note = move || {
            let mut state = shared.state.write().unwrap_or_else(PoisonError::into_inner);
            if let (Some(served), Some(stored)) = (state.served_as(side, info.id), stored) {
                served.info = stored;
                if is_written {
                    served.unstored.retain(|row| !rows.contains(row));
                }
            }
            Ok(is_written)
        };
        Ok(self.blocking(note).await?)
    }

    /// Whether there are lists that are not stored yet.
    pub fn is_behind(&self) -> bool {
        let view = self.view();
        self.0.sides.iter().any(|&side| {
            let model = view.model(side);
            model.is_some_and(|model| {
                let is_live = matches!(model.neighbours, Neighbours::Live(_));
                is_live && model.info.sequence < view.sequence()
            })
        })
    }
}
