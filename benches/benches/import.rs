//! Reading ratings from CSV, and building the matrix.

use criterion::{
    BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use likemind::RatingMatrix;
use likemind_bench::{SEED, criterion, csv, matrix, size};
use likemind_data::{ReadOptions, Shape, read_from};
use std::hint::black_box;

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read_csv");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    for name in ["ml-100k", "ml-1m"] {
        let shape = Shape::named(name, 1.0, SEED).expect("a known shape");
        let (text, matrix) = (csv(&shape), matrix(&shape).expect("generated ratings"));
        group.throughput(Throughput::Elements(matrix.ratings() as u64));
        group.bench_function(BenchmarkId::new("ratings", size(&matrix)), |bencher| {
            bencher.iter(|| {
                read_from(black_box(text.as_bytes()), "generated.csv", &ReadOptions::default())
                    .expect("generated text")
            });
        });
    }
    group.finish();
}

fn pack(criterion: &mut Criterion) {
    let shape = Shape::named("ml-1m", 1.0, SEED).expect("a known shape");
    let read = read_from(csv(&shape).as_bytes(), "generated.csv", &ReadOptions::default())
        .expect("generated text");
    let build = || RatingMatrix::from_table(&read.ratings, read.scale).expect("generated ratings");
    let mut group = criterion.benchmark_group("matrix_from_table");
    group.throughput(Throughput::Elements(read.ratings.len() as u64));
    group.bench_function(BenchmarkId::from_parameter(size(&build())), |bencher| {
        bencher.iter(build);
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = criterion();
    targets = read, pack
}
criterion_main!(benches);
