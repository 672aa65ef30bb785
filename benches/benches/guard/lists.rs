//! What keeps the k nearest of all pairs: the filter, the selection, and the whole of it.

use likemind::{
    AllPairs, ModelOptions, ModelParameters, Neighbour, NeighbourIndex, RatingMatrix, RowIdx, Side,
    Similarities, SimilarityOptions, Unobserved, Weighting,
};
use likemind_bench::{Guard, SEED, matrix};
use likemind_data::Shape;

/// How many neighbours are kept.
const K: usize = 10;

/// The same as no weighting, × min(n, γ)/γ being × 1 for every overlap n; but the filter does not
/// look into a weighting with so small a γ, and lets all pairs pass.
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
    AllPairs::new(matrix, model).run(&Unobserved).expect("nobody cancels")
}

/// The first [`K`] of every list.
fn lists_of(index: &NeighbourIndex) -> Vec<Vec<Neighbour>> {
    index.lists().map(|list| list[..list.len().min(K)].to_vec()).collect()
}

/// Every row's similarities to all others, sorted and cut.
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
