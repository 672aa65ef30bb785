//! Reading ratings and models into memory.

use super::damage::Damage;
use super::item_models::ItemModels;
use super::names::Names;
use super::state::{Served, State};
use super::{Holding, LiveStore, MAXIMUM_CHANGES};
use likemind::live::{LiveError, LiveIndex};
use likemind::{Live, NeighbourIndex, RowIdx};
use likemind_store::{Changes, ModelKind, NeighbourModelInfo, Store, StoreError};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// A model read from the database.
struct Found {
    info: NeighbourModelInfo,
    index: NeighbourIndex,
    /// The rows whose ratings have changed since it was stored; `None` if they cannot be determined, or
    /// are too many.
    touched: Option<Vec<RowIdx>>,
}

/// Reads ratings and models.
pub(super) async fn load(store: &Store, holding: &Holding) -> Result<State, StoreError> {
    let (matrix, data) = store.matrix_and_state().await?;
    let mut state = State::new(matrix, data.sequence);
    for &side in &holding.sides {
        while let Some((info, index)) = store.active_index_with_spare(side).await? {
            if info.sequence > state.sequence {
                // Another process has updated it since the ratings were read.
                let Changes::Single(changes) =
                    store.changes_since(state.sequence, MAXIMUM_CHANGES).await?
                else {
                    return Box::pin(load(store, holding)).await;
                };
                if changes.is_empty() {
                    let (id, sequence) = (info.id, info.sequence);
                    let found =
                        format!("model {id} with a sequence number in the future ({sequence})");
                    return Err(Damage(found).of(store));
                }
                changes.iter().try_for_each(|change| state.apply(change)).map_err(at(store))?;
                continue;
            }
            let found = found(store, info, index, state.sequence).await?;
            let attach = spawn_blocking(move || {
                let ready = prepare(&state.live, found)?;
                serve(&mut state, ready).map(|_| state)
            });
            let attached = attach.await.map_err(panicked(store))?;
            state = attached.map_err(at(store))?;
            break;
        }
    }
    state.item_models = ItemModels::read(store, holding.kinds).await?;
    // Read last, so that every row of the ratings has its name.
    state.names = Names::read(store, holding.naming).await?;
    Ok(state)
}

/// Determines how to bring a model up to date with the ratings at `sequence`.
async fn found(
    store: &Store,
    info: NeighbourModelInfo,
    index: NeighbourIndex,
    sequence: u64,
) -> Result<Found, StoreError> {
    let touched = store.outdated_rows(&info.lists_info(), sequence).await?;
    Ok(Found { info, index, touched })
}

/// A model that is ready to answer.
struct Ready {
    info: NeighbourModelInfo,
    index: Index,
}

enum Index {
    /// Kept exact.
    Live(Box<LiveIndex>),
    /// As it was stored.
    Fixed(NeighbourIndex),
}

/// Brings a model up to date with the ratings, which may take long.
fn prepare(live: &Live, found: Found) -> Result<Ready, Damage> {
    let Found { info, index, touched } = found;
    let index = match touched {
        None => Index::Fixed(index.first(info.parameters.k())),
        Some(touched) => {
            let ready = live.updated_index(info.parameters, index, &touched);
            Index::Live(Box::new(ready.map_err(|error| misfit(&info, &error))?))
        }
    };
    Ok(Ready { info, index })
}

/// The model of a side that was replaced.
type Former = (Option<LiveIndex>, Option<Served>);

/// Replaces the model of a side. Returns the previous one, because dropping it takes long.
fn serve(state: &mut State, ready: Ready) -> Result<Former, Damage> {
    let Ready { info, index } = ready;
    let side = info.side;
    let former = state.live.detach(side);
    let fixed = match index {
        Index::Fixed(index) => Some(index),
        Index::Live(index) => {
            state.live.put(*index).map_err(|error| misfit(&info, &error))?;
            None
        }
    };
    let served = Served { info, fixed, unstored: BTreeSet::new() };
    Ok((former, state.place(side).replace(served)))
}

fn misfit(info: &NeighbourModelInfo, error: &LiveError) -> Damage {
    Damage(format!("in model {}: {error}", info.id))
}

fn at(store: &Store) -> impl Fn(Damage) -> StoreError + '_ {
    |damage| damage.of(store)
}

fn panicked<E: ToString>(store: &Store) -> impl Fn(E) -> StoreError + '_ {
    |error| Damage(error.to_string()).of(store)
}

impl LiveStore {
    /// Runs `work` on a blocking thread.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Damage> + Send + 'static,
    ) -> Result<T, StoreError> {
        let done = spawn_blocking(work).await.map_err(panicked(self.store()))?;
        done.map_err(at(self.store()))
    }

    /// Switches to the models that have become active.
    pub(super) async fn catch_up_models(&self) -> Result<(), StoreError> {
        let store = self.store();
        for &side in &self.0.holding.sides {
            let served = self.view().model(side).map(|model| model.info.id);
            let active = store.active_model(side).await?;
            if active.is_none_or(|active| Some(active.id) == served) {
                continue;
            }
            let Some((info, index)) = store.active_index_with_spare(side).await? else { continue };
            self.catch_up_ratings().await?;
            let sequence = self.view().sequence();
            let found = found(store, info, index, sequence).await?;
            self.serve(found, sequence).await?;
        }
        for &kind in self.0.holding.kinds {
            self.catch_up_item_model(kind).await?;
        }
        Ok(())
    }

    /// Switches to the active model of all items of a kind, which holds for all ratings.
    async fn catch_up_item_model(&self, kind: ModelKind) -> Result<(), StoreError> {
        let served = self.view().item_models().id(kind);
        let active = self.store().active_item_model_info(kind).await?;
        if active.is_none_or(|active| Some(active.id) == served) {
            return Ok(());
        }
        let Some((info, model)) = self.store().active_item_model(kind).await? else {
            return Ok(());
        };
        let shared = Arc::clone(&self.0);
        self.blocking(move || {
            // Returned from the change, since dropping the former model takes long.
            let former = shared.state.change(|state| state.item_models.put(info, model));
            drop(former);
            Ok(())
        })
        .await
    }

    /// Brings a model up to date concurrently with readers, and switches to it. If the ratings have changed
    /// by then, which happens if a dropped future is still applying changes, the next call tries again.
    async fn serve(&self, found: Found, sequence: u64) -> Result<(), StoreError> {
        let shared = Arc::clone(&self.0);
        self.blocking(move || {
            let ready = {
                let state = shared.state.read();
                if state.sequence != sequence {
                    return Ok(());
                }
                prepare(&state.live, found)?
            };
            let former = shared.state.change(|state| {
                (state.sequence == sequence).then(|| serve(state, ready)).transpose()
            })?;
            // Dropping it takes long, so the lock is released first.
            drop(former);
            Ok(())
        })
        .await
    }
}
