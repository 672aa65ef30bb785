//! Ridge regression of items on each other.

#[path = "common/grid.rs"]
mod grid;

use grid::{ITEMS, USERS, cells, matrix, noise, solve};
use likemind::{
    ItemIdx, MeanModel, MeanOf, Model, Profile, Ranked, RatingMatrix, RatingScale, RidgeModel,
    RidgeOptions, RidgeView, Source, TopN, UserIdx,
};
use proptest::prelude::*;

fn fixed() -> RidgeOptions {
    RidgeOptions::default().with_search(false)
}

fn fit(matrix: &RatingMatrix, options: RidgeOptions) -> RidgeModel {
    RidgeModel::fit(matrix.clone(), options).unwrap()
}

fn whole_ranking(model: &dyn Model, person: &Profile) -> Vec<Ranked> {
    model.session(person).unwrap().rank(TopN::new(usize::MAX))
}

/// People of two circles, each of which rates mostly its own half of the items.
fn two_circles(users: u32, items: u32) -> RatingMatrix {
    let pairs = (0..users).flat_map(|user| (0..items).map(move |item| (user, item)));
    let rating = |(user, item)| {
        let noise = noise(user, item);
        let share = if user % 2 == item % 2 { 50 } else { 5 };
        let rating = f64::from(1 + noise / 128 % 5);
        (noise % 100 < share).then_some((UserIdx(user), ItemIdx(item), rating))
    };
    let ratings: Vec<_> = pairs.filter_map(rating).collect();
    let (users, items) = (users as usize, items as usize);
    RatingMatrix::from_ratings(RatingScale::FIVE_STARS, users, items, &ratings).unwrap()
}

fn are_even(ranking: &[Ranked]) -> bool {
    ranking.iter().all(|ranked| ranked.item.0 % 2 == 0)
}

/// The formulas of [`likemind::ItemRidge`], written down term by term.
struct Reference<'a> {
    matrix: &'a RatingMatrix,
    options: RidgeOptions,
}

impl Reference<'_> {
    /// y, by user and item.
    fn factors(&self) -> Vec<Vec<f64>> {
        let of_user = |user| {
            let ratings: Vec<_> = self.matrix.of_user(UserIdx(user)).collect();
            let count = ratings.len() as f64;
            let mean = ratings.iter().map(|(_, rating)| rating).sum::<f64>() / count;
            let variance = ratings.iter().map(|(_, r)| (r - mean).powi(2)).sum::<f64>() / count;
            let mut row = vec![0.0; ITEMS as usize];
            for (item, rating) in ratings {
                let deviation =
                    if variance < 1e-9 { 0.0 } else { (rating - mean) / variance.sqrt() };
                row[item.0 as usize] = (1.0 + 0.25 * deviation).clamp(0.05, 2.0);
            }
            row
        };
        (0..USERS).map(of_user).collect()
    }

    fn head(&self) -> Vec<usize> {
        let raters = |item: &usize| self.matrix.of_item(ItemIdx(*item as u32)).len();
        let mut items: Vec<_> = (0..ITEMS as usize).filter(|item| raters(item) > 0).collect();
        items.sort_by_key(|item| (usize::MAX - raters(item), *item));
        items.truncate(self.options.max_items);
        items
    }

    /// The weights of ratings of the other items for `item`.
    fn weights(&self, item: usize) -> Vec<f64> {
        let (factors, head) = (self.factors(), self.head());
        let product = |a: usize, b: usize| factors.iter().map(|row| row[a] * row[b]).sum::<f64>();
        let system = |items: &[usize]| {
            let ridge = |a, b| if a == b { self.options.ridge } else { 0.0 };
            let row = |&a: &usize| items.iter().map(|&b| product(a, b) + ridge(a, b)).collect();
            items.iter().map(row).collect::<Vec<Vec<f64>>>()
        };
        let mut weights = vec![0.0; ITEMS as usize];
        if let Some(place) = head.iter().position(|&other| other == item) {
            let mut unit = vec![0.0; head.len()];
            unit[place] = 1.0;
            let column = solve(system(&head), unit);
            for (&other, entry) in head.iter().zip(&column).filter(|&(&other, _)| other != item) {
                weights[other] = -entry / column[place];
            }
        } else {
            let cosine = |other: usize| product(other, item) / product(other, other).sqrt();
            let mut near: Vec<_> = head.into_iter().filter(|&other| cosine(other) > 0.0).collect();
            near.sort_by(|&a, &b| cosine(b).total_cmp(&cosine(a)).then(a.cmp(&b)));
            near.truncate(self.options.nearest);
            let right = near.iter().map(|&other| product(other, item)).collect();
            for (&other, weight) in near.iter().zip(solve(system(&near), right)) {
                weights[other] = weight;
            }
        }
        weights
    }

    fn score(&self, user: UserIdx, item: ItemIdx) -> f64 {
        let factors = &self.factors()[user.0 as usize];
        let weights = self.weights(item.0 as usize);
        let sum: f64 = factors.iter().zip(weights).map(|(y, weight)| y * weight).sum();
        sum + 0.001 * self.matrix.of_item(item).len() as f64 / f64::from(USERS)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Weights are held in 16-bit integers, hence the tolerance.
    #[test]
    fn scores_follow_the_formulas(
        cells in cells(), max_items in 0..12usize, nearest in 1..4usize, ridge in 0.5..50.0,
    ) {
        let matrix = matrix(&cells);
        let options =
            fixed().with_max_items(max_items).with_nearest(nearest).with_ridge(ridge);
        let (model, reference) = (fit(&matrix, options), Reference { matrix: &matrix, options });
        for user in (0..USERS).step_by(7).map(UserIdx) {
            let person = Profile::from_user(&matrix, user);
            for ranked in whole_ranking(&model, &person) {
                let score = reference.score(user, ranked.item);
                prop_assert!((ranked.score - score).abs() < 1e-3, "{} {score}", ranked.score);
            }
        }
    }

    #[test]
    fn rankings_are_whole_and_ordered_and_their_terms_add_up(
        cells in cells(), max_items in 0..12usize, nearest in 0..4usize,
    ) {
        let matrix = matrix(&cells);
        let options = RidgeOptions::default().with_max_items(max_items).with_nearest(nearest);
        let model = fit(&matrix, options);
        // The last one is unknown, and has no ratings.
        for user in (0..=USERS).map(UserIdx) {
            let person = Profile::from_user(&matrix, user);
            let ranking = whole_ranking(&model, &person);
            let is_new = |item| matrix.of_item(item).len() > 0 && person.rating(item).is_none();
            let new = (0..ITEMS).filter(|&item| is_new(ItemIdx(item)));
            prop_assert_eq!(ranking.len(), new.count());
            prop_assert!(ranking.iter().all(|ranked| is_new(ranked.item)));
            let key = |ranked: &Ranked| (-ranked.score, ranked.item);
            prop_assert!(ranking.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])));
            for ranked in &ranking {
                let sum: f64 = ranked.terms.iter().map(|term| term.contribution).sum();
                prop_assert!((ranked.base + sum - ranked.score).abs() < 1e-9);
                let is_explained = ranked.source == Source::Neighbours;
                prop_assert_eq!(is_explained, !ranked.terms.is_empty());
            }
            let short = model.session(&person).unwrap().rank(TopN::new(3));
            prop_assert_eq!(&short[..], &ranking[..ranking.len().min(3)]);
        }
    }

    #[test]
    fn guests_get_the_ranking_of_users_with_the_same_ratings(cells in cells()) {
        let matrix = matrix(&cells);
        let model = fit(&matrix, RidgeOptions::default());
        for user in (0..USERS).step_by(3).map(UserIdx) {
            let stored = Profile::from_user(&matrix, user);
            let guest = Profile::from_ratings(matrix.of_user(user), matrix.scale()).unwrap();
            prop_assert_eq!(whole_ranking(&model, &stored), whole_ranking(&model, &guest));
        }
    }
}

#[test]
fn recommends_what_people_of_the_same_circle_rate() {
    let matrix = two_circles(800, 40);
    let model = fit(&matrix, RidgeOptions::default());
    let rated = [(0, 5.0), (2, 1.0), (4, 3.0)].map(|(item, rating)| (ItemIdx(item), rating));
    let guest = Profile::from_ratings(rated, matrix.scale()).unwrap();
    let ranking = whole_ranking(&model, &guest);
    assert!(are_even(&ranking[..17]) && !are_even(&ranking[..18]));
    // A rating speaks the louder, the higher it is.
    let terms = &ranking[0].terms;
    let strength = |item| {
        let of_item = terms.iter().find(|term| term.neighbour.item() == ItemIdx(item)).unwrap();
        of_item.contribution / of_item.similarity
    };
    assert!(strength(0) > strength(4) && strength(4) > strength(2));
    let common = matrix.of_item(ItemIdx(0));
    let common = common.filter(|&(user, _)| matrix.rating(user, ranking[0].item).is_some());
    assert_eq!((terms[0].overlap as usize, terms[0].rating), (common.count(), 5.0));
}

#[test]
fn the_ridge_is_chosen_by_held_out_ratings() {
    let matrix = two_circles(300, 40);
    let chosen = fit(&matrix, RidgeOptions::default());
    let quality = chosen.ridge().held_out().unwrap();
    assert!(quality.users > 200 && quality.ndcg > 0.1, "{quality:?}");
    assert_ne!(chosen.ridge().options().ridge, fixed().ridge);
    let given = fit(&matrix, fixed().with_ridge(77.0));
    assert_eq!((given.ridge().options().ridge, given.ridge().held_out()), (77.0, None));
}

#[test]
fn ratings_are_predicted_by_the_baseline() {
    let matrix = two_circles(50, 20);
    let baseline = likemind::BaselineModel::fit(matrix.clone(), Default::default()).unwrap();
    let model = fit(&matrix, fixed());
    let person = Profile::from_user(&matrix, UserIdx(7));
    let predict = |model: &dyn Model| model.session(&person).unwrap().predict(ItemIdx(3));
    assert_eq!(predict(&model), predict(&baseline));
}

#[test]
fn new_users_and_items_need_no_fit() {
    let matrix = two_circles(60, 20);
    let model = fit(&matrix, fixed());
    let mut later: Vec<_> = (0..60)
        .flat_map(|user| {
            matrix.of_user(UserIdx(user)).map(move |(item, r)| (UserIdx(user), item, r))
        })
        .collect();
    later.extend([(0, 5.0), (2, 5.0), (20, 5.0)].map(|(i, r)| (UserIdx(60), ItemIdx(i), r)));
    let later = RatingMatrix::from_ratings(RatingScale::FIVE_STARS, 61, 22, &later).unwrap();
    let view = RidgeView::new(&later, model.ridge());
    let ranking = whole_ranking(&view, &Profile::from_user(&later, UserIdx(60)));
    assert_eq!(ranking.len(), 18);
    assert!(are_even(&ranking[..5]));
    // The new item, for another person: by popularity.
    let other = whole_ranking(&view, &Profile::from_user(&later, UserIdx(1)));
    let new = other.iter().find(|ranked| ranked.item == ItemIdx(20)).unwrap();
    assert_eq!((new.source, new.terms.len()), (Source::Popularity, 0));
}

#[test]
fn people_without_ratings_get_what_is_popular() {
    let matrix = two_circles(50, 20);
    let nobody = Profile::default();
    let items = |model: &dyn Model| {
        whole_ranking(model, &nobody).into_iter().map(|ranked| ranked.item).collect::<Vec<_>>()
    };
    let popular = MeanModel::new(matrix.clone(), MeanOf::Item);
    assert_eq!(items(&fit(&matrix, fixed())), items(&popular));
}

#[test]
fn result_does_not_depend_on_threads() {
    let matrix = two_circles(150, 200);
    let fit = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let options = RidgeOptions::default().with_max_items(150).with_nearest(9);
        pool.install(|| fit(&matrix, options).ridge().clone())
    };
    assert_eq!(fit(1), fit(3));
}

#[test]
fn extreme_ratings_and_ridges_give_finite_scores() {
    let of = |scale: &str, rating: fn(u32, u32) -> f64| {
        let all = (0..30).flat_map(|user| (0..9).map(move |item| (user, item)));
        let all: Vec<_> = all
            .map(|(user, item)| (UserIdx(user), ItemIdx(item), rating(user, item)))
            .filter(|(user, item, _)| (user.0 * 7 + item.0 * 3) % 4 > 0)
            .collect();
        RatingMatrix::from_ratings(scale.parse().unwrap(), 30, 10, &all).unwrap()
    };
    let far = |user, item| if (user + item) % 2 == 0 { 1e100 } else { -1e100 };
    let empty = RatingMatrix::from_ratings(RatingScale::FIVE_STARS, 0, 0, &[]).unwrap();
    for matrix in [of("-1e100:1e100", far), of("1:5:1", |_, _| 3.0), empty] {
        for options in
            [RidgeOptions::default(), fixed().with_ridge(1e-300), fixed().with_ridge(1e30)]
        {
            let model = fit(&matrix, options);
            for user in (0..31).map(UserIdx) {
                for ranked in whole_ranking(&model, &Profile::from_user(&matrix, user)) {
                    assert!(ranked.score.is_finite(), "{options:?} {ranked:?}");
                }
            }
        }
    }
}

#[test]
fn ratings_off_the_scale_are_rejected() {
    let matrix = two_circles(20, 10);
    let guest = Profile::from_ratings([(ItemIdx(1), 9.0)], &"0:10:1".parse().unwrap()).unwrap();
    let error = fit(&matrix, fixed()).session(&guest).err().unwrap();
    assert!(error.to_string().contains("found 9"), "{error}");
}
