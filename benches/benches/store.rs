//! Importing ratings into a new database, and loading the matrix from it.

use criterion::{
    BatchSize, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use likemind::RatingMatrix;
use likemind_bench::{SEED, batch, criterion, csv, size};
use likemind_data::{Dataset, ReadOptions, Shape, read_from};
use likemind_store::Store;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A database in a temporary folder. The fields are dropped in order: the folder is removed last.
struct Temporary {
    store: Store,
    _folder: TempDir,
}

fn empty(runtime: &Runtime) -> Temporary {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bench.db");
    let store = runtime.block_on(Store::create_or_open(&file)).expect("a new database");
    Temporary { store, _folder: folder }
}

fn import(runtime: &Runtime, database: &Temporary, read: &Dataset) {
    runtime.block_on(database.store.import(batch(read), &mut |_| ())).expect("generated ratings");
}

fn store(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    for name in ["ml-100k", "ml-1m"] {
        let shape = Shape::named(name, 1.0, SEED).expect("a known shape");
        let read = read_from(csv(&shape).as_bytes(), "generated.csv", &ReadOptions::default())
            .expect("generated text");
        let matrix = RatingMatrix::from_table(&read.ratings, read.scale).expect("read ratings");
        let ratings = Throughput::Elements(matrix.ratings() as u64);

        let mut group = criterion.benchmark_group("import_into_a_new_database");
        group.sampling_mode(SamplingMode::Flat).sample_size(10).throughput(ratings.clone());
        group.bench_function(BenchmarkId::from_parameter(size(&matrix)), |bencher| {
            let into_empty = |database: Temporary| {
                import(&runtime, &database, &read);
                // Returned, to be closed and removed outside the measured time.
                database
            };
            bencher.iter_batched(|| empty(&runtime), into_empty, BatchSize::PerIteration);
        });
        group.finish();

        let database = empty(&runtime);
        import(&runtime, &database, &read);
        let mut group = criterion.benchmark_group("matrix_from_a_database");
        group.throughput(ratings);
        group.bench_function(BenchmarkId::from_parameter(size(&matrix)), |bencher| {
            bencher.iter(|| runtime.block_on(database.store.matrix()).expect("a whole database"));
        });
        group.finish();
        runtime.block_on(database.store.close());
    }
}

criterion_group! {
    name = benches;
    config = criterion();
    targets = store
}
criterion_main!(benches);
