//! The all-pairs step. The example `all_pairs` measures larger shapes and whole jobs.

use criterion::{
    BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use likemind::{RatingMatrix, Side};
use likemind_bench::{SEED, SIDES, criterion, matrix, neighbours, size};
use likemind_data::Shape;

/// Shapes, and the sample size of each.
const SHAPES: [(&str, usize); 2] = [("ml-100k", 20), ("ml-1m", 10)];

fn all_pairs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("all_pairs");
    group.sampling_mode(SamplingMode::Flat);
    for (name, samples) in SHAPES {
        let shape = Shape::named(name, 1.0, SEED).expect("a known shape");
        let matrix = matrix(&shape).expect("generated ratings");
        group.sample_size(samples);
        for side in SIDES {
            group.throughput(Throughput::Elements(pairs(&matrix, side)));
            group.bench_function(BenchmarkId::new(side.name(), size(&matrix)), |bencher| {
                bencher.iter(|| neighbours(&matrix, side).expect("valid defaults"));
            });
        }
    }
    group.finish();
}

fn pairs(matrix: &RatingMatrix, side: Side) -> u64 {
    let rows = matrix.rows(side).len() as u64;
    rows * rows.saturating_sub(1) / 2
}

criterion_group! {
    name = benches;
    config = criterion();
    targets = all_pairs
}
criterion_main!(benches);
