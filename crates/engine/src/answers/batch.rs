//! Recommendations to many people.

use super::{RecommendationRequest, Recommendations, recommend};
use crate::choice::AnsweringModel;
use crate::error::AnswerError;
use crate::progress::{Step, StepProgress};
use likemind::Profile;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// A person in a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Person<'a> {
    /// The id, which names the person in the results.
    pub id: &'a str,
    /// The ratings.
    pub profile: Profile,
}

/// Number of people whose lists are computed at a time.
const PEOPLE: usize = 1024;

/// Number of recommendations that are held at a time, unless the lists of a few people are longer.
const ROWS: usize = 1 << 18;

/// Recommends items to many people, in their order. Each step of the iterator returns the ids and
/// lists of some people, computed in parallel on the current rayon thread pool. `tell` is called
/// from any of its threads, possibly out of order.
///
/// The iterator returns the errors of [`recommend`].
pub fn recommend_each<'p>(
    ranking: &AnsweringModel<'_>,
    predicting: &AnsweringModel<'_>,
    people: impl ExactSizeIterator<Item = Person<'p>>,
    request: &RecommendationRequest<'_>,
    tell: &(dyn Fn(StepProgress) + Sync),
) -> impl Iterator<Item = Result<Vec<(&'p str, Recommendations)>, AnswerError>> {
    let (total, done) = (people.len() as u64, AtomicU64::new(0));
    let at_a_time = (ROWS / request.n.max(1)).clamp(1, PEOPLE);
    let mut people = people.fuse();
    let of_person = move |Person { id, profile }: Person<'p>| {
        let list = recommend(ranking, predicting, &profile, request)?;
        let done = 1 + done.fetch_add(1, Ordering::Relaxed);
        tell(StepProgress::new(Step::Ranking, done, total));
        Ok((id, list))
    };
    std::iter::from_fn(move || {
        let next: Vec<_> = people.by_ref().take(at_a_time).collect();
        let lists = |next: Vec<_>| next.into_par_iter().map(&of_person).collect();
        (!next.is_empty()).then(|| lists(next))
    })
}
