//! Fingerprints that identify a computation.

use super::order::RowOrder;
use super::tile::Tile;
use crate::baseline::BaselineOptions;
use crate::ids::DenseIdx;
use crate::matrix::RatingMatrix;
use crate::measure::Measure;
use crate::parameters::{ModelOptions, ModelParameters, SimilarityOptions};
use crate::scale::RatingScale;
use crate::side::Side;
use crate::weighting::Weighting;
use sha2::{Digest, Sha256};

/// Incremented whenever tiles or lists change their meaning: if the row order, the tiles, what
/// lists keep, or any bit of a similarity differs. Checkpoints of earlier versions are then
/// rejected, and the computation starts over.
const COMPUTATION: u32 = 2;

/// SHA-256 of everything a computation depends on except the individual ratings: a caller that
/// stores checkpoints must store a digest of its data with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fingerprint(pub(super) [u8; 32]);

impl Fingerprint {
    pub(super) fn new(
        matrix: &RatingMatrix,
        parameters: &ModelParameters,
        order: &RowOrder,
        tiles: &[Tile],
    ) -> Self {
        let mut hash = Sha256::new();
        hash.update(COMPUTATION.to_le_bytes());
        let (model, scale) = (model_text(parameters.options()), scale_text(*matrix.scale()));
        hash.update(format!("ModelParameters({model}) {scale} {}", tiles_text(tiles)));
        for count in [matrix.users(), matrix.items(), matrix.ratings(), tiles.len()] {
            hash.update((count as u64).to_le_bytes());
        }
        for row in order.rows() {
            hash.update(row.get().to_le_bytes());
        }
        Self(hash.finalize().into())
    }
}

// The texts below are part of the checkpoint format: changing a single letter invalidates every
// existing checkpoint. They resemble Rust because they were originally `Debug` output. They are
// written out here so that types can be renamed. They omit the dialect, on which no neighbour
// depends.

fn model_text(options: &ModelOptions) -> String {
    let ModelOptions { side, k, min_similarity, ref similarity, dialect: _ } = *options;
    let side = match side {
        Side::Users => "Users",
        Side::Items => "Items",
    };
    let similarity = similarity_text(similarity);
    format!(
        "ModelOptions {{ side: {side}, k: {k}, min_similarity: {}, similarity: {similarity} }}",
        number(min_similarity),
    )
}

fn similarity_text(options: &SimilarityOptions) -> String {
    let SimilarityOptions { measure, weighting, min_overlap, ref baseline } = *options;
    let (measure, weighting) = (measure_text(measure), weighting_text(weighting));
    let baseline = baseline_text(baseline);
    format!(
        "SimilarityOptions {{ measure: {measure}, weighting: {weighting}, min_overlap: {min_overlap}, \
         baseline: {baseline} }}"
    )
}

fn measure_text(measure: Measure) -> &'static str {
    match measure {
        Measure::Pcs => "Pcs",
        Measure::Cosine => "Cosine",
        Measure::MeanSquaredDifference => "MeanSquaredDifference",
        Measure::Jaccard => "Jaccard",
        Measure::Overlap => "Overlap",
        Measure::BinaryCosine => "BinaryCosine",
        Measure::BaselinePearson => "BaselinePearson",
        Measure::CentredCosine => "CentredCosine",
    }
}

fn weighting_text(weighting: Weighting) -> String {
    match weighting {
        Weighting::None => "None".to_owned(),
        Weighting::Shrink(lambda) => format!("Shrink({})", number(lambda)),
        Weighting::ShrinkLessOne(lambda) => format!("ShrinkLessOne({})", number(lambda)),
        Weighting::Herlocker(gamma) => format!("Herlocker({})", number(gamma)),
        Weighting::Mahout => "Mahout".to_owned(),
    }
}

fn baseline_text(options: &BaselineOptions) -> String {
    let BaselineOptions { item_ridge, user_ridge, rounds, tolerance } = *options;
    format!(
        "BaselineOptions {{ item_ridge: {}, user_ridge: {}, rounds: {rounds}, tolerance: {} }}",
        number(item_ridge),
        number(user_ridge),
        number(tolerance),
    )
}

fn scale_text(scale: RatingScale) -> String {
    let step = scale.step().map_or("None".to_owned(), |step| format!("Some({})", number(step)));
    let (min, max) = (number(scale.min()), number(scale.max()));
    format!("RatingScale {{ min: {min}, max: {max}, step: {step} }}")
}

fn tiles_text(tiles: &[Tile]) -> String {
    let tile = |tile: &Tile| {
        let (rows, columns) = (tile.rows(), tile.columns());
        let (row, row_end, column, column_end) = (rows.start, rows.end, columns.start, columns.end);
        format!("Tile {{ rows: {row}..{row_end}, columns: {column}..{column_end} }}")
    };
    format!("[{}]", tiles.iter().map(tile).collect::<Vec<_>>().join(", "))
}

/// Returns the shortest decimal number that reads back as this one, with a fraction or an exponent.
fn number(number: f64) -> String {
    format!("{number:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_stable_across_versions() {
        let mut options = ModelOptions::new(Side::Items);
        (options.k, options.min_similarity) = (7, -0.0);
        let text = |weighting: &str| {
            format!(
                "ModelOptions {{ side: Items, k: 7, min_similarity: -0.0, similarity: \
                 SimilarityOptions {{ measure: Pcs, weighting: {weighting}, min_overlap: 2, baseline: \
                 BaselineOptions {{ item_ridge: 5.0, user_ridge: 8.0, rounds: 60, tolerance: 1e-10 }} \
                 }} }}"
            )
        };
        for (weighting, expected) in [
            (Weighting::None, "None"),
            (Weighting::Shrink(50.0), "Shrink(50.0)"),
            (Weighting::ShrinkLessOne(1e-7), "ShrinkLessOne(1e-7)"),
            (Weighting::Herlocker(1e300), "Herlocker(1e300)"),
            (Weighting::Mahout, "Mahout"),
        ] {
            options.similarity.weighting = weighting;
            assert_eq!(model_text(&options), text(expected));
        }
        for (scale, expected) in [
            ("0:1e-9", "RatingScale { min: 0.0, max: 1e-9, step: None }"),
            ("1:5:1", "RatingScale { min: 1.0, max: 5.0, step: Some(1.0) }"),
        ] {
            assert_eq!(scale_text(scale.parse().unwrap()), expected);
        }
        let plan = super::super::tile::TilePlan::new(300);
        assert_eq!(
            tiles_text(plan.tiles()),
            "[Tile { rows: 0..256, columns: 0..300 }, Tile { rows: 256..300, columns: 0..300 }]"
        );
    }
}
