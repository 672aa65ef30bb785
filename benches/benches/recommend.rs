//! Ten recommendations with reasons for one person.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use likemind::{Model, Profile, Side, TopN};
use likemind_bench::{SIDES, criterion, longest_first, ml_1m, model, size};
use std::hint::black_box;

/// Number of recommendations.
const COUNT: usize = 10;

fn recommend(criterion: &mut Criterion) {
    let matrix = ml_1m().expect("generated ratings");
    let users = longest_first(&matrix, Side::Users);
    let mut group = criterion.benchmark_group("recommend_10");
    for side in SIDES {
        let model = model(&matrix, side).expect("valid defaults");
        for (name, user) in [("longest", users[0]), ("median", users[users.len() / 2])] {
            let person = Profile::from_user(&matrix, user.user());
            let id = format!("{name}-{}-of-{}", person.ratings().len(), size(&matrix));
            group.bench_function(BenchmarkId::new(side.name(), id), |bencher| {
                bencher.iter(|| {
                    let session = model.session(black_box(&person)).expect("a stored user");
                    session.rank(TopN::new(COUNT))
                });
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = criterion();
    targets = recommend
}
criterion_main!(benches);
