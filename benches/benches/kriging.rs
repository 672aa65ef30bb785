//! Item kriging: the fit, all predictions for one person, and the factorisation that both depend
//! on. Ids include the library that factorises: run it again with `--features openblas`.

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use likemind::linear::{Cholesky, Square};
use likemind::{ItemIdx, KrigingModel, KrigingOptions, Model, Profile, Side};
use likemind_bench::{criterion, longest_first, ml_1m, size};
use std::hint::black_box;
use std::sync::Arc;

/// Orders of the matrices: the mean number of ratings of a person at ml-1m, and many.
const ORDERS: [usize; 2] = [165, 1_000];

fn fit(criterion: &mut Criterion) {
    let matrix = ml_1m().expect("generated ratings");
    let mut group = criterion.benchmark_group("kriging_fit");
    group.sample_size(10);
    for (name, search) in [("fixed", false), ("searched", true)] {
        let options = KrigingOptions::default().with_search(search);
        group.bench_function(BenchmarkId::new(name, size(&matrix)), |bencher| {
            bencher.iter(|| KrigingModel::fit(Arc::clone(black_box(&matrix)), options));
        });
    }
    group.finish();
}

/// Predicts all items, with intervals.
fn whole_list(criterion: &mut Criterion) {
    let matrix = ml_1m().expect("generated ratings");
    let options = KrigingOptions::default().with_search(false);
    let model = KrigingModel::fit(Arc::clone(&matrix), options).expect("valid defaults");
    let items: Vec<ItemIdx> = (0..matrix.items() as u32).map(ItemIdx).collect();
    let users = longest_first(&matrix, Side::Users);
    let mean = matrix.ratings() / matrix.users();
    let of_mean = users.partition_point(|&user| matrix.rows(Side::Users).row_len(user) > mean);
    let mut group = criterion.benchmark_group("kriging_whole_list");
    for (name, place) in [("longest", 0), ("mean", of_mean), ("median", users.len() / 2)] {
        let person = Profile::from_user(&matrix, users[place].user());
        let id = format!("{}-of-{}-{}", person.ratings().len(), size(&matrix), Cholesky::BACKEND);
        group.bench_function(BenchmarkId::new(name, id), |bencher| {
            bencher.iter(|| {
                let session = model.session(black_box(&person)).expect("a stored user");
                session.predict_items(&items)
            });
        });
    }
    group.finish();
}

fn factorise(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cholesky");
    for order in ORDERS {
        let entry = |row: usize, column: usize| {
            let distance = row.abs_diff(column) as f64;
            (-distance / 50.0).exp() + if row == column { 1.0 } else { 0.0 }
        };
        let column = |column: usize| (0..order).map(move |row| entry(row, column));
        let matrix = Square::from_columns(order, (0..order).flat_map(column).collect());
        group.bench_function(BenchmarkId::new(Cholesky::BACKEND, order), |bencher| {
            bencher.iter_batched(|| matrix.clone(), Cholesky::of, BatchSize::LargeInput);
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = criterion();
    targets = factorise, whole_list, fit
}
criterion_main!(benches);
