//! Recommendations with their reasons.

use crate::naming::Naming;
use likemind::{ItemIdx, ItemInfo, Recommendation, RowIdx, Side, Source, Term};

/// An item that is recommended to a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommended<'n> {
    /// The item.
    pub item: ItemIdx,
    /// Its id.
    pub id: &'n str,
    /// Its title, year and genres, where known.
    pub info: &'n ItemInfo,
    /// The rating that the person is expected to give, on the scale.
    pub prediction: f64,
    /// What the list is sorted by: `base` + the contributions of the reasons.
    pub score: f64,
    /// What the item scores before any neighbour is asked.
    pub base: f64,
    /// Where the score comes from.
    pub source: Source,
    /// What each neighbour adds, largest contribution first, equal ones in the order in which they are
    /// summed; empty where the terms were not asked for.
    pub reasons: Vec<Reason<'n>>,
}

/// What one neighbour adds to a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason<'n> {
    /// The id of a user who rated the item; by items, of an item that the person rated.
    pub neighbour: &'n str,
    /// What is known of the neighbour, if it is an item.
    pub info: Option<&'n ItemInfo>,
    /// How similar the neighbour is.
    pub similarity: f64,
    /// How many ratings the two have in common.
    pub overlap: u32,
    /// What the neighbour gave to the item; by items, what the person gave to the neighbour.
    pub rating: f64,
    /// What it adds to the score.
    pub contribution: f64,
}

impl<'n> Recommended<'n> {
    /// A recommendation by the neighbours of a side, with names.
    pub fn named(recommendation: Recommendation, side: Side, names: &'n impl Naming) -> Self {
        let Recommendation { ranked, prediction } = recommendation;
        Self {
            item: ranked.item,
            id: names.item(ranked.item),
            info: names.info(ranked.item),
            prediction: prediction.rating,
            score: ranked.score,
            base: ranked.base,
            source: ranked.source,
            reasons: reasons(ranked.terms, side, names),
        }
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

/// The rows that recommendations by the neighbours of a side name.
pub fn rows_in(list: &[Recommendation], side: Side) -> impl Iterator<Item = (Side, RowIdx)> {
    let items = list.iter().map(|one| (Side::Items, one.ranked.item.into()));
    let terms = list.iter().flat_map(|one| &one.ranked.terms);
    items.chain(terms.map(move |term| (side, term.neighbour)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use likemind::{Prediction, Ranked, UserIdx};

    /// Users and items by their numbers.
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

    fn recommendation() -> Recommendation {
        let term = |neighbour, contribution| Term {
            neighbour: RowIdx(neighbour),
            similarity: 0.5,
            overlap: 2,
            rating: 4.0,
            contribution,
        };
        Recommendation {
            ranked: Ranked {
                item: ItemIdx(3),
                score: 0.9,
                base: 0.1,
                terms: vec![term(1, 0.2), term(2, 0.4), term(0, 0.2)],
                source: Source::Neighbours,
            },
            prediction: Prediction {
                rating: 4.5,
                score: 4.5,
                base: 3.0,
                terms: vec![],
                raters: 3,
                source: Source::Neighbours,
                confidence: Some(0.5),
            },
        }
    }

    #[test]
    fn reasons_are_sorted_by_what_they_add_and_named_by_their_side() {
        let info = ItemInfo { title: Some("Heat".into()), ..ItemInfo::default() };
        let names = Numbers(["zero", "one", "two", "three"], info);
        for (side, title) in [(Side::Users, None), (Side::Items, Some("Heat"))] {
            let named = Recommended::named(recommendation(), side, &names);
            assert_eq!((named.id, named.prediction, named.score), ("three", 4.5, 0.9));
            let order: Vec<_> = named.reasons.iter().map(|reason| reason.neighbour).collect();
            assert_eq!(order, ["two", "one", "zero"], "equal ones in their order");
            let titles = named.reasons.iter().map(|reason| reason.info?.title.as_deref());
            assert!(titles.eq([title; 3]));
            let rows: Vec<_> = rows_in(&[recommendation()], side).map(|(_, row)| row.0).collect();
            assert_eq!(rows, [3, 1, 2, 0]);
        }
    }
}
