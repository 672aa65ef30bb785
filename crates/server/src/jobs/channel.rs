//! What a job is doing, told to any number of listeners at the cost of one.

use super::{JobView, Jobs};
use bytes::Bytes;
use likemind_store::{JobError, JobId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How often a job that somebody listens to is looked at.
const TICK: Duration = Duration::from_millis(500);
/// Of more listeners than this each hears less often, so that all together take little from the job.
const FEW: usize = 250;
/// But each hears at least this often.
const LONGEST_TICK: Duration = Duration::from_secs(5);

/// A job at one moment, written once for all listeners.
#[derive(Debug)]
pub(crate) struct Frame {
    /// A server-sent event with the job.
    pub(crate) event: Bytes,
    /// The last event, if the job is over.
    pub(crate) end: Option<Bytes>,
}

impl Frame {
    fn new(view: &JobView) -> Self {
        let data = serde_json::to_string(view).unwrap_or_default();
        let event = |name: &str| Bytes::from(format!("event: {name}\ndata: {data}\n\n"));
        Self { event: event("job"), end: view.is_over.then(|| event("end")) }
    }
}

/// The jobs that somebody listens to.
#[derive(Default)]
pub(super) struct Channels(Mutex<HashMap<i64, watch::Sender<Arc<Frame>>>>);

impl Channels {
    /// A listener more, where there are some.
    pub(super) fn join(&self, job: JobId) -> Option<watch::Receiver<Arc<Frame>>> {
        self.lock().get(&job.0).map(watch::Sender::subscribe)
    }

    /// A listener more, and a task that looks at the job if this is the first.
    pub(super) fn subscribe(&self, jobs: &Jobs, first: &JobView) -> watch::Receiver<Arc<Frame>> {
        let mut channels = self.lock();
        if let Some(channel) = channels.get(&first.job) {
            return channel.subscribe();
        }
        let (sender, receiver) = watch::channel(Arc::new(Frame::new(first)));
        if !first.is_over {
            channels.insert(first.job, sender.clone());
            tokio::spawn(tell(jobs.clone(), JobId(first.job), sender));
        }
        receiver
    }

    /// Ends a channel that nobody listens to any more.
    fn end_if_idle(&self, job: i64, sender: &watch::Sender<Arc<Frame>>) -> bool {
        let mut channels = self.lock();
        let is_idle = sender.receiver_count() == 0;
        if is_idle {
            channels.remove(&job);
        }
        is_idle
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, watch::Sender<Arc<Frame>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells of a job until it is over, or nobody listens.
async fn tell(jobs: Jobs, id: JobId, sender: watch::Sender<Arc<Frame>>) {
    loop {
        let crowd = 1 + sender.receiver_count() / FEW;
        jobs.worker().pause((TICK * crowd as u32).min(LONGEST_TICK)).await;
        if jobs.channels().end_if_idle(id.0, &sender) {
            return;
        }
        let view = match jobs.view(id).await {
            Ok(view) => view,
            // Gone with its data set: the listeners' streams end.
            Err(JobError::Unknown { .. }) => break,
            Err(error) => {
                tracing::warn!(job = %id, %error, "a job cannot be looked at");
                continue;
            }
        };
        let frame = Frame::new(&view);
        if frame.event != sender.borrow().event {
            sender.send_replace(Arc::new(frame));
        }
        if view.is_over {
            break;
        }
    }
    jobs.channels().lock().remove(&id.0);
}
