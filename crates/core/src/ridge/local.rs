//! Weights for the items that are not among the head's.

use super::gram::Gram;
use super::options::RidgeOptions;
use crate::all_pairs::Cancelled;
use crate::csr::Offsets;
use crate::ids::{DenseIdx, ItemIdx};
use crate::span::Span;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The weight of a rating of one of the head's items for another item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LocalWeight {
    pub(super) item: ItemIdx,
    pub(super) weight: f32,
}

/// The weights of the head's items for the other ones, by place and ascending by item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Rows", into = "Rows")]
pub(super) struct LocalWeights {
    offsets: Offsets,
    entries: Vec<LocalWeight>,
}

impl LocalWeights {
    pub(super) fn of(
        gram: &Gram<'_>,
        items: &[ItemIdx],
        options: &RidgeOptions,
        span: Span<'_>,
    ) -> Result<Self, Cancelled> {
        let places = gram.head().len();
        let counted = span.counted(items.len());
        let of_item = |sums: &mut Vec<f64>, item: &ItemIdx| {
            counted.run(|| {
                sums.fill(0.0);
                gram.add_products(*item, sums);
                regress(gram, sums, options)
            })
        };
        let by_item = items.par_iter().map_init(|| vec![0.0; places], of_item);
        let by_item: Vec<Vec<(u32, f32)>> = by_item.collect::<Option<_>>().ok_or(Cancelled)?;
        let all = by_item.iter().flatten().map(|&(place, _)| place);
        let offsets = Offsets::counting(places, all);
        let mut next: Vec<usize> = (0..places).map(|place| offsets.range(place).start).collect();
        let mut entries = vec![LocalWeight { item: ItemIdx(0), weight: 0.0 }; offsets.total()];
        for (&item, weights) in items.iter().zip(&by_item) {
            for &(place, weight) in weights {
                let next = &mut next[place as usize];
                entries[*next] = LocalWeight { item, weight };
                *next += 1;
            }
        }
        Ok(Self { offsets, entries })
    }

    /// Returns the weights of a rating of the item at `place` for other items.
    pub(super) fn row(&self, place: usize) -> &[LocalWeight] {
        &self.entries[self.offsets.range(place)]
    }

    /// Whether they are those of `places` items for others of `of_items`.
    pub(super) fn are_of(&self, places: usize, of_items: usize) -> bool {
        let row_is_valid = |place| {
            let row = self.row(place);
            let are_known = row.iter().all(|entry| entry.item.at() < of_items);
            are_known
                && row.iter().all(|entry| entry.weight.is_finite())
                && row.is_sorted_by(|a, b| a.item < b.item)
        };
        self.offsets.len() == places && (0..places).all(row_is_valid)
    }

    /// Returns the weight of a rating of the item at `place` for another one.
    pub(super) fn weight(&self, place: usize, item: ItemIdx) -> Option<f64> {
        let row = self.row(place);
        let position = row.binary_search_by_key(&item, |entry| entry.item).ok()?;
        Some(row[position].weight.into())
    }
}

/// The stored form: for each place the indices of items, with their weights.
type Rows = Vec<Vec<(u32, f32)>>;

impl From<LocalWeights> for Rows {
    fn from(weights: LocalWeights) -> Self {
        let pair = |entry: &LocalWeight| (entry.item.0, entry.weight);
        let row = |place| weights.row(place).iter().map(pair).collect();
        (0..weights.offsets.len()).map(row).collect()
    }
}

impl From<Rows> for LocalWeights {
    fn from(rows: Rows) -> Self {
        let offsets = Offsets::from_lengths(rows.iter().map(Vec::len));
        let entry = |(item, weight)| LocalWeight { item: ItemIdx(item), weight };
        Self { offsets, entries: rows.into_iter().flatten().map(entry).collect() }
    }
}

/// Regresses an item on the nearest ones of the head. `products` are its G_ij, by place.
fn regress(gram: &Gram<'_>, products: &[f64], options: &RidgeOptions) -> Vec<(u32, f32)> {
    let places = nearest(gram, products, options.nearest);
    let mut weights: Vec<f64> = places.iter().map(|&place| products[place]).collect();
    gram.factorise(&places, options.ridge).solve(&mut weights);
    places.iter().zip(weights).map(|(&place, weight)| (place as u32, weight as f32)).collect()
}

/// Returns the places of at most `count` items with the largest cosines, in ascending order. Of
/// equal cosines the first places win.
fn nearest(gram: &Gram<'_>, products: &[f64], count: usize) -> Vec<usize> {
    let cosine = |place: usize| products[place] / gram.get(place, place).sqrt();
    let known = products.iter().enumerate().filter(|&(_, &product)| product > 0.0);
    let mut found: Vec<(f64, usize)> = known.map(|(place, _)| (cosine(place), place)).collect();
    if found.len() > count {
        let by_cosine =
            |a: &(f64, usize), b: &(f64, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        found.select_nth_unstable_by(count, by_cosine);
        found.truncate(count);
    }
    let mut places: Vec<usize> = found.into_iter().map(|(_, place)| place).collect();
    places.sort_unstable();
    places
}
