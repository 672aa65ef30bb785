//! Ratings that wait to be written. All that wait at the same time are written in one transaction, since
//! flushing the disk takes longer than anything else.

use super::LiveStore;
use likemind_store::{Change, RateError, Rated, RatingChange};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot::{Receiver, Sender, channel};

/// Maximum number of ratings per transaction. All wait until the last one is in memory.
const MAXIMUM_RATINGS: usize = 64;

/// The ratings that wait, oldest first.
#[derive(Default)]
pub(super) struct Waiting(Mutex<VecDeque<Request>>);

type Answer = Result<Rated, RateError>;

struct Request {
    user: String,
    item: String,
    change: Change,
    answer: Sender<Answer>,
}

impl Waiting {
    fn push(&self, user: &str, item: &str, change: Change) -> Receiver<Answer> {
        let (answer, receiver) = channel();
        let (user, item) = (user.to_owned(), item.to_owned());
        let request = Request { user, item, change, answer };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(request);
        receiver
    }

    /// Takes the oldest ratings, except those whose callers have gone.
    fn take(&self) -> Vec<Request> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|request| !request.answer.is_closed());
        let count = waiting.len().min(MAXIMUM_RATINGS);
        waiting.drain(..count).collect()
    }
}

impl Request {
    fn change(&self) -> RatingChange<'_> {
        RatingChange { user: &self.user, item: &self.item, change: self.change }
    }
}

impl LiveStore {
    /// Sets or removes a rating, like [`Store::rate`](likemind_store::Store::rate). The neighbours are
    /// exact when it returns. Concurrent calls share transactions.
    ///
    /// If the future is dropped, the rating may or may not be made.
    ///
    /// # Errors
    /// Those of [`rate_many`](Self::rate_many).
    pub async fn rate(&self, user: &str, item: &str, change: Change) -> Result<Rated, RateError> {
        loop {
            let mut answer = self.0.waiting.push(user, item, change);
            loop {
                tokio::select! {
                    biased;
                    answered = &mut answer => match answered {
                        Ok(answer) => return answer,
                        // The future that took the rating was dropped. It is made again; if it was
                        // made already, nothing changes.
                        Err(_) => break,
                    },
                    _changing = self.0.changing.lock() => self.write_waiting().await,
                }
            }
        }
    }

    /// Makes the ratings that have waited longest. The caller holds `changing`.
    async fn write_waiting(&self) {
        let mut batches = vec![self.0.waiting.take()];
        while let Some(mut batch) = batches.pop().filter(|batch| !batch.is_empty()) {
            let changes: Vec<RatingChange<'_>> = batch.iter().map(Request::change).collect();
            match self.make(&changes).await {
                Ok(rated) => answer_all(batch, rated.into_iter().map(Ok)),
                Err(RateError::Store(error)) => {
                    answer_all(batch, std::iter::repeat(error).map(|error| Err(error.into())));
                }
                // One of them is refused, so none was made: the halves without it will be.
                Err(_) if batch.len() > 1 => {
                    let later = batch.split_off(batch.len() / 2);
                    batches.extend([later, batch]);
                }
                Err(refused) => answer_all(batch, std::iter::once(Err(refused))),
            }
        }
    }
}

fn answer_all(batch: Vec<Request>, answers: impl Iterator<Item = Answer>) {
    for (request, answer) in batch.into_iter().zip(answers) {
        // The caller may have gone.
        let _ = request.answer.send(answer);
    }
}
