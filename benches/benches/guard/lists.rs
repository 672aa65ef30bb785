//! Neighbour lists: the filter, the selection of the k nearest, and the whole all-pairs step.

use likemind::{
    AllPairs, ModelOptions, ModelParameters, Neighbour, NeighbourIndex, RatingMatrix, RowIdx, Side,
    Similarities, SimilarityOptions, Unobserved, Weighting,
};
use likemind_bench::{Guard, SEED, matrix};
use likemind_data::Shape;

/// Number of neighbours per list.
const K: usize = 10;

/// Equivalent to no weighting, as min(n, γ)/γ is 1 for every overlap n. But the filter does not
/// support such a small γ, and lets all pairs pass.
const UNFILTERED: Weighting = Weighting::Herlocker(1e-7);

pub(super) fn compare(guard: &mut Guard) -> anyhow::Result<()> {
    let matrix = matrix(&Shape::named("ml-100k", 1.0, SEED)?)?;
    let side = Side::Users;
    let filtered = model(side, K, Weighting::None)?;
    let unfiltered = model(side, K, UNFILTERED)?;
    let everything = model(side, matrix.rows(side).len(), UNFILTERED)?;
    guard.compare("filter-vs-no-filter", || run(&matrix, filtered), || run(&matrix, unfiltered))?;
    guard.compare(
        "top-k-vs-sorting-all",
        || lists_of(&run(&matrix, unfiltered)),
        || lists_of(&run(&matrix, everything)),
    )?;
    guard.compare(
        "all-pairs-vs-row-by-row",
        || lists_of(&run(&matrix, filtered)),
        || row_by_row(&matrix, filtered),
    )
}

fn model(side: Side, k: usize, weighting: Weighting) -> anyhow::Result<ModelParameters> {
    let similarity = SimilarityOptions::default().with_weighting(weighting);
    Ok(ModelOptions::new(side).with_k(k).with_similarity(similarity).check()?)
}

fn run(matrix: &RatingMatrix, model: ModelParameters) -> NeighbourIndex {
    AllPairs::new(matrix, model).run(&Unobserved).expect("never cancelled")
}

/// The first [`K`] of every list.
fn lists_of(index: &NeighbourIndex) -> Vec<Vec<Neighbour>> {
    index.lists().map(|list| list[..list.len().min(K)].to_vec()).collect()
}

/// Sorts and truncates the similarities of each row to all others.
fn row_by_row(matrix: &RatingMatrix, model: ModelParameters) -> Vec<Vec<Neighbour>> {
    let similarities = Similarities::new(matrix, model.side(), model.similarity());
    let list = |row| {
        let kept = similarities.row(row).into_iter().filter(|other| model.keeps(other.similarity));
        let mut list: Vec<Neighbour> = kept.collect();
        list.sort_unstable_by(Neighbour::rank_order);
        list.truncate(model.k());
        list
    };
    RowIdx::first(similarities.rows()).map(list).collect()
}
