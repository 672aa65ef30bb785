//! The similarity of a pair, and of a row to all others.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use likemind::{Similarities, SimilarityOptions};
use likemind_bench::{SIDES, criterion, longest_first, ml_1m, size};
use std::hint::black_box;

/// The selected rows, as positions in the order by length, from the longest (0) to the shortest (1).
const PLACES: [(&str, f64); 3] = [("longest", 0.0), ("heavy", 0.05), ("median", 0.5)];

fn similarity(criterion: &mut Criterion) {
    let matrix = ml_1m().expect("generated ratings");
    let parameters = SimilarityOptions::default().check().expect("valid defaults");
    for side in SIDES {
        let similarities = Similarities::new(&matrix, side, parameters);
        let order = longest_first(&matrix, side);
        for (name, place) in PLACES {
            let place = (place * (order.len() - 2) as f64) as usize;
            let (a, b) = (order[place], order[place + 1]);
            let lengths = [a, b].map(|row| matrix.rows(side).row_len(row));

            let id = format!("{name}-{}+{}", lengths[0], lengths[1]);
            let mut group = criterion.benchmark_group("similarity_of_a_pair");
            group.bench_function(BenchmarkId::new(side.name(), id), |bencher| {
                bencher.iter(|| similarities.pair(black_box(a), black_box(b)));
            });
            group.finish();

            let id = format!("{name}-{}-of-{}", lengths[0], size(&matrix));
            let mut group = criterion.benchmark_group("similarities_of_a_row");
            group.bench_function(BenchmarkId::new(side.name(), id), |bencher| {
                bencher.iter(|| similarities.row(black_box(a)));
            });
            group.finish();
        }
    }
}

criterion_group! {
    name = benches;
    config = criterion();
    targets = similarity
}
criterion_main!(benches);
