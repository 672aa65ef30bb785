//! Lists of recommendations: the ranking, with predictions and their limit.

use super::Session;
use crate::ids::ItemIdx;
use crate::rank::{PredictionLimit, Ranked, Recommendation, TopN};
use rustc_hash::FxHashMap;

/// Number of ranked items for each requested one, and the minimum, among which those with high
/// predictions are preferred. Items further down suit the person less than one of the first whose
/// prediction is low.
const PREFERRED_AMONG: usize = 10;
const PREFERRED_AMONG_AT_LEAST: usize = 100;

pub(super) fn recommend(session: &(impl Session + ?Sized), top: TopN<'_>) -> Vec<Recommendation> {
    match top.limit() {
        None => with_predictions(session, session.rank(top)),
        Some(limit) if top.has_terms() => {
            with_terms(session, top, within(session, top.without_terms(), limit))
        }
        Some(limit) => within(session, top, limit),
    }
}

/// Returns the first items whose predictions the limit allows; the others follow if they may fill
/// up the list.
fn within(
    session: &(impl Session + ?Sized),
    top: TopN<'_>,
    limit: PredictionLimit,
) -> Vec<Recommendation> {
    let n = top.n();
    let length = if limit.fills_up {
        n.saturating_mul(PREFERRED_AMONG).max(PREFERRED_AMONG_AT_LEAST)
    } else {
        usize::MAX
    };
    let mut ranking = session.rank(top.with_n(length)).into_iter().peekable();
    let (mut list, mut others) = (Vec::new(), Vec::new());
    // Few predictions are usually enough. Each step predicts as many as all before.
    let mut step = n;
    while list.len() < n && ranking.peek().is_some() {
        let next = with_predictions(session, ranking.by_ref().take(step).collect());
        let (allowed, low): (Vec<_>, Vec<_>) =
            next.into_iter().partition(|one| limit.allows(one.prediction.rating));
        list.extend(allowed);
        others.extend(low);
        step = n.max(list.len() + others.len());
    }
    if limit.fills_up {
        list.append(&mut others);
    }
    list.truncate(n);
    list
}

/// Predicts the rating of each item.
fn with_predictions(session: &(impl Session + ?Sized), ranked: Vec<Ranked>) -> Vec<Recommendation> {
    let items: Vec<ItemIdx> = ranked.iter().map(|ranked| ranked.item).collect();
    let predictions = session.predict_items(&items);
    let joined = |(ranked, prediction)| Recommendation { ranked, prediction };
    ranked.into_iter().zip(predictions).map(joined).collect()
}

/// Adds the terms of the scores.
fn with_terms(
    session: &(impl Session + ?Sized),
    top: TopN<'_>,
    mut list: Vec<Recommendation>,
) -> Vec<Recommendation> {
    let places: FxHashMap<ItemIdx, usize> =
        list.iter().enumerate().map(|(place, one)| (one.ranked.item, place)).collect();
    let is_listed = |item: ItemIdx| places.contains_key(&item);
    for ranked in session.rank(top.among(&is_listed)) {
        if let Some(&place) = places.get(&ranked.item) {
            list[place].ranked = ranked;
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::{Prediction, Source};

    /// Ranks 500 items by their index; those in the list are predicted high.
    struct Ranking(&'static [u32]);

    impl Session for Ranking {
        fn predict(&self, item: ItemIdx) -> Prediction {
            let rating = if self.0.contains(&item.0) { 5.0 } else { 1.0 };
            Prediction {
                rating,
                score: rating,
                base: rating,
                terms: vec![],
                raters: 0,
                source: Source::ItemMean,
                confidence: None,
                interval: None,
            }
        }

        fn rank(&self, top: TopN<'_>) -> Vec<Ranked> {
            let ranked = |item| Ranked {
                item,
                score: -f64::from(item.0),
                base: -f64::from(item.0),
                terms: vec![],
                source: Source::Popularity,
            };
            let items = (0..500).map(ItemIdx).filter(|&item| top.allows(item));
            items.take(top.n()).map(ranked).collect()
        }
    }

    fn items(high: &'static [u32], top: TopN<'_>) -> Vec<u32> {
        let list = Ranking(high).recommend(top);
        list.iter().map(|one| one.ranked.item.0).collect()
    }

    #[test]
    fn high_predictions_are_preferred_among_the_best_only() {
        let preferring = |n| TopN::new(n).preferably_predicted_at_least(3.0);
        assert_eq!(items(&[7, 99, 100, 450], preferring(4)), [7, 99, 0, 1]);
        assert_eq!(items(&[7, 99, 119, 120], preferring(12))[..4], [7, 99, 119, 0]);
        assert_eq!(items(&[2, 1], preferring(2)), [1, 2]);
        let is_odd = |item: ItemIdx| item.0 % 2 == 1;
        assert_eq!(items(&[2, 9], preferring(2).among(&is_odd)), [9, 1]);
        let strict = TopN::new(4).predicted_at_least(3.0);
        assert_eq!(items(&[7, 99, 100, 450], strict), [7, 99, 100, 450]);
        assert_eq!(items(&[450], strict.without_terms()), [450]);
        assert_eq!(items(&[450], preferring(0)), [0; 0]);
    }
}
