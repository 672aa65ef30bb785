//! A single prediction, from stored neighbours and from all raters.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use likemind::{Model, Profile, Side, Similarities, SimilarityOptions};
use likemind_bench::{SIDES, criterion, longest_first, ml_1m, model, most_popular_unrated, size};
use std::hint::black_box;

fn predict(criterion: &mut Criterion) {
    let matrix = ml_1m().expect("generated ratings");
    let users = longest_first(&matrix, Side::Users);
    let user = users[users.len() / 2].user();
    let person = Profile::from_user(&matrix, user);
    let item = most_popular_unrated(&matrix, user).expect("an unrated item");
    let parameters = SimilarityOptions::default().check().expect("valid defaults");

    let mut group = criterion.benchmark_group("predict");
    for side in SIDES {
        let model = model(&matrix, side).expect("valid defaults");
        let similarities = Similarities::new(&matrix, side, parameters);
        let variants = [
            ("stored-neighbours", model.view()),
            ("all-raters", model.view().with_all_raters(&similarities)),
        ];
        for (variant, model) in variants {
            let id = BenchmarkId::new(format!("{side}-{variant}"), size(&matrix));
            group.bench_function(id, |bencher| {
                bencher.iter(|| {
                    let session = model.session(black_box(&person)).expect("a stored user");
                    session.predict(black_box(item))
                });
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = criterion();
    targets = predict
}
criterion_main!(benches);
