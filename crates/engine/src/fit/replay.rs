//! Applying the ratings that arrived during a fit.

use super::HEARTBEAT;
use super::compute::ComputedLists;
use super::pool::in_pool;
use super::run::Run;
use likemind::{Live, ModelParameters, Reach, RowIdx};
use likemind_store::{DataState, HeartbeatResponse, JobError, ListsInfo};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The outcome of replaying.
pub(super) enum Replayed {
    /// Lists that are exact for these ratings: the current ones or, if the changes since cannot be
    /// replayed, the ones that the job started with.
    Exact(ComputedLists, DataState),
    /// The fit was stopped.
    Stopped,
    /// The job was cancelled.
    Cancelled,
}

/// The changes to replay.
struct Since {
    live: Live,
    touched: Vec<RowIdx>,
    data: DataState,
}

impl Run<'_> {
    /// Applies the ratings that arrived since the job started, sending heartbeats meanwhile. If there
    /// are any, `tell` is called first, with the number of affected rows.
    pub(super) async fn replay(
        &self,
        parameters: ModelParameters,
        computed: ComputedLists,
        tell: &mut (dyn FnMut(usize) + Send),
    ) -> Result<Replayed, JobError> {
        let Some(since) = self.since(parameters, computed.index.rows()).await? else {
            return Ok(Replayed::Exact(computed, self.first_data()));
        };
        tell(since.touched.len());
        let Since { live, touched, data } = since;
        let (threads, pairs) = (self.options.threads, computed.pairs);
        let mut work = spawn_blocking(move || {
            in_pool(threads, || {
                let mut live = live;
                live.attach_outdated(parameters, computed.index, &touched)
                    .map_err(|e| e.to_string())?;
                let index =
                    live.detach(parameters.side()).map(|live| live.lists().to_index_with_spare());
                let index = index.ok_or("no lists")?;
                let has_neighbours = |row| !index.list(row).is_empty();
                let reach = Reach::new(live.matrix(), &parameters, has_neighbours);
                Ok(ComputedLists::new(&parameters, index, pairs, reach))
            })
        });
        loop {
            let ended = tokio::select! {
                ended = timeout(HEARTBEAT, &mut work) => ended,
                () = self.stop.asked() => return Ok(Replayed::Stopped),
            };
            if let Ok(ended) = ended {
                let found = ended.map_err(|panicked| panicked.to_string()).flatten();
                let failed = |found| JobError::Failed { job: self.held.info().id, found };
                return Ok(Replayed::Exact(found.map_err(failed)?, data));
            }
            if self.heartbeat().await? == HeartbeatResponse::Cancel {
                return Ok(Replayed::Cancelled);
            }
        }
    }

    /// The changes since the job started, for a model of `rows` rows; `None` if there are none, or if
    /// lists cannot be patched by them.
    async fn since(
        &self,
        parameters: ModelParameters,
        rows: usize,
    ) -> Result<Option<Since>, JobError> {
        let store = self.store;
        let lists =
            ListsInfo { parameters, rows: rows as u64, sequence: self.held.info().sequence };
        let now = store.sequence().await?;
        // Checked first, because reading the ratings may turn out unnecessary.
        if now == lists.sequence || store.outdated_rows(&lists, now).await?.is_none() {
            return Ok(None);
        }
        let (matrix, data) = store.matrix_and_state().await?;
        let touched = store.outdated_rows(&lists, data.sequence).await?;
        Ok(touched.map(|touched| Since { live: Live::new(matrix), touched, data }))
    }
}
