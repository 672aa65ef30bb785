//! Each kernel on one tile at several densities: computes the sums of all pairs without keeping results.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use likemind::all_pairs::Kernel;
use likemind::{AllPairs, ModelOptions, Side};
use likemind_bench::{SEED, criterion, matrix};
use likemind_data::Shape;

const USERS: usize = 4096;
const ITEMS: usize = 4000;
/// Densities, in ratings per thousand cells.
const PER_MILLE: [usize; 4] = [5, 20, 80, 300];

fn kernels(criterion: &mut Criterion) {
    for per_mille in PER_MILLE {
        let ratings = USERS * ITEMS * per_mille / 1000;
        let shape = Shape { users: USERS, items: ITEMS, ratings, seed: SEED };
        let matrix = matrix(&shape).expect("generated ratings");
        let model = ModelOptions::new(Side::Users).check().expect("valid defaults");
        let mut group = criterion.benchmark_group(format!("kernels_{per_mille}_per_mille"));
        for kernel in Kernel::available() {
            let all_pairs = AllPairs::with_kernel(&matrix, model, Some(kernel));
            let tile = &all_pairs.tiles()[all_pairs.tiles().len() / 2];
            group.throughput(Throughput::Elements(tile.pairs()));
            let id = BenchmarkId::new(kernel.name(), format!("{}-pairs", tile.pairs()));
            group
                .bench_function(id, |bencher| bencher.iter(|| all_pairs.compute_and_discard(tile)));
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = criterion();
    targets = kernels
}
criterion_main!(benches);
