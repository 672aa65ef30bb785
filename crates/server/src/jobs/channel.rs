//! Broadcasting the progress of a job to any number of listeners at the cost of one.

use super::{JobView, Jobs};
use bytes::Bytes;
use likemind_store::{JobError, JobId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Interval between frames of a job with few listeners.
const INTERVAL: Duration = Duration::from_millis(500);
/// Number of listeners above which the interval grows, so that they take little time from the job.
const FEW: usize = 250;
/// Maximum interval.
const MAXIMUM_INTERVAL: Duration = Duration::from_secs(5);

/// The state of a job, serialised once for all listeners.
#[derive(Debug)]
pub(crate) struct Frame {
    /// A server-sent event with the job.
    pub(crate) event: Bytes,
    /// The last event, if the job has ended.
    pub(crate) end: Option<Bytes>,
}

impl Frame {
    fn new(view: &JobView) -> Self {
        let data = serde_json::to_string(view).unwrap_or_default();
        let event = |name: &str| Bytes::from(format!("event: {name}\ndata: {data}\n\n"));
        Self { event: event("job"), end: view.has_ended.then(|| event("end")) }
    }
}

/// The channels of jobs with listeners.
#[derive(Default)]
pub(super) struct Channels(Mutex<HashMap<i64, watch::Sender<Arc<Frame>>>>);

impl Channels {
    /// Subscribes to a channel that exists already.
    pub(super) fn join(&self, job: JobId) -> Option<watch::Receiver<Arc<Frame>>> {
        self.lock().get(&job.0).map(watch::Sender::subscribe)
    }

    /// Subscribes to a job. The first subscription creates the channel, and a task that polls the job.
    pub(super) fn subscribe(&self, jobs: &Jobs, first: &JobView) -> watch::Receiver<Arc<Frame>> {
        let mut channels = self.lock();
        if let Some(channel) = channels.get(&first.job) {
            return channel.subscribe();
        }
        let (sender, receiver) = watch::channel(Arc::new(Frame::new(first)));
        if !first.has_ended {
            channels.insert(first.job, sender.clone());
            tokio::spawn(broadcast(jobs.clone(), JobId(first.job), sender));
        }
        receiver
    }

    /// Removes a channel without listeners. Returns whether it did.
    fn remove_if_idle(&self, job: i64, sender: &watch::Sender<Arc<Frame>>) -> bool {
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

/// Broadcasts the state of a job until it ends, or there are no more listeners.
async fn broadcast(jobs: Jobs, id: JobId, sender: watch::Sender<Arc<Frame>>) {
    loop {
        let crowd = 1 + sender.receiver_count() / FEW;
        jobs.worker().pause((INTERVAL * crowd as u32).min(MAXIMUM_INTERVAL)).await;
        if jobs.channels().remove_if_idle(id.0, &sender) {
            return;
        }
        let view = match jobs.view(id).await {
            Ok(view) => view,
            // Its data set was replaced: the streams of the listeners end.
            Err(JobError::Unknown { .. }) => break,
            Err(error) => {
                tracing::warn!(job = %id, %error, "cannot read the state of a job");
                continue;
            }
        };
        let frame = Frame::new(&view);
        if frame.event != sender.borrow().event {
            sender.send_replace(Arc::new(frame));
        }
        if view.has_ended {
            break;
        }
    }
    jobs.channels().lock().remove(&id.0);
}
