//! Every kernel produces the same bits as the reference.

use likemind::all_pairs::{Kernel, KernelError};
use likemind::matrix::{Offsets, Values};
use likemind::{
    AllPairs, Measure, ModelOptions, ModelParameters, NeighbourIndex, RatingMatrix, RatingScale,
    RowIdx, Side, Similarities, SimilarityOptions, Unobserved, Weighting,
};
use proptest::prelude::*;

/// A small deterministic random number generator, so that a matrix of any size follows from one
/// seed.
struct Random(u64);

impl Random {
    /// Returns a number below `end`.
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((u64::from((self.0 >> 32) as u32) * u64::from(end)) >> 32) as u32
    }
}

/// The shape of a random matrix.
#[derive(Clone, Copy, Debug)]
struct Shape {
    rows: u32,
    columns: u32,
    per_mille: u32,
    levels: u32,
    seed: u64,
}

fn shapes() -> impl Strategy<Value = Shape> {
    let per_mille = prop_oneof![Just(1), 1..50u32, 50..1000u32, Just(1000)];
    (1..200u32, 1..300u32, per_mille, 2..=11u32, any::<u64>()).prop_map(
        |(rows, columns, per_mille, levels, seed)| Shape { rows, columns, per_mille, levels, seed },
    )
}

/// Builds a matrix whose rows have random lengths up to the density; every fifth row is constant,
/// and some are empty or have a single rating.
fn matrix(shape: Shape) -> RatingMatrix {
    let mut random = Random(shape.seed);
    let (mut offsets, mut columns, mut levels) = (Offsets::default(), Vec::new(), Vec::new());
    for row in 0..shape.rows {
        let constant = (row % 5 == 0).then(|| 1 + random.below(shape.levels));
        let density = if row % 7 == 0 { 1000 } else { shape.per_mille };
        let row_columns =
            (0..shape.columns).filter(|_| random.below(1000) < density.min(shape.per_mille * 3));
        let chosen: Vec<u32> = row_columns.collect();
        for column in if row % 11 == 3 { &chosen[..chosen.len().min(1)] } else { &chosen[..] } {
            columns.push(*column);
            let level = constant.unwrap_or_else(|| 1 + random.below(shape.levels));
            levels.push(level as u8);
        }
        offsets.push(columns.len() - offsets.total());
    }
    let scale: RatingScale = format!("1:{}:1", shape.levels).parse().unwrap();
    let values = Values::Levels(levels);
    RatingMatrix::from_rows(scale, shape.columns as usize, &offsets, columns, values).unwrap()
}

fn parameters(side: Side, k: usize, floor: f64, similarity: SimilarityOptions) -> ModelParameters {
    let options =
        ModelOptions::new(side).with_k(k).with_min_similarity(floor).with_similarity(similarity);
    options.check().unwrap()
}

fn index(matrix: &RatingMatrix, model: ModelParameters, kernel: Option<Kernel>) -> NeighbourIndex {
    AllPairs::with_kernel(matrix, model, kernel).run(&Unobserved).unwrap()
}

/// Builds the lists from the reference similarities, pair by pair.
fn reference(matrix: &RatingMatrix, model: ModelParameters) -> NeighbourIndex {
    let all = Similarities::new(matrix, model.side(), model.similarity());
    let rows = RowIdx::first(all.rows());
    let list = |row: RowIdx| {
        let mut list: Vec<_> = rows
            .clone()
            .filter(|&other| other != row)
            .filter_map(|index| {
                let pair = all.pair(row, index);
                let similarity = pair.similarity.filter(|&s| model.keeps(s))?;
                Some(likemind::Neighbour { index, overlap: pair.overlap, similarity })
            })
            .collect();
        list.sort_by(likemind::Neighbour::rank_order);
        list.truncate(model.k());
        list
    };
    NeighbourIndex::from_lists(model.side(), rows.clone().map(list)).unwrap()
}

fn weightings() -> impl Strategy<Value = Weighting> {
    prop_oneof![
        Just(Weighting::None),
        Just(Weighting::Shrink(50.0)),
        Just(Weighting::Shrink(1e9)),
        Just(Weighting::ShrinkLessOne(0.0)),
        Just(Weighting::ShrinkLessOne(100.0)),
        Just(Weighting::Herlocker(50.0)),
        Just(Weighting::Herlocker(0.5)),
        Just(Weighting::Mahout),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 48 }))]

    #[test]
    fn all_kernels_match_the_reference_bit_for_bit(
        shape in shapes(),
        k in prop_oneof![1..8usize, 90..300usize],
        floor in prop_oneof![Just(0.0), Just(-1.0), Just(0.2), Just(-0.3)],
        weighting in weightings(),
        min_overlap in 1..4u32,
    ) {
        let matrix = matrix(shape);
        for side in [Side::Users, Side::Items] {
            let similarity = SimilarityOptions::default().with_weighting(weighting).with_min_overlap(min_overlap);
            let model = parameters(side, k, floor, similarity);
            let expected = reference(&matrix, model);
            prop_assert_eq!(&index(&matrix, model, None), &expected, "chosen by cost");
            for kernel in Kernel::available() {
                prop_assert_eq!(&index(&matrix, model, Some(kernel)), &expected, "{}", kernel);
            }
        }
    }

    #[test]
    fn all_measures_match_the_reference_on_all_kernels(shape in shapes(), scale in 0..4usize, weighting in weightings()) {
        let levels = matrix(shape);
        let scales = ["1:11:1", "0.5:5.5:0.5", "0:10:1", "-4:6:1"];
        let (offsets, columns, values) = levels.rows(Side::Users).to_parts();
        let matrix = RatingMatrix::from_rows(
            scales[scale].parse().unwrap(),
            levels.items(),
            &offsets,
            columns.to_vec(),
            values.into_owned(),
        ).unwrap();
        for measure in Measure::all() {
            let similarity = SimilarityOptions::default().with_measure(measure).with_weighting(weighting);
            let model = parameters(Side::Users, 5, 0.0, similarity);
            let expected = reference(&matrix, model);
            for kernel in Kernel::available() {
                prop_assert_eq!(&index(&matrix, model, Some(kernel)), &expected, "{} {}", measure, kernel);
            }
        }
    }
}

/// Rows of 12,000 columns with nearly equal levels, so that the variances are tiny.
#[test]
fn long_overlaps_of_tiny_variance_are_exact() {
    let columns: u32 = if cfg!(miri) { 600 } else { 12_000 };
    let rows = 70;
    let mut random = Random(1);
    let (mut offsets, mut all, mut levels) = (Offsets::default(), Vec::new(), Vec::new());
    for row in 0..rows {
        for column in 0..columns {
            all.push(column);
            levels.push(if random.below(columns) < row % 5 { 10 } else { 11 });
        }
        offsets.push(columns as usize);
    }
    let scale = "1:11:1".parse().unwrap();
    let matrix =
        RatingMatrix::from_rows(scale, columns as usize, &offsets, all, Values::Levels(levels))
            .unwrap();
    for floor in [0.0, -1.0] {
        let model = parameters(Side::Users, 20, floor, SimilarityOptions::default());
        let expected = reference(&matrix, model);
        assert!(expected.entries() > 0);
        for kernel in Kernel::available() {
            assert_eq!(index(&matrix, model, Some(kernel)), expected, "{kernel}");
        }
    }
}

#[test]
fn kernels_are_found_by_name() {
    for kernel in Kernel::available() {
        assert_eq!(Kernel::from_name(kernel.name()), Ok(kernel));
    }
    assert!(Kernel::available().contains(&Kernel::from_name("portable").unwrap()));
    assert!(matches!(Kernel::from_name("abacus"), Err(KernelError::Unknown { .. })));
}

/// Every tile has a positive expected cost, and rehearsing leaves the lists unchanged.
#[test]
fn rehearsing_leaves_the_lists_unchanged() {
    let shape = Shape { rows: 1500, columns: 80, per_mille: 200, levels: 5, seed: 3 };
    let matrix = matrix(shape);
    let model = parameters(Side::Users, 10, 0.0, SimilarityOptions::default());
    for kernel in Kernel::available() {
        let all_pairs = AllPairs::with_kernel(&matrix, model, Some(kernel));
        for tile in all_pairs.tiles() {
            assert!(all_pairs.work(tile).total() > 0.0);
            all_pairs.compute_and_discard(tile);
        }
        let run = all_pairs.run(&Unobserved).unwrap();
        assert_eq!(run, reference(&matrix, model), "{kernel}");
    }
}
