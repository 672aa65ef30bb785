//! Properties that hold for any ratings.

use likemind::sums::{CoRatedSums, levels_of};
use likemind::{
    AllPairs, DenseIdx, Measure, ModelOptions, Observer, Profile, Progress, RatingMatrix,
    RatingScale, RatingTable, RowIdx, Side, Similarities, SimilarityOptions, Unobserved, UserIdx,
    Weighting,
};
use proptest::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// Generates ratings of up to 40 users and 30 items, with levels 1 to `levels` and varying density,
/// so that rows are empty, constant, full or have a single rating.
fn levels(levels: u32) -> impl Strategy<Value = Vec<(u32, u32, u32)>> {
    (1..40u32, 1..30u32, 1..=100u32).prop_flat_map(move |(users, items, percent)| {
        let cell = (0..100u32, 1..=levels);
        let cells = (users * items) as usize;
        prop::collection::vec(cell, cells).prop_map(move |cells| {
            (0..)
                .zip(cells)
                .filter(|&(_, (draw, _))| draw < percent)
                .map(|(place, (_, level))| (place / items, place % items, level))
                .collect()
        })
    })
}

fn table(cells: &[(u32, u32, u32)], scale: &RatingScale) -> RatingTable {
    let mut table = RatingTable::new();
    for user in 0..40 {
        table.add_user(&format!("u{user}")).unwrap();
    }
    for &(user, item, level) in cells {
        let rating = scale.rating_of(level);
        table.push(&format!("u{user}"), &format!("i{item}"), rating, None).unwrap();
    }
    table
}

fn matrix(cells: &[(u32, u32, u32)], scale: &str) -> RatingMatrix {
    let scale = scale.parse().unwrap();
    RatingMatrix::from_table(&table(cells, &scale), scale).unwrap()
}

fn options(measure: Measure) -> SimilarityOptions {
    SimilarityOptions::default()
        .with_measure(measure)
        .with_min_overlap(1)
        .with_weighting(Weighting::Shrink(3.0))
}

fn similarities(matrix: &RatingMatrix, side: Side, measure: Measure) -> Similarities<'_> {
    Similarities::new(matrix, side, options(measure).check().unwrap())
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 + 1e-9 * a.abs(),
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn pcs_equals_that_of_merged_rows(cells in levels(11)) {
        let matrix = matrix(&cells, "0:10:1");
        for side in [Side::Users, Side::Items] {
            let (all, rows) = (similarities(&matrix, side, Measure::Pcs), matrix.rows(side));
            for a in rows.indices() {
                for b in rows.indices() {
                    let sums = CoRatedSums::merge(levels_of(rows.row(a)), levels_of(rows.row(b)));
                    let pair = all.pair(a, b);
                    prop_assert_eq!(pair.overlap, sums.n);
                    prop_assert_eq!(pair.raw.map(f64::to_bits), sums.pcs().map(f64::to_bits));
                }
            }
        }
    }

    #[test]
    fn rows_and_all_pairs_equal_single_pairs(cells in levels(10), k in 1..50usize) {
        for scale in ["0.5:5:0.5", "0:5", "1:1000:1"] {
            let matrix = matrix(&cells, "0.5:5:0.5");
            let ratings: Vec<_> = cells.iter().map(|&(u, i, level)| (u, i, level)).collect();
            let matrix = if scale == "0.5:5:0.5" { matrix } else { self::matrix(&ratings, if scale == "0:5" { "0:99" } else { scale }) };
            for measure in Measure::all() {
                for side in [Side::Users, Side::Items] {
                    let all = similarities(&matrix, side, measure);
                    let rows = RowIdx::first(all.rows());
                    let similarity = options(measure);
                    let model = ModelOptions::new(side).with_k(k).with_similarity(similarity);
                    let model = model.check().unwrap();
                    let index = AllPairs::new(&matrix, model).run(&Unobserved).unwrap();
                    for a in rows.clone() {
                        prop_assert_eq!(index.list(a), all.neighbours_of_row(a, &model));
                        let row = all.row(a);
                        let mut expected = Vec::new();
                        for b in rows.clone().filter(|&b| b != a) {
                            let pair = all.pair(a, b);
                            prop_assert_eq!(pair, all.pair(b, a));
                            let found = row.iter().find(|other| other.index == b);
                            prop_assert_eq!(
                                found.map(|other| other.similarity.to_bits()),
                                pair.similarity.map(f64::to_bits)
                            );
                            if let Some(similarity) = pair.similarity.filter(|&s| s > 0.0) {
                                expected.push((similarity, pair.overlap, b));
                            }
                        }
                        expected.sort_by(|x, y| y.0.total_cmp(&x.0).then(y.1.cmp(&x.1)).then(x.2.cmp(&y.2)));
                        expected.truncate(k);
                        let found: Vec<_> =
                            index.list(a).iter().map(|n| (n.similarity, n.overlap, n.index)).collect();
                        prop_assert_eq!(found, expected);
                    }
                }
            }
        }
    }

    #[test]
    fn similarities_are_never_nan_or_beyond_one(cells in levels(5)) {
        for scale in ["1:5:1", "0:9", "-2:2:1"] {
            let matrix = matrix(&cells, scale);
            for measure in Measure::all().filter(|&measure| measure != Measure::Overlap) {
                let all = similarities(&matrix, Side::Users, measure);
                for a in RowIdx::first(all.rows()) {
                    for b in RowIdx::first(all.rows()) {
                        let pair = all.pair(a, b);
                        for value in [pair.raw, pair.similarity].into_iter().flatten() {
                            prop_assert!(value.abs() <= 1.0, "{} {:?}", measure, pair);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn rescaling_affects_cosine_and_msd_but_not_pcs(cells in levels(5)) {
        let scales = ["1:5:1", "0.5:2.5:0.5", "0:4:1", "-3:5:2", "0.1:1.7:0.4"];
        let first = matrix(&cells, scales[0]);
        let pcs = similarities(&first, Side::Users, Measure::Pcs);
        for text in &scales[1..] {
            let scale: RatingScale = text.parse().unwrap();
            let rescaled = matrix(&cells, text);
            let rescaled_pcs = similarities(&rescaled, Side::Users, Measure::Pcs);
            let cosine = similarities(&rescaled, Side::Users, Measure::Cosine);
            let msd = similarities(&rescaled, Side::Users, Measure::MeanSquaredDifference);
            for (a, b) in (0..40).flat_map(|a| (0..a).map(move |b| (UserIdx(a), UserIdx(b)))) {
                prop_assert_eq!(pcs.pair(a, b), rescaled_pcs.pair(a, b));
                let co_rated: Vec<(f64, f64)> = rescaled
                    .of_user(a)
                    .filter_map(|(item, x)| Some((x, rescaled.rating(b, item)?)))
                    .collect();
                let sum = |f: &dyn Fn(f64, f64) -> f64| co_rated.iter().map(|&(x, y)| f(x, y)).sum::<f64>();
                let n = co_rated.len() as f64;
                let (xx, yy) = (sum(&|x, _| x * x), sum(&|_, y| y * y));
                let expected = (xx > 1e-12 && yy > 1e-12).then(|| sum(&|x, y| x * y) / (xx * yy).sqrt());
                prop_assert!(close(cosine.pair(a, b).raw, expected), "{scale} {co_rated:?}");
                let expected = (n > 0.0).then(|| 1.0 / (1.0 + sum(&|x, y| (x - y).powi(2)) / n));
                prop_assert!(close(msd.pair(a, b).raw, expected), "{scale} {co_rated:?}");
            }
        }
    }

    #[test]
    fn real_values_agree_with_levels(cells in levels(5)) {
        let (exact, real) = (matrix(&cells, "1:5:1"), matrix(&cells, "0:9"));
        // The real scale represents level + (−1), which does not affect PCS.
        for side in [Side::Users, Side::Items] {
            let exact = similarities(&exact, side, Measure::Pcs);
            let real = similarities(&real, side, Measure::Pcs);
            let rows = || RowIdx::first(exact.rows());
            for (a, b) in rows().flat_map(|a| rows().take(a.at()).map(move |b| (a, b))) {
                prop_assert!(close(exact.pair(a, b).raw, real.pair(a, b).raw));
            }
        }
    }

    #[test]
    fn batched_pairs_equal_single_pairs(cells in levels(5), order in any::<prop::sample::Index>()) {
        for scale in ["1:5:1", "1:1000:1", "0:9"] {
            let matrix = matrix(&cells, scale);
            for (measure, side) in Measure::all().flat_map(|m| [(m, Side::Users), (m, Side::Items)]) {
                let all = similarities(&matrix, side, measure);
                // Includes one row past the end.
                let rows = all.rows() as u32 + 1;
                let mut pairs: Vec<_> = (0..rows * rows).map(|n| (RowIdx(n / rows), RowIdx(n % rows))).collect();
                let stride = order.index(pairs.len());
                for place in 0..pairs.len() {
                    pairs.swap(place, (place + stride) % (rows * rows) as usize);
                }
                let expected: Vec<_> = pairs.iter().map(|&(a, b)| all.pair(a, b)).collect();
                prop_assert_eq!(all.pairs(&pairs), expected);
            }
        }
    }

    #[test]
    fn person_with_the_ratings_of_a_user_has_the_same_similarities(cells in levels(5)) {
        let matrix = matrix(&cells, "1:5:1");
        for measure in Measure::all() {
            let all = similarities(&matrix, Side::Users, measure);
            for user in (0..matrix.users() as u32).map(UserIdx) {
                let stored = matrix.of_user(user);
                let person = Profile::from_ratings(stored, matrix.scale()).unwrap();
                let mut found = all.of_person(&person);
                found.retain(|other| other.index != user.into());
                prop_assert_eq!(found, all.row(user));
            }
        }
    }
}

#[test]
fn row_past_the_end_has_no_neighbours() {
    let cells = [(0, 0, 3), (0, 1, 4), (1, 0, 1), (1, 1, 2), (2, 0, 5), (2, 1, 1)];
    for (scale, side) in [("1:5:1", Side::Users), ("1:5:1", Side::Items), ("1:5", Side::Users)] {
        let matrix = matrix(&cells, scale);
        let parameters = ModelOptions::new(side).check().unwrap();
        for measure in Measure::all() {
            let all = similarities(&matrix, side, measure);
            let past_end = RowIdx(99);
            assert!(all.row(past_end).is_empty(), "{measure}");
            assert!(all.neighbours_of_row(past_end, &parameters).is_empty(), "{measure}");
            assert_eq!(all.pair(past_end, RowIdx(0)).overlap, 0);
        }
    }
}

/// Returns a larger pseudo-random matrix, with ties and rows of various lengths.
fn large() -> RatingMatrix {
    let mut cells = Vec::new();
    let mut state = 12_345_u64;
    for user in 0..5000_u32 {
        for _ in 0..5 + user % 37 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let item = (state >> 33) as u32 % 700;
            cells.push((user, item * item / 700, (state >> 50) as u32 % 5 + 1));
        }
    }
    let scale = RatingScale::FIVE_STARS;
    let mut table = table(&cells, &scale);
    table.deduplicate();
    RatingMatrix::from_table(&table, scale).unwrap()
}

#[test]
fn results_do_not_depend_on_threads_or_tile_order() {
    let matrix = large();
    for measure in [Measure::Pcs, Measure::BaselinePearson] {
        let similarity = SimilarityOptions::default().with_measure(measure);
        let model = ModelOptions::new(Side::Users).with_k(20).with_similarity(similarity);
        let parameters = model.check().unwrap();
        let digest = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let run = || AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap().digest();
            pool.install(run)
        };
        let one = digest(1);
        assert_eq!((&digest(2), &digest(7)), (&one, &one));
        let reversed = AllPairs::new(&matrix, parameters);
        for tile in reversed.tiles().iter().rev() {
            reversed.merge(reversed.compute(tile)).unwrap();
        }
        assert_eq!(reversed.finish().unwrap().digest(), one);
    }
}

#[test]
fn observer_sees_every_pair_and_can_cancel() {
    #[derive(Default)]
    struct PairCounter {
        pairs: AtomicU64,
        stop: bool,
    }
    impl Observer for PairCounter {
        fn progress(&self, progress: Progress) {
            self.pairs.fetch_max(progress.pairs_done, Ordering::Relaxed);
        }
        fn is_cancelled(&self) -> bool {
            self.stop
        }
    }
    let matrix = large();
    let parameters = ModelOptions::new(Side::Users).check().unwrap();
    let counter = PairCounter::default();
    AllPairs::new(&matrix, parameters).run(&counter).unwrap();
    assert_eq!(counter.pairs.into_inner(), 5000 * 4999 / 2);
    let stopped = PairCounter { stop: true, ..PairCounter::default() };
    assert!(AllPairs::new(&matrix, parameters).run(&stopped).is_err());
}
