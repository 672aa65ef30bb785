//! Each kernel against merging each pair of rows, and against the next slower kernel.

use anyhow::ensure;
use likemind::all_pairs::Kernel;
use likemind::matrix::Rows;
use likemind::sums::{CoRatedSums, levels_of};
use likemind::{
    AllPairs, DenseIdx, ModelOptions, ModelParameters, Neighbour, NeighbourIndex, RatingMatrix,
    RowIdx, Side, Unobserved,
};
use likemind_bench::{Guard, SEED, matrix};
use likemind_data::Shape;

/// All kernels, including those that this machine does not support.
const NAMES: [&str; 4] = ["avx512", "avx2", "portable", "sparse"];

/// Ratings of a given density, and the pairs of kernels to compare on them.
struct Setting {
    name: &'static str,
    users: usize,
    items: usize,
    ratings: usize,
    against: &'static [(&'static str, &'static str)],
}

const SETTINGS: [Setting; 3] = [
    Setting {
        name: "dense",
        users: 320,
        items: 1000,
        ratings: 96_000,
        against: &[("avx512", "avx2"), ("avx2", "portable"), ("portable", "sparse")],
    },
    Setting {
        name: "thin",
        users: 640,
        items: 4000,
        ratings: 12_800,
        against: &[("avx512", "avx2"), ("avx2", "portable")],
    },
    Setting {
        name: "scattered",
        users: 1280,
        items: 40_000,
        ratings: 12_800,
        against: &[("sparse", "portable")],
    },
];

pub(super) fn compare(guard: &mut Guard) -> anyhow::Result<()> {
    for setting in SETTINGS {
        let Setting { users, items, ratings, .. } = setting;
        let matrix = matrix(&Shape { users, items, ratings, seed: SEED })?;
        let model = ModelOptions::new(Side::Users).check()?;
        check(&matrix, model)?;
        compare_with_merging(guard, setting.name, (&matrix, model))?;
        for names in setting.against {
            let title = format!("{}-{}-vs-{}", setting.name, names.0, names.1);
            compare_two(guard, &title, *names, (&matrix, model))?;
        }
    }
    Ok(())
}

/// Checks the results of all kernels against the reference, as [`AllPairs::rehearse`], which is
/// measured, returns nothing.
fn check(matrix: &RatingMatrix, model: ModelParameters) -> anyhow::Result<()> {
    let reference = by_merging(matrix, model)?;
    for kernel in Kernel::available() {
        ensure!(NAMES.contains(&kernel.name()), "kernel {kernel} has no comparisons");
        let index = AllPairs::with_kernel(matrix, model, Some(kernel)).run(&Unobserved)?;
        ensure!(index == reference, "{kernel} differs from the reference");
    }
    Ok(())
}

fn compare_with_merging(
    guard: &mut Guard,
    setting: &str,
    (matrix, model): (&RatingMatrix, ModelParameters),
) -> anyhow::Result<()> {
    let rows = matrix.rows(Side::Users);
    for name in NAMES {
        let title = format!("{setting}-{name}-vs-merge");
        match Kernel::from_name(name) {
            Ok(kernel) => {
                let hot = AllPairs::with_kernel(matrix, model, Some(kernel));
                guard.compare(&title, || sum_by(&hot), || sum_by_merging(rows))?;
            }
            Err(_) => guard.skip(&title),
        }
    }
    Ok(())
}

fn compare_two(
    guard: &mut Guard,
    title: &str,
    (hot, counterpart): (&str, &str),
    (matrix, model): (&RatingMatrix, ModelParameters),
) -> anyhow::Result<()> {
    let (Ok(hot), Ok(counterpart)) = (Kernel::from_name(hot), Kernel::from_name(counterpart))
    else {
        guard.skip(title);
        return Ok(());
    };
    let by = |kernel| AllPairs::with_kernel(matrix, model, Some(kernel));
    let (hot, counterpart) = (by(hot), by(counterpart));
    guard.compare(title, || sum_by(&hot), || sum_by(&counterpart))
}

/// Computes the sums of all pairs with a kernel, without keeping results.
fn sum_by(all_pairs: &AllPairs<'_>) {
    for tile in all_pairs.tiles() {
        all_pairs.compute_and_discard(tile);
    }
}

/// Computes the sums of all pairs by merging, without keeping results.
fn sum_by_merging(rows: &Rows) {
    for (a, b) in pairs(rows) {
        std::hint::black_box(merge(rows, a, b));
    }
}

fn pairs(rows: &Rows) -> impl Iterator<Item = (RowIdx, RowIdx)> + use<> {
    let all = rows.indices();
    all.clone().flat_map(move |a| all.clone().skip(a.at() + 1).map(move |b| (a, b)))
}

fn merge(rows: &Rows, a: RowIdx, b: RowIdx) -> CoRatedSums {
    CoRatedSums::merge(levels_of(rows.row(a)), levels_of(rows.row(b)))
}

/// The neighbour lists computed from the merged sums.
fn by_merging(matrix: &RatingMatrix, model: ModelParameters) -> anyhow::Result<NeighbourIndex> {
    let rows = matrix.rows(Side::Users);
    let options = *model.similarity().options();
    let mut lists = vec![Vec::new(); rows.len()];
    for (a, b) in pairs(rows) {
        let sums = merge(rows, a, b);
        let raw = sums.pcs().filter(|_| sums.n >= options.min_overlap);
        let weighted = raw.map(|raw| options.weighting.apply(raw, sums.n, matrix.items()));
        if let Some(similarity) = weighted.filter(|&similarity| model.keeps(similarity)) {
            let neighbour = |index| Neighbour { index, overlap: sums.n, similarity };
            lists[a.at()].push(neighbour(b));
            lists[b.at()].push(neighbour(a));
        }
    }
    for list in &mut lists {
        list.sort_unstable_by(Neighbour::rank_order);
        list.truncate(model.k());
    }
    Ok(NeighbourIndex::from_lists(Side::Users, lists)?)
}
