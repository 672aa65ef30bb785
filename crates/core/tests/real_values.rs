//! Similarities of real values of any possible magnitude, checked against exact rational arithmetic.

use likemind::scale::MAX_RATING;
use likemind::{
    AllPairs, DenseIdx, Measure, ModelOptions, RatingMatrix, RatingScale, RatingTable, RowIdx,
    Side, Similarities, SimilarityOptions, Unobserved,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use proptest::prelude::*;

type Row = Vec<Option<f64>>;

/// Builds a matrix from the users' ratings of items 0, 1, 2, ….
fn matrix(rows: &[Row]) -> RatingMatrix {
    let mut table = RatingTable::new();
    for column in 0..rows.iter().map(Vec::len).max().unwrap_or(0) {
        table.add_item(&column.to_string()).unwrap();
    }
    for (user, row) in rows.iter().enumerate() {
        table.add_user(&user.to_string()).unwrap();
        for (item, rating) in row.iter().enumerate() {
            if let &Some(rating) = rating {
                table.push(&user.to_string(), &item.to_string(), rating, None).unwrap();
            }
        }
    }
    let scale = RatingScale::real(-MAX_RATING, MAX_RATING).unwrap();
    RatingMatrix::from_table(&table, scale).unwrap()
}

fn options(measure: Measure) -> SimilarityOptions {
    let weighting = "none".parse().unwrap();
    SimilarityOptions::default().with_measure(measure).with_weighting(weighting).with_min_overlap(1)
}

fn similarities(matrix: &RatingMatrix, measure: Measure) -> Similarities<'_> {
    Similarities::new(matrix, Side::Users, options(measure).check().unwrap())
}

fn exact(value: f64) -> BigRational {
    BigRational::from_float(value).unwrap()
}

fn sum(values: impl Iterator<Item = BigRational>) -> BigRational {
    values.fold(BigRational::zero(), |sum, value| sum + value)
}

fn mean_centred(values: &[f64]) -> Vec<BigRational> {
    let values: Vec<_> = values.iter().map(|&value| exact(value)).collect();
    let count = BigRational::from(BigInt::from(values.len().max(1)));
    let mean = sum(values.iter().cloned()) / count;
    values.into_iter().map(|value| value - &mean).collect()
}

/// Returns xy/√product of exact terms.
fn quotient(xy: &BigRational, product: &BigRational) -> Option<f64> {
    if product.is_zero() {
        return None;
    }
    let size = (xy * xy / product).to_f64().unwrap().sqrt();
    Some(if *xy < BigRational::zero() { -size } else { size })
}

fn dot(x: &[BigRational], y: &[BigRational]) -> BigRational {
    sum(x.iter().zip(y).map(|(x, y)| x * y))
}

fn exact_similarity(measure: Measure, left: &Row, right: &Row) -> Option<f64> {
    let both = left.iter().zip(right).filter_map(|(&x, &y)| x.zip(y));
    let (x, y): (Vec<f64>, Vec<f64>) = both.unzip();
    if x.is_empty() {
        return None;
    }
    match measure {
        Measure::Pcs => {
            let (x, y) = (mean_centred(&x), mean_centred(&y));
            quotient(&dot(&x, &y), &(dot(&x, &x) * dot(&y, &y)))
        }
        Measure::Cosine => {
            let [x, y] = [x, y].map(|values| values.into_iter().map(exact).collect::<Vec<_>>());
            quotient(&dot(&x, &y), &(dot(&x, &x) * dot(&y, &y)))
        }
        Measure::CentredCosine => {
            let all = |row: &Row| mean_centred(&row.iter().copied().flatten().collect::<Vec<_>>());
            let place = |row: &Row, column: usize| row[..column].iter().flatten().count();
            let (whole_x, whole_y) = (all(left), all(right));
            let columns = 0..left.len().min(right.len());
            let both = columns.filter(|&c| left[c].is_some() && right[c].is_some());
            let xy = sum(both.map(|c| &whole_x[place(left, c)] * &whole_y[place(right, c)]));
            quotient(&xy, &(dot(&whole_x, &whole_x) * dot(&whole_y, &whole_y)))
        }
        Measure::MeanSquaredDifference => {
            let squares = x.iter().zip(&y).map(|(&x, &y)| exact(x) - exact(y)).map(|d| &d * &d);
            let mean = sum(squares) / BigRational::from(BigInt::from(x.len()));
            Some((BigRational::from(BigInt::from(1)) / (mean + BigInt::from(1))).to_f64().unwrap())
        }
        other => unreachable!("{other:?} does not depend only on the values"),
    }
}

const MEASURES: [Measure; 4] =
    [Measure::Pcs, Measure::Cosine, Measure::CentredCosine, Measure::MeanSquaredDifference];

fn row_idx(place: usize) -> RowIdx {
    RowIdx(place as u32)
}

#[track_caller]
fn check(rows: &[Row]) {
    let matrix = matrix(rows);
    for measure in MEASURES {
        let similarities = similarities(&matrix, measure);
        for a in 0..rows.len() {
            let found = similarities.row(row_idx(a));
            for b in (0..rows.len()).filter(|&b| b != a) {
                let expected = exact_similarity(measure, &rows[a.min(b)], &rows[a.max(b)]);
                let pair = similarities.pair(row_idx(a), row_idx(b)).similarity;
                let one = found.iter().find(|other| other.index == row_idx(b));
                let same = pair.map(f64::to_bits) == one.map(|one| one.similarity.to_bits());
                assert!(same, "{measure}: {pair:?} and {one:?}");
                match (pair, expected) {
                    (Some(pair), Some(expected)) => assert!(
                        (pair - expected).abs() <= 1e-9,
                        "{measure}: {pair} for {expected} of {:?} and {:?}",
                        rows[a],
                        rows[b]
                    ),
                    (pair, expected) => assert_eq!(pair, expected, "{measure}: {rows:?}"),
                }
            }
        }
    }
}

/// Generates strategies for doubles of a similar kind.
fn values() -> impl Strategy<Value = BoxedStrategy<f64>> {
    let near = |base: f64| {
        (-3_i64..4).prop_map(move |ulps| f64::from_bits((base.to_bits() as i64 + ulps) as u64))
    };
    prop_oneof![
        Just((-10.0..10.0).boxed()),
        Just((0.0..1.0).prop_map(|small: f64| 1e6 + small).boxed()),
        Just((0.0..1.0).prop_map(|small: f64| 1e15 + small).boxed()),
        Just(prop_oneof![-1.0..1.0, 1e6..2e6, -1e12..1e12, 1e-9..1e-8].boxed()),
        Just(near(0.1).boxed()),
        Just(near(1e99).boxed()),
        Just(near(1.0).boxed()),
        Just(prop_oneof![Just(1e100), Just(-1e100), Just(1.0), Just(0.0)].boxed()),
        Just((0_u64..9).prop_map(f64::from_bits).boxed()),
        Just((-300..100).prop_map(|power: i32| 1.5 * 10_f64.powi(power)).boxed()),
        Just(prop_oneof![Just(0.1), Just(0.2), Just(0.7)].boxed()),
        Just(prop_oneof![Just(0.0), Just(1.0)].boxed()),
    ]
}

fn row(columns: usize) -> impl Strategy<Value = Row> {
    values().prop_flat_map(move |value| {
        proptest::collection::vec(proptest::option::weighted(0.8, value), columns)
    })
}

proptest! {
    #[test]
    fn similarities_are_accurate_to_one_billionth(
        rows in (1_usize..30).prop_flat_map(|columns| proptest::collection::vec(row(columns), 2..5)),
    ) {
        check(&rows);
    }

    /// The ratings of others, however unusual, do not change a single bit of a pair.
    #[test]
    fn pair_depends_only_on_its_two_rows(
        rows in proptest::collection::vec(row(12), 2..6),
        stray in (0_usize..12, values().prop_flat_map(|value| value)),
    ) {
        let mut more = rows.clone();
        let mut other = vec![None; 12];
        other[stray.0] = Some(stray.1);
        more.push(other);
        let (before, after) = (matrix(&rows), matrix(&more));
        for measure in MEASURES {
            let (before, after) = (similarities(&before, measure), similarities(&after, measure));
            for row in RowIdx::first(rows.len()) {
                let of_old = |found: Vec<likemind::Neighbour>| -> Vec<(RowIdx, u64)> {
                    let old = found.iter().filter(|other| other.index.at() < rows.len());
                    old.map(|other| (other.index, other.similarity.to_bits())).collect()
                };
                prop_assert_eq!(of_old(before.row(row)), of_old(after.row(row)));
            }
        }
    }

    /// Tiles process rows in another order, but produce the same bits.
    #[test]
    fn all_pairs_equal_single_pairs_bit_for_bit(
        rows in proptest::collection::vec(row(9), 2..9),
    ) {
        let matrix = matrix(&rows);
        for measure in MEASURES {
            let similarities = similarities(&matrix, measure);
            let options = ModelOptions::new(Side::Users).with_k(10).with_min_similarity(-1.0).with_similarity(options(measure));
            let index = AllPairs::new(&matrix, options.check().unwrap()).run(&Unobserved).unwrap();
            for row in RowIdx::first(rows.len()) {
                for neighbour in index.list(row) {
                    let pair = similarities.pair(row, neighbour.index).similarity.unwrap();
                    prop_assert_eq!(pair.to_bits(), neighbour.similarity.to_bits());
                }
            }
        }
    }
}

#[test]
fn handles_values_near_a_million_and_near_one() {
    let a = [1_000_000.123, 1_000_001.377, 1_000_002.519].map(Some).to_vec();
    let b = [0.211, 1.817, 2.303].map(Some).to_vec();
    check(&[a.clone(), b.clone()]);
    let r = exact_similarity(Measure::Pcs, &a, &b).unwrap();
    assert!((r - 0.963_020).abs() < 1e-6, "{r}");
}

#[test]
fn constant_rows_have_no_correlation() {
    let constant = vec![Some(0.1); 3];
    let other = [0.2, 0.7, 0.3].map(Some).to_vec();
    let matrix = matrix(&[constant.clone(), other, constant]);
    for measure in [Measure::Pcs, Measure::CentredCosine] {
        let similarities = similarities(&matrix, measure);
        for (a, b) in [(0, 1), (0, 2), (1, 2)].map(|(a, b)| (RowIdx(a), RowIdx(b))) {
            assert_eq!(similarities.pair(a, b).similarity, None, "{measure}: {a:?}, {b:?}");
        }
    }
}

/// Rounding errors that accumulate in one direction, and a first value far from all others.
#[test]
fn sums_of_long_rows_are_accurate() {
    let mut x = vec![Some(0.1); 20_000];
    let mut y = vec![Some(0.7); 20_000];
    (x[0], y[0], y[1]) = (Some(0.0), Some(0.0), Some(1.4));
    check(&[x, y]);
}
