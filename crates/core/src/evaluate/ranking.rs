//! Quality of top-N recommendation lists.

use super::Evaluation;
use crate::ids::{DenseIdx, ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::model::{Model, SessionError};
use crate::profile::Profile;
use crate::rank::TopN;
use crate::side::Side;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};

/// Ranking metrics, averaged over all users with a relevant held-out item. By default every
/// held-out item is relevant; see [`Evaluation::relevant_from`]. All metrics are in 0..=1; without
/// users the averages are NaN.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankingQuality {
    /// N, the length of the lists.
    pub at: usize,
    /// Share of users with a relevant item in their list.
    pub hit_rate: f64,
    /// Number of relevant items in the list / N.
    pub precision: f64,
    /// Number of relevant items in the list / number of relevant items.
    pub recall: f64,
    /// Normalised discounted cumulative gain: Σ 1/log2(rank + 1) over the ranks of relevant items,
    /// divided by the same sum for the ideal list.
    pub ndcg: f64,
    /// Mean average precision: Σ precision at the ranks of relevant items / min(N, number of
    /// relevant items).
    pub map: f64,
    /// Share of all rated items that appear in at least one list.
    pub coverage: f64,
    /// Number of users.
    pub users: usize,
}

/// The metrics of one user before normalisation.
#[derive(Clone, Copy, Default)]
struct Figures {
    hits: usize,
    relevant: usize,
    gain: f64,
    precision_sum: f64,
}

pub(super) fn ranking_quality(
    evaluation: &Evaluation<'_>,
    model: &dyn Model,
    n: usize,
) -> Result<RankingQuality, SessionError> {
    let relevant_items = relevant_items(evaluation);
    let users: Vec<_> = relevant_items.chunk_by(|a, b| a.0 == b.0).collect();
    let done = evaluation.counter();
    let listed = ListedItems::new(evaluation.matrix);
    let figures: Vec<Figures> = users
        .par_iter()
        .map(|relevant| {
            let person = Profile::from_user(evaluation.matrix, relevant[0].0);
            let ranked = model.session(&person)?.rank(TopN::new(n).without_terms());
            let items: Vec<ItemIdx> = ranked.into_iter().map(|ranked| ranked.item).collect();
            listed.add(&items);
            let relevant: FxHashSet<ItemIdx> = relevant.iter().map(|&(_, item)| item).collect();
            let figures = figures(&items, &relevant);
            done();
            Ok(figures)
        })
        .collect::<Result<_, SessionError>>()?;
    let coverage = listed.count() as f64 / rated_items(evaluation.matrix) as f64;
    Ok(summarise(&figures, n, coverage))
}

/// Whether each item appears in any list. Keeping the lists themselves could exhaust the memory.
struct ListedItems(Vec<AtomicBool>);

impl ListedItems {
    fn new(matrix: &RatingMatrix) -> Self {
        Self((0..matrix.items()).map(|_| AtomicBool::new(false)).collect())
    }

    fn add(&self, items: &[ItemIdx]) {
        let listed = items.iter().filter_map(|item| self.0.get(item.at()));
        listed.for_each(|listed| listed.store(true, Ordering::Relaxed));
    }

    fn count(&self) -> usize {
        self.0.iter().filter(|listed| listed.load(Ordering::Relaxed)).count()
    }
}

fn rated_items(matrix: &RatingMatrix) -> usize {
    let rows = matrix.rows(Side::Items);
    rows.indices().filter(|&item| rows.row_len(item) > 0).count()
}

/// Returns the relevant items of each user, sorted and without duplicates.
pub(super) fn relevant_items(evaluation: &Evaluation<'_>) -> Vec<(UserIdx, ItemIdx)> {
    let relevant = evaluation.test.iter().filter(|test| test.rating >= evaluation.relevant_from);
    let mut items: Vec<_> = relevant.map(|test| (test.user, test.item)).collect();
    items.sort_unstable();
    items.dedup();
    items
}

fn figures(items: &[ItemIdx], relevant: &FxHashSet<ItemIdx>) -> Figures {
    let mut figures = Figures { relevant: relevant.len(), ..Figures::default() };
    for (position, item) in items.iter().enumerate() {
        if relevant.contains(item) {
            figures.hits += 1;
            figures.gain += discount(position);
            figures.precision_sum += figures.hits as f64 / (position + 1) as f64;
        }
    }
    figures
}

/// Returns 1/log2(rank + 1), where rank = position + 1.
fn discount(position: usize) -> f64 {
    1.0 / ((position + 2) as f64).log2()
}

fn summarise(all: &[Figures], n: usize, coverage: f64) -> RankingQuality {
    let reachable = |figures: &Figures| figures.relevant.min(n).max(1);
    let ideal: Vec<f64> = (0..all.iter().map(reachable).max().unwrap_or(0))
        .scan(0.0, |sum, position| {
            *sum += discount(position);
            Some(*sum)
        })
        .collect();
    let users = all.len() as f64;
    let mean = |figure: &dyn Fn(&Figures) -> f64| all.iter().map(figure).sum::<f64>() / users;
    RankingQuality {
        at: n,
        hit_rate: mean(&|figures| f64::from(u8::from(figures.hits > 0))),
        precision: mean(&|figures| figures.hits as f64 / n.max(1) as f64),
        recall: mean(&|figures| figures.hits as f64 / figures.relevant.max(1) as f64),
        ndcg: mean(&|figures| match ideal.get(reachable(figures) - 1) {
            Some(ideal) => figures.gain / ideal,
            None => 0.0,
        }),
        map: mean(&|figures| figures.precision_sum / reachable(figures) as f64),
        coverage,
        users: all.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MeanModel, MeanOf, RatingScale, RatingTable, TestRating};

    #[test]
    fn metrics_follow_their_formulas() {
        let mut table = RatingTable::new();
        // Popularity for user a: x (3 raters), y (2), z (1).
        for (user, items) in [("a", "w"), ("b", "xyz"), ("c", "xy"), ("d", "x")] {
            for item in items.chars() {
                table.push(user, &item.to_string(), 3.0, None).unwrap();
            }
        }
        let item = |id: &str| table.items().get(id).unwrap();
        let of_a = |id| TestRating { user: UserIdx(0), item: item(id), rating: 1.0 };
        let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
        let model = MeanModel::new(matrix.clone(), MeanOf::User);
        let quality =
            Evaluation::on(&matrix, &[of_a("x"), of_a("z")]).ranking_quality(&model, 2).unwrap();
        assert_eq!((quality.users, quality.hit_rate), (1, 1.0));
        assert_eq!((quality.precision, quality.recall), (0.5, 0.5));
        assert_eq!((quality.map, quality.coverage), (0.5, 0.5));
        let ideal = 1.0 + 1.0 / 3.0_f64.log2();
        assert!((quality.ndcg - 1.0 / ideal).abs() < 1e-12);
        // Only three items can be listed: longer lists differ only in precision.
        let test = [of_a("x"), of_a("z")];
        let of = |n| Evaluation::on(&matrix, &test).ranking_quality(&model, n).unwrap();
        let (all, more) = (of(3), of(usize::MAX));
        assert_eq!((all.hit_rate, all.recall, all.coverage), (1.0, 1.0, 0.75));
        assert_eq!((more.recall, more.ndcg, more.map), (all.recall, all.ndcg, all.map));
    }
}
