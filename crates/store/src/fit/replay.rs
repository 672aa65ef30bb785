//! The ratings that came while a fit computed.

use super::attend::heartbeat;
use super::compute::{Computed, in_pool};
use super::{FitOptions, FitStop, HEARTBEAT};
use crate::changes::Changes;
use crate::data_set::DataState;
use crate::error::JobError;
use crate::job::Orders;
use crate::store::Store;
use crate::store::held::HeldJob;
use crate::store::touched::{are_few, touched};
use likemind::{Live, Progress, RowIdx};
use std::time::Instant;
use tokio::task::spawn_blocking;

/// How replaying ended.
pub(super) enum Replayed {
    /// With lists that are exact for these ratings: those that there are now, or, where what came
    /// since cannot be followed, those that the job was begun with.
    Exact(Computed, DataState),
    /// It was stopped.
    Stopped,
    /// A person cancelled the job.
    Cancelled,
}

/// What there is to replay.
struct Since {
    live: Live,
    touched: Vec<RowIdx>,
    data: DataState,
}

/// Takes in the ratings that came since the job was begun, giving signs of life meanwhile. `tell` is
/// called first if there are any.
pub(super) async fn replay(
    (store, held): (&Store, &HeldJob),
    options: &FitOptions,
    computed: Computed,
    (progress, begun): (Option<Progress>, Instant),
    stop: &FitStop,
    tell: &mut (dyn FnMut(usize) + Send),
) -> Result<Replayed, JobError> {
    let info = held.info();
    let Some(since) = since(store, held, options, &computed).await? else {
        let (sequence, digest) = (info.sequence, info.data_digest.clone());
        return Ok(Replayed::Exact(computed, DataState { sequence, digest }));
    };
    tell(since.touched.len());
    let Since { live, touched, data } = since;
    let (parameters, threads, pairs) = (options.parameters, options.threads, computed.pairs);
    let mut work = spawn_blocking(move || {
        in_pool(threads, || {
            let mut live = live;
            live.attach_behind(parameters, computed.index, &touched).map_err(|e| e.to_string())?;
            let index = live.detach(parameters.side()).map(|live| live.to_index());
            let index = index.ok_or("no lists")?;
            Ok(Computed::new(live.matrix(), &parameters, index, pairs))
        })
    });
    loop {
        let ended = tokio::select! {
            ended = tokio::time::timeout(HEARTBEAT, &mut work) => ended,
            () = stop.asked() => return Ok(Replayed::Stopped),
        };
        if let Ok(ended) = ended {
            let found = ended.map_err(|panicked| panicked.to_string()).flatten();
            let failed = |found| JobError::Failed { job: info.id, found };
            return Ok(Replayed::Exact(found.map_err(failed)?, data));
        }
        if heartbeat(held, progress, begun).await? == Orders::Cancel {
            return Ok(Replayed::Cancelled);
        }
    }
}

/// What came since; `None` if nothing did, or it is nothing that lists can be patched by.
async fn since(
    store: &Store,
    held: &HeldJob,
    options: &FitOptions,
    computed: &Computed,
) -> Result<Option<Since>, JobError> {
    let (from, side) = (held.info().sequence, options.parameters.side());
    if options.parameters.similarity().is_global() || store.sequence().await? == from {
        return Ok(None);
    }
    let Changes::Single(mut changes) = store.changes_since(from, usize::MAX).await? else {
        return Ok(None);
    };
    if !are_few(touched(&changes, side).len(), computed.index.rows()) {
        return Ok(None);
    }
    let (matrix, data) = store.matrix_and_state().await?;
    match store.changes_since(from, usize::MAX).await? {
        Changes::Single(now) => changes = now,
        Changes::Unfollowable => return Ok(None),
    }
    changes.retain(|change| change.sequence <= data.sequence);
    Ok(Some(Since { live: Live::new(matrix), touched: touched(&changes, side), data }))
}
