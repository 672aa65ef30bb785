//! Checkpoints written by earlier versions resume the same computation and lead to the same result,
//! so a job survives an upgrade.

mod common;

use likemind::all_pairs::Checkpoint;
use likemind::{AllPairs, ModelOptions, ModelParameters, RatingMatrix, Side, Unobserved};

fn matrix() -> RatingMatrix {
    common::three_tiles("0.5:5.5:0.5")
}

fn parameters() -> ModelParameters {
    let mut options = ModelOptions::new(Side::Users).with_k(2).with_min_similarity(0.125);
    options.similarity.weighting = "herlocker:7.5".parse().unwrap();
    options.check().unwrap()
}

/// The first two tiles, as written by version 0.1.0 on 28 November 2026, in order.
const FORMAT_3: [&[u8]; 2] =
    [include_bytes!("fixtures/checkpoint_3_1.bin"), include_bytes!("fixtures/checkpoint_3_2.bin")];

#[test]
fn resumes_from_checkpoints_of_earlier_versions() {
    let (matrix, parameters) = (matrix(), parameters());
    let whole = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
    assert!(whole.entries() > 1000);
    let checkpoints = FORMAT_3.map(|bytes| Checkpoint::from_bytes(bytes).unwrap());
    let resumed = AllPairs::resume(&matrix, parameters, checkpoints);
    let resumed = resumed.unwrap_or_else(|error| {
        panic!(
            "{error}: if the order of rows, the tiles or what lists keep changed, raise COMPUTATION in \
             all_pairs/fingerprint.rs and replace the fixtures; if not, keep the format"
        )
    });
    assert_eq!((resumed.merged().count(), resumed.tiles().len()), (2, 3));
    assert_eq!(resumed.run(&Unobserved).unwrap(), whole);
}

/// Compares only the format and the fingerprint: the order of neighbours within a list depends on
/// the kernel.
#[test]
fn checkpoint_format_and_fingerprint_are_unchanged() {
    let (matrix, parameters) = (matrix(), parameters());
    let bytes = AllPairs::new(&matrix, parameters).checkpoint(&Default::default()).to_bytes();
    let (format, computation) = (&bytes[..4], &bytes[4..36]);
    assert_eq!((format, computation), (&FORMAT_3[0][..4], &FORMAT_3[0][4..36]));
}
