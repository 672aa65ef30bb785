//! Ratings that wait to be written. All that wait at the same time are written in one transaction, since
//! flushing the disk takes longer than anything else.

use super::LiveStore;
use likemind_store::{Change, RateError, Rated, RatingChange};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot::{Receiver, Sender, channel};

/// Maximum number of ratings per transaction. The first one waits until the last is in memory.
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

    fn answer(self, answer: Answer) {
        // The caller may have gone.
        let _ = self.answer.send(answer);
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
        let requests = self.0.waiting.take();
        if requests.is_empty() {
            return;
        }
        let changes: Vec<RatingChange<'_>> = requests.iter().map(Request::change).collect();
        let t0 = std::time::Instant::now();
        let result = self.0.store.rate_many(&changes).await;
        let t1 = t0.elapsed();
        match result {
            Ok(rated) => {
                let n = rated.len();
                for (request, rated) in requests.into_iter().zip(rated) {
                    request.answer(self.applied(rated).await);
                }
                eprintln!("T {n} {:.2} {:.2}", t1.as_secs_f64()*1e3, (t0.elapsed()-t1).as_secs_f64()*1e3);
            }
            Err(RateError::Store(error)) => {
                requests.into_iter().for_each(|request| request.answer(Err(error.clone().into())));
            }
            // One of them is refused, and none was made.
            Err(_) => {
                for request in requests {
                    let rated = self.0.store.rate(&request.user, &request.item, request.change);
                    let answer = match rated.await {
                        Ok(rated) => self.applied(rated).await,
                        Err(error) => Err(error),
                    };
                    request.answer(answer);
                }
            }
        }
    }

    /// Applies a rating that was written.
    async fn applied(&self, rated: Rated) -> Answer {
        self.apply_own(std::slice::from_ref(&rated)).await?;
        Ok(rated)
    }
}
