//! Whoever upgrades in the middle of a job goes on with it: checkpoints that former versions wrote are
//! of the same computation, and bring it to the same end.

use likemind::{
    AllPairs, Checkpoint, ModelOptions, ModelParameters, RatingMatrix, RatingTable, Side,
    Unobserved,
};

/// Ratings that follow from the indices alone: 600 users have three tiles.
fn matrix() -> RatingMatrix {
    let mut table = RatingTable::new();
    for user in 0..600_u32 {
        for item in 0..40_u32 {
            let noise = (user * 7_919 + item * 104_729).wrapping_mul(2_654_435_761) >> 20;
            if noise % 100 < 30 {
                let rating = f64::from((user % 5 * item + noise % 3) % 9 + 2) / 2.0;
                table.push(&user.to_string(), &item.to_string(), rating, None).unwrap();
            }
        }
    }
    RatingMatrix::from_table(&table, "0.5:5.5:0.5".parse().unwrap()).unwrap()
}

fn parameters() -> ModelParameters {
    let mut options =
        ModelOptions { k: 2, min_similarity: 0.125, ..ModelOptions::new(Side::Users) };
    options.similarity.weighting = "herlocker:7.5".parse().unwrap();
    options.check().unwrap()
}

/// The first two tiles, as version 0.1.0 saved them on 28 November 2026, one after the other.
const FORMAT_3: [&[u8]; 2] =
    [include_bytes!("fixtures/checkpoint_3_1.bin"), include_bytes!("fixtures/checkpoint_3_2.bin")];

#[test]
fn checkpoints_of_former_versions_are_gone_on_from() {
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

/// The order of a list's neighbours may be another, as kernels offer them.
#[test]
fn checkpoints_are_still_named_as_they_were() {
    let (matrix, parameters) = (matrix(), parameters());
    let bytes = AllPairs::new(&matrix, parameters).checkpoint(&Default::default()).to_bytes();
    let (format, computation) = (&bytes[..4], &bytes[4..36]);
    assert_eq!((format, computation), (&FORMAT_3[0][..4], &FORMAT_3[0][4..36]));
}
