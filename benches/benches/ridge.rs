//! Ridge regression: the fit, and the list for one person. Ids include the library that factorises:
//! run it again with `--features openblas`.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use likemind::linear::Cholesky;
use likemind::{Model, Profile, RidgeModel, RidgeOptions, Side, TopN};
use likemind_bench::{criterion, longest_first, ml_1m, size};
use std::hint::black_box;
use std::sync::Arc;

fn fit(criterion: &mut Criterion) {
    let matrix = ml_1m().expect("generated ratings");
    let mut group = criterion.benchmark_group("ridge_fit");
    group.sample_size(10);
    for (name, search) in [("fixed", false), ("searched", true)] {
        let options = RidgeOptions::default().with_search(search);
        let id = format!("{}-{}", size(&matrix), Cholesky::BACKEND);
        group.bench_function(BenchmarkId::new(name, id), |bencher| {
            bencher.iter(|| RidgeModel::fit(Arc::clone(black_box(&matrix)), options));
        });
    }
    group.finish();
}

/// Ranks ten items, with their terms.
fn list(criterion: &mut Criterion) {
    let matrix = ml_1m().expect("generated ratings");
    let options = RidgeOptions::default().with_search(false);
    let model = RidgeModel::fit(Arc::clone(&matrix), options).expect("valid defaults");
    let users = longest_first(&matrix, Side::Users);
    let mut group = criterion.benchmark_group("ridge_list");
    for (name, place) in [("longest", 0), ("median", users.len() / 2)] {
        let person = Profile::from_user(&matrix, users[place].user());
        let id = format!("{}-of-{}", person.ratings().len(), size(&matrix));
        group.bench_function(BenchmarkId::new(name, id), |bencher| {
            bencher.iter(|| {
                let session = model.session(black_box(&person)).expect("a stored user");
                session.rank(TopN::new(10))
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = criterion();
    targets = list, fit
}
criterion_main!(benches);
