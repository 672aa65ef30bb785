//! Storing lists asynchronously after they have changed in memory.

use super::LiveStore;
use super::state::Served;
use likemind::live::LiveLists;
use likemind::{Neighbour, Neighbours, RowIdx, Side};
use likemind_store::{
    DataState, ModelError, ModelInfo, ModelUpdate, NeighbourModelInfo, StoreError, WriteBehind,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Maximum number of attempts if other processes store first.
const ATTEMPTS: usize = 5;

/// The changed lists of a model.
struct ChangedLists {
    /// The model as stored.
    info: NeighbourModelInfo,
    lists: LiveLists,
    /// The rows whose lists have changed.
    rows: BTreeSet<RowIdx>,
    data: DataState,
}

impl LiveStore {
    /// Stores the lists that have changed since they were last stored, and the sequence number that they
    /// are exact for. Does nothing if there are none. Runs concurrently with readers and changes of
    /// ratings. It computes the digest of all lists, so call it only every few seconds.
    ///
    /// # Errors
    /// [`ModelError`] if the database cannot be written. The lists are then stored by the next call.
    pub async fn write_behind(&self) -> Result<(), ModelError> {
        let _storing = self.0.storing.lock().await;
        for &side in &self.0.holding.sides {
            for _ in 0..ATTEMPTS {
                let Some(changed) = self.changed_lists(side).await? else { break };
                if self.write(side, changed).await? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The changed lists of a side; `None` if there are none, or if other processes write so often that
    /// memory does not catch up.
    async fn changed_lists(&self, side: Side) -> Result<Option<ChangedLists>, StoreError> {
        let _changing = self.0.changing.lock().await;
        for _ in 0..ATTEMPTS {
            self.catch_up_ratings().await?;
            let data = self.store().data_state().await?;
            if data.sequence == self.view().sequence() {
                let shared = Arc::clone(&self.0);
                let collect = move || {
                    shared.state.change(|state| {
                        let changed = state.live.take_changed(side);
                        if let Some(served) = state.place(side) {
                            served.unstored.extend(changed);
                        }
                    });
                    let state = shared.state.read();
                    let index = state.live.index(side);
                    let changed = state.served(side).zip(index).and_then(|(served, index)| {
                        let Served { info, unstored, .. } = served;
                        (info.sequence < data.sequence).then(|| ChangedLists {
                            info: info.clone(),
                            lists: index.lists().clone(),
                            rows: unstored.clone(),
                            data,
                        })
                    });
                    Ok(changed)
                };
                return self.blocking(collect).await;
            }
        }
        Ok(None)
    }

    /// Writes lists. Returns `false` if another process has updated the model first; the state in memory
    /// then refers to the updated model.
    async fn write(&self, side: Side, changed: ChangedLists) -> Result<bool, ModelError> {
        let ChangedLists { info, lists, mut rows, data } = changed;
        rows.extend(RowIdx::first(lists.rows()).skip(info.rows as usize));
        let hash = move || Ok((lists.digest(), lists));
        let (digest, lists) = self.blocking(hash).await?;
        let changed: Vec<(RowIdx, &[Neighbour])> =
            rows.iter().map(|&row| (row, lists.list_with_spare(row))).collect();
        let update = ModelUpdate {
            expected_sequence: info.sequence,
            rows: &changed,
            row_count: lists.rows() as u64,
            digest: &digest,
            sequence: data.sequence,
            data_digest: &data.digest,
        };
        let written = match self.store().write_behind(info.id, update).await {
            // It was deleted, or its data set was replaced: another model takes over soon.
            Err(ModelError::Unknown { .. }) => return Ok(true),
            written => written?,
        };
        let stored = self.store().models().await?.into_iter().find(|model| model.id == info.id);
        let stored = stored.and_then(ModelInfo::neighbours);
        let is_written = written == WriteBehind::Written;
        let _changing = self.0.changing.lock().await;
        let shared = Arc::clone(&self.0);
        let update = move || {
            shared.state.change(|state| {
                if let (Some(served), Some(stored)) = (state.served_as(side, info.id), stored) {
                    served.info = stored;
                    if is_written {
                        served.unstored.retain(|row| !rows.contains(row));
                    }
                }
            });
            Ok(is_written)
        };
        Ok(self.blocking(update).await?)
    }

    /// Whether some changed lists have not been stored yet.
    pub fn is_behind(&self) -> bool {
        let view = self.view();
        self.0.holding.sides.iter().any(|&side| {
            let model = view.model(side);
            model.is_some_and(|model| {
                let is_live = matches!(model.neighbours, Neighbours::Live(_));
                is_live && model.info.sequence < view.sequence()
            })
        })
    }
}
