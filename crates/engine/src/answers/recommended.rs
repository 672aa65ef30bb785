//! Recommendations with their reasons.

use crate::naming::Naming;
use likemind::{ItemIdx, ItemInfo, Prediction, Ranked, Side, Source, Term};

/// A recommended item, with its names.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommended<'n> {
    /// The item.
    pub item: ItemIdx,
    /// Its id.
    pub id: &'n str,
    /// Its title, year and genres; empty if they are not known.
    pub info: &'n ItemInfo,
    /// The predicted rating, within the scale; `None` for counts.
    pub prediction: Option<f64>,
    /// The interval that contains the rating with a probability of 80 %; `None` unless item kriging
    /// predicts.
    pub interval: Option<[f64; 2]>,
    /// Whether the prediction is below the mean of the person's ratings; `None` if there is no
    /// mean.
    pub below_mean: Option<bool>,
    /// The score by which the list is sorted: `base` plus the contributions of the reasons.
    pub score: f64,
    /// The score without any neighbour.
    pub base: f64,
    /// The source of the score.
    pub source: Source,
    /// The contribution of each neighbour, in descending order; equal ones stay in the order in
    /// which they are summed. Empty if terms were not requested.
    pub reasons: Vec<Reason<'n>>,
}

/// The contribution of one neighbour to a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason<'n> {
    /// On the users' side, the id of a user who rated the item; on the items' side, that of an item
    /// that the person rated.
    pub neighbour: &'n str,
    /// Title, year and genres of the neighbour; `None` for users.
    pub info: Option<&'n ItemInfo>,
    /// The weighted similarity of the neighbour.
    pub similarity: f64,
    /// Number of co-rated columns.
    pub overlap: u32,
    /// On the users' side, the neighbour's rating of the item; on the items' side, the person's
    /// rating of the neighbour.
    pub rating: f64,
    /// What the neighbour adds to the score.
    pub contribution: f64,
}

/// Adds names to an item that is recommended by the neighbours of a side to a person with this mean.
pub(super) fn named(
    ranked: Ranked,
    prediction: Option<Prediction>,
    side: Side,
    mean: Option<f64>,
    names: &impl Naming,
) -> Recommended<'_> {
    let rating = prediction.as_ref().map(|prediction| prediction.rating);
    Recommended {
        item: ranked.item,
        id: names.item(ranked.item),
        info: names.info(ranked.item),
        prediction: rating,
        interval: prediction.and_then(|prediction| prediction.interval),
        below_mean: mean.zip(rating).map(|(mean, rating)| rating < mean),
        score: ranked.score,
        base: ranked.base,
        source: ranked.source,
        reasons: reasons(ranked.terms, side, names),
    }
}

fn reasons<N: Naming>(mut terms: Vec<Term>, side: Side, names: &N) -> Vec<Reason<'_>> {
    terms.sort_by(|a, b| b.contribution.total_cmp(&a.contribution));
    let reason = |term: Term| Reason {
        neighbour: names.row(side, term.neighbour),
        info: names.row_info(side, term.neighbour),
        similarity: term.similarity,
        overlap: term.overlap,
        rating: term.rating,
        contribution: term.contribution,
    };
    terms.into_iter().map(reason).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use likemind::{RowIdx, UserIdx};

    /// Names users and items by their index.
    struct Numbers([&'static str; 4], ItemInfo);

    impl Naming for Numbers {
        fn user(&self, user: UserIdx) -> &str {
            self.0[user.0 as usize]
        }
        fn item(&self, item: ItemIdx) -> &str {
            self.0[item.0 as usize]
        }
        fn info(&self, _: ItemIdx) -> &ItemInfo {
            &self.1
        }
    }

    fn ranked() -> Ranked {
        let term = |neighbour, contribution| Term {
            neighbour: RowIdx(neighbour),
            similarity: 0.5,
            overlap: 2,
            rating: 4.0,
            contribution,
        };
        Ranked {
            item: ItemIdx(3),
            score: 0.9,
            base: 0.1,
            terms: vec![term(1, 0.2), term(2, 0.4), term(0, 0.2)],
            source: Source::Neighbours,
        }
    }

    fn prediction() -> Option<Prediction> {
        Some(Prediction {
            rating: 4.5,
            score: 4.5,
            base: 3.0,
            terms: vec![],
            raters: 3,
            source: Source::Neighbours,
            confidence: Some(0.5),
            interval: Some([4.0, 5.0]),
        })
    }

    #[test]
    fn reasons_are_sorted_by_contribution_and_have_names_of_their_side() {
        let info = ItemInfo { title: Some("Heat".into()), ..ItemInfo::default() };
        let names = Numbers(["zero", "one", "two", "three"], info);
        for (side, title) in [(Side::Users, None), (Side::Items, Some("Heat"))] {
            let named = named(ranked(), prediction(), side, None, &names);
            assert_eq!((named.id, named.prediction, named.score), ("three", Some(4.5), 0.9));
            let order: Vec<_> = named.reasons.iter().map(|reason| reason.neighbour).collect();
            assert_eq!(order, ["two", "one", "zero"], "equal ones in their order");
            let titles = named.reasons.iter().map(|reason| reason.info?.title.as_deref());
            assert!(titles.eq([title; 3]));
        }
    }

    #[test]
    fn a_prediction_is_compared_with_the_mean() {
        let names = Numbers(["zero", "one", "two", "three"], ItemInfo::default());
        let below = |mean| named(ranked(), prediction(), Side::Users, mean, &names).below_mean;
        assert_eq!([None, Some(4.5), Some(4.6)].map(below), [None, Some(false), Some(true)]);
        let unpredicted = named(ranked(), None, Side::Users, Some(4.6), &names);
        let Recommended { prediction, interval, below_mean, .. } = unpredicted;
        assert_eq!((prediction, interval, below_mean), (None, None, None));
    }
}
