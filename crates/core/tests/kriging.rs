//! Item kriging.

#[path = "common/grid.rs"]
mod grid;

use grid::{ITEMS, USERS, cells, matrix, noise, solve};
use likemind::{
    Baseline, ItemIdx, KrigingModel, KrigingOptions, Model, Prediction, Profile, RatingMatrix,
    RatingScale, Source, TopN, UserIdx,
};
use proptest::prelude::*;

fn fixed() -> KrigingOptions {
    KrigingOptions::default().with_search(false)
}

fn fit(matrix: &RatingMatrix, options: KrigingOptions) -> KrigingModel {
    KrigingModel::fit(matrix.clone(), options).unwrap()
}

/// The formulas of [`likemind::ItemKriging`], written down term by term.
struct Reference<'a> {
    matrix: &'a RatingMatrix,
    options: KrigingOptions,
    baseline: Baseline,
    noise: f64,
}

impl<'a> Reference<'a> {
    fn of(matrix: &'a RatingMatrix, options: KrigingOptions) -> Self {
        let baseline = Baseline::fit(matrix, options.baseline).unwrap();
        let mut reference = Self { matrix, options, baseline, noise: 1.0 };
        let residuals = (0..USERS).flat_map(|user| reference.residuals(UserIdx(user)));
        let noise = residuals.map(|(_, e)| e * e).sum::<f64>() / matrix.ratings() as f64;
        reference.noise = if noise > 0.0 { noise } else { 1.0 };
        reference
    }

    fn residuals(&self, user: UserIdx) -> Vec<(ItemIdx, f64)> {
        let residual = |(item, rating)| (item, rating - self.baseline.predict(user, item));
        self.matrix.of_user(user).map(residual).collect()
    }

    /// The items with kernel entries of their own.
    fn head(&self) -> Vec<ItemIdx> {
        let raters = |item: &ItemIdx| self.matrix.of_item(*item).len();
        let mut items: Vec<_> = (0..ITEMS).map(ItemIdx).filter(|item| raters(item) > 0).collect();
        items.sort_by_key(|item| (usize::MAX - raters(item), *item));
        items.truncate(self.options.max_items);
        items
    }

    fn kernel(&self, i: ItemIdx, j: ItemIdx) -> f64 {
        let KrigingOptions { constant, cosine, diagonal, shrinkage, .. } = self.options;
        let head = self.head();
        let own = if i == j { diagonal } else { 0.0 };
        if !head.contains(&i) || !head.contains(&j) {
            return constant + own + if i == j { cosine } else { 0.0 };
        }
        let (mut overlap, mut products) = (0.0, 0.0);
        for user in (0..USERS).map(UserIdx) {
            let residuals = self.residuals(user);
            let of = |item| residuals.iter().find(|rated| rated.0 == item).map(|rated| rated.1);
            if let (Some(a), Some(b)) = (of(i), of(j)) {
                overlap += 1.0;
                products += a * b / self.noise;
            }
        }
        let raters = |item| self.matrix.of_item(item).len() as f64;
        let binary = overlap / (raters(i) * raters(j)).sqrt();
        constant + own + cosine * binary + products / (overlap + shrinkage)
    }

    /// The score and the variance.
    fn predict(&self, user: UserIdx, item: ItemIdx) -> (f64, f64) {
        let residuals = self.residuals(user);
        let squares: f64 = residuals.iter().map(|(_, e)| e * e).sum();
        let count = residuals.len() as f64;
        let spread = ((squares + 5.0 * self.noise) / (count + 5.0) / self.noise).sqrt();
        let system: Vec<Vec<f64>> = residuals
            .iter()
            .map(|&(i, _)| {
                let ridge = |j| if i == j { self.options.ridge } else { 0.0 };
                residuals.iter().map(|&(j, _)| self.kernel(i, j) + ridge(j)).collect()
            })
            .collect();
        let column: Vec<f64> = residuals.iter().map(|&(j, _)| self.kernel(item, j)).collect();
        let deviations = residuals.iter().map(|(_, e)| e / spread).collect();
        let weights = solve(system.clone(), deviations);
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let score = self.baseline.predict(user, item) + spread * dot(&column, &weights);
        let explained = dot(&column, &solve(system, column.clone()));
        (score, self.kernel(item, item) - explained)
    }
}

fn without_terms(mut prediction: Prediction) -> Prediction {
    prediction.terms.clear();
    prediction
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The kernel is held in 16-bit integers, hence the tolerance.
    #[test]
    fn predictions_follow_the_formulas(cells in cells(), max_items in 0..12usize, cosine in 0.0..3.0) {
        let matrix = matrix(&cells);
        let options = fixed().with_max_items(max_items).with_cosine(cosine).with_shrinkage(5.0);
        let (model, reference) = (fit(&matrix, options), Reference::of(&matrix, options));
        for user in (0..USERS).step_by(7).map(UserIdx) {
            let person = Profile::from_user(&matrix, user);
            let session = model.session(&person).unwrap();
            for item in (0..ITEMS).map(ItemIdx) {
                let prediction = session.predict(item);
                let (score, variance) = reference.predict(user, item);
                prop_assert!((prediction.score - score).abs() < 2e-3, "{} {score}", prediction.score);
                let certainty = 1.0 - variance / reference.kernel(item, item);
                let confidence = prediction.confidence.unwrap();
                prop_assert!((confidence - certainty).abs() < 2e-3, "{confidence} {certainty}");
            }
        }
    }

    #[test]
    fn terms_add_up_and_bulk_predictions_equal_single_ones(cells in cells(), max_items in 0..12usize) {
        let matrix = matrix(&cells);
        let model = fit(&matrix, KrigingOptions::default().with_max_items(max_items));
        // Among them two that are unknown.
        let items: Vec<ItemIdx> = (0..ITEMS + 2).rev().map(ItemIdx).collect();
        for user in (0..USERS + 1).map(UserIdx) {
            let person = Profile::from_user(&matrix, user);
            let session = model.session(&person).unwrap();
            let all = session.predict_items(&items);
            for (&item, bulk) in items.iter().zip(all) {
                let prediction = session.predict(item);
                let sum: f64 = prediction.terms.iter().map(|term| term.contribution).sum();
                prop_assert!((prediction.base + sum - prediction.score).abs() < 1e-9);
                prop_assert_eq!(prediction.terms.len(), prediction.raters);
                let [low, high] = prediction.interval.unwrap();
                prop_assert!(low <= prediction.rating && prediction.rating <= high);
                prop_assert_eq!(bulk, without_terms(prediction));
            }
        }
    }

    #[test]
    fn guests_get_the_predictions_of_users_with_the_same_ratings(cells in cells()) {
        let matrix = matrix(&cells);
        let model = fit(&matrix, KrigingOptions::default());
        for user in (0..USERS).step_by(3).map(UserIdx) {
            let stored = Profile::from_user(&matrix, user);
            let guest = Profile::from_ratings(matrix.of_user(user), matrix.scale()).unwrap();
            let predict = |person| {
                let session = model.session(person).unwrap();
                (0..ITEMS).map(|item| session.predict(ItemIdx(item))).collect::<Vec<_>>()
            };
            prop_assert_eq!(predict(&stored), predict(&guest));
        }
    }
}

/// People of two tastes, who like the items of their own and dislike the others.
fn two_tastes(users: u32, items: u32) -> RatingMatrix {
    let mut ratings = Vec::new();
    for (user, item) in (0..users).flat_map(|user| (0..items).map(move |item| (user, item))) {
        let noise = noise(user, item);
        if noise % 10 < 4 {
            let rating = if user % 2 == item % 2 { 4 + noise / 16 % 2 } else { 1 + noise / 16 % 2 };
            ratings.push((UserIdx(user), ItemIdx(item), f64::from(rating)));
        }
    }
    let (users, items) = (users as usize, items as usize);
    RatingMatrix::from_ratings(RatingScale::FIVE_STARS, users, items, &ratings).unwrap()
}

#[test]
fn learns_from_what_the_person_rated() {
    let matrix = two_tastes(800, 40);
    let model = fit(&matrix, KrigingOptions::default());
    let errors = model.kriging().held_out().unwrap();
    assert!(errors.rmse < 0.8 * errors.baseline_rmse, "{errors:?}");
    assert!(errors.ratings > 1_000 && !model.kriging().falls_back());
    // Someone who is not stored, with a taste for even items.
    let liked = [(0, 5.0), (1, 1.0), (2, 5.0), (3, 1.0)];
    let liked = liked.map(|(item, rating)| (ItemIdx(item), rating));
    let guest = Profile::from_ratings(liked, matrix.scale()).unwrap();
    let session = model.session(&guest).unwrap();
    let (even, odd) = (session.predict(ItemIdx(20)), session.predict(ItemIdx(21)));
    assert!(even.rating > odd.rating + 1.0, "{even:?} {odd:?}");
    assert_eq!((even.source, even.raters), (Source::Neighbours, 4));
    let speaks_for = even.terms.iter().find(|term| term.neighbour.item() == ItemIdx(2)).unwrap();
    assert!(speaks_for.contribution > 0.0 && speaks_for.rating == 5.0);
    let common =
        matrix.of_item(ItemIdx(2)).filter(|&(user, _)| matrix.rating(user, ItemIdx(20)).is_some());
    assert_eq!(speaks_for.overlap as usize, common.count());
    // More ratings leave less uncertainty.
    let one = Profile::from_ratings([liked[0]], matrix.scale()).unwrap();
    let less = model.session(&one).unwrap().predict(ItemIdx(20));
    assert!(less.confidence < even.confidence);
}

#[test]
fn ratings_without_any_pattern_are_predicted_by_the_baseline() {
    let ratings: Vec<_> = (0..400)
        .flat_map(|user| (0..30).map(move |item| (user, item)))
        .filter(|&(user, item)| noise(user, item + 1_000) % 10 < 4)
        .map(|(user, item)| {
            let rating = 1 + noise(user + 7_000, item) / 8 % 5;
            (UserIdx(user), ItemIdx(item), f64::from(rating))
        })
        .collect();
    let matrix = RatingMatrix::from_ratings(RatingScale::FIVE_STARS, 400, 30, &ratings).unwrap();
    let model = fit(&matrix, KrigingOptions::default());
    let errors = model.kriging().held_out().unwrap();
    assert!(model.kriging().falls_back() && errors.rmse == errors.baseline_rmse, "{errors:?}");
    let person = Profile::from_user(&matrix, UserIdx(0));
    let session = model.session(&person).unwrap();
    let prediction = session.predict(ItemIdx(3));
    assert_eq!((prediction.source, prediction.raters), (Source::Baseline, 0));
    assert_eq!((prediction.base, prediction.confidence), (prediction.score, Some(0.0)));
    let [low, high] = prediction.interval.unwrap();
    assert!(low < prediction.rating && prediction.rating < high);
    // With fixed constants there is no fallback.
    assert!(!fit(&matrix, fixed()).kriging().falls_back());
}

#[test]
fn result_does_not_depend_on_threads() {
    let matrix = two_tastes(150, 60);
    let fit = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(&matrix, KrigingOptions::default()).kriging().clone())
    };
    assert_eq!(fit(1), fit(3));
}

#[test]
fn predictions_are_never_nan() {
    let of = |scale: &str, ratings: &[(u32, u32, f64)]| {
        let ratings: Vec<_> = ratings
            .iter()
            .map(|&(user, item, rating)| (UserIdx(user), ItemIdx(item), rating))
            .collect();
        RatingMatrix::from_ratings(scale.parse().unwrap(), 30, 10, &ratings).unwrap()
    };
    let every = |rating: fn(u32, u32) -> f64| {
        (0..30)
            .flat_map(|user| (0..9).map(move |item| (user, item, rating(user, item))))
            .collect::<Vec<_>>()
    };
    let far = |user, item| if (user + item) % 2 == 0 { 1e100 } else { -1e100 };
    for matrix in [
        of("1:5:1", &[]),
        of("1:5:1", &[(3, 4, 2.0)]),
        of("1:5:1", &every(|_, _| 3.0)),
        of("1:5:1", &every(|user, _| f64::from(user % 5 + 1))),
        of("-1e100:1e100", &every(far)),
        of("0:1e-9", &every(|user, item| if user > item { 1e-9 } else { 0.0 })),
        of("0:300000:1", &every(|user, item| f64::from(user.pow(3) * item))),
    ] {
        for options in [KrigingOptions::default(), fixed()] {
            let model = fit(&matrix, options);
            for user in (0..31).map(UserIdx) {
                let person = Profile::from_user(&matrix, user);
                let session = model.session(&person).unwrap();
                for prediction in session.predict_items(&(0..11).map(ItemIdx).collect::<Vec<_>>()) {
                    let [low, high] = prediction.interval.unwrap();
                    assert!(
                        low <= prediction.rating && prediction.rating <= high,
                        "{prediction:?}"
                    );
                    assert!(
                        (0.0..=1.0).contains(&prediction.confidence.unwrap()),
                        "{prediction:?}"
                    );
                }
                assert!(session.rank(TopN::new(5)).len() <= 5);
            }
        }
    }
}

#[test]
fn people_with_thousands_of_ratings_are_predicted_from_a_part_of_them() {
    let ratings: Vec<_> = (0..3_000)
        .flat_map(|item| {
            (0..3).map(move |user| (UserIdx(user), ItemIdx(item), f64::from(1 + item % 5)))
        })
        .collect();
    let matrix = RatingMatrix::from_ratings(RatingScale::FIVE_STARS, 3, 3_001, &ratings).unwrap();
    let model = fit(&matrix, fixed().with_max_items(50));
    let person = Profile::from_user(&matrix, UserIdx(1));
    let prediction = model.session(&person).unwrap().predict(ItemIdx(2));
    // 2,048 of 3,000 ratings, spread evenly over all items.
    assert!((30..40).contains(&prediction.raters), "{prediction:?}");
}

#[test]
fn ratings_off_the_scale_are_rejected() {
    let matrix = two_tastes(20, 10);
    let guest = Profile::from_ratings([(ItemIdx(1), 9.0)], &"0:10:1".parse().unwrap()).unwrap();
    let error = fit(&matrix, fixed()).session(&guest).err().unwrap();
    assert!(error.to_string().contains("found 9"), "{error}");
}
