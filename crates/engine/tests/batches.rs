//! Recommendations to many people at once.

mod common;

use common::Place;
use common::fits::{fitted, options_of, parameters};
use likemind::{ItemIdx, Profile, RidgeOptions, Side, UserIdx};
use likemind_data::sample;
use likemind_engine::{
    Engine, FitOptions, ModelChoice, Person, RecommendationRequest, StepProgress, import,
    recommend, recommend_each,
};
use likemind_store::{ImportMode, Keep, ModelKind};
use std::sync::atomic::{AtomicU64, Ordering};

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_those_of_each_person_for_any_number_of_threads() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &sample(0), ImportMode::Add, Keep::Newest, &mut |_| ()).await.unwrap();
    fitted(&store, options_of(parameters(Side::Users))).await;
    let ridge = RidgeOptions::default().with_search(false);
    fitted(&store, FitOptions::new(ridge, "a test")).await;
    let engine = Engine::open(store).await.unwrap();
    let moment = engine.moment();
    let (matrix, users) = (moment.matrix(), moment.names().users());
    let person = |user| Person {
        id: users.name(UserIdx(user)).unwrap(),
        profile: Profile::from_user(matrix, UserIdx(user)),
    };
    let everyone = || (0..matrix.users() as u32).rev().map(person);
    let is_even = |item: ItemIdx| item.0.is_multiple_of(2);
    for kind in [ModelKind::Neighbours, ModelKind::Ridge] {
        let (choice, nobody) = (ModelChoice { kind: Some(kind), side: None }, Profile::default());
        let ranking = moment.ranking(choice, &nobody).unwrap();
        let predicting = moment.predicting(choice, &nobody).unwrap();
        let mut request = RecommendationRequest::new(5);
        request.allowed = Some(&is_even);
        let alone: Vec<_> = everyone()
            .map(|Person { id, profile }| {
                (id, recommend(&ranking, &predicting, &profile, &request).unwrap())
            })
            .collect();
        assert!(alone.iter().flat_map(|(_, all)| &all.list).all(|one| is_even(one.ranked.item)));
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let done = AtomicU64::new(0);
            let tell = |progress: StepProgress| {
                assert_eq!(progress.total, alone.len() as u64);
                done.fetch_max(progress.done, Ordering::Relaxed);
            };
            let together: Vec<_> = pool.install(|| {
                let lists = recommend_each(&ranking, &predicting, everyone(), &request, &tell);
                lists.collect::<Result<Vec<_>, _>>().unwrap().concat()
            });
            assert_eq!(together, alone, "{kind:?}, {threads} threads");
            assert_eq!(done.into_inner(), alone.len() as u64);
        }
    }
}
