//! Errors of parameters.

/// Errors when validating or parsing parameters.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum ParameterError {
    /// The name is not that of a measure.
    #[error(
        "expected a measure (pcs, cosine, msd, jaccard, overlap, binary-cosine, pearson-baseline, \
         centred-cosine), found {found:?}"
    )]
    MeasureName {
        /// The text.
        found: String,
    },
    /// The text is not a weighting.
    #[error(
        "expected a weighting (none, shrink:50, shrink-less-one:100, herlocker:50, mahout), found {found:?}"
    )]
    WeightingName {
        /// The text.
        found: String,
    },
    /// The number of a weighting is out of range.
    #[error("expected a finite weighting number, 0 or more (herlocker: above 0), found {found}")]
    Weighting {
        /// The weighting, as text.
        found: String,
    },
    /// The name is not that of a dialect.
    #[error(
        "expected a dialect (likemind, surprise, mymedialite, mahout, lenskit), found {found:?}"
    )]
    DialectName {
        /// The text.
        found: String,
    },
    /// The name is not that of a centring.
    #[error("expected a centring (none, mean, zscore, baseline), found {found:?}")]
    CentreName {
        /// The text.
        found: String,
    },
    /// A number is out of range.
    #[error("expected {name} {expected}, found {found}")]
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// Its range, in words.
        expected: &'static str,
        /// The value.
        found: f64,
    },
}

/// Largest parameter of a matrix that is factorised: its inverse is still a single-precision number.
const LARGEST_OF_MATRIX: f64 = 1e30;

impl ParameterError {
    /// Checks that a parameter is finite and 0 or more.
    pub(crate) fn check_not_negative(name: &'static str, found: f64) -> Result<(), Self> {
        let expected = "to be finite and 0 or more";
        let is_fine = found.is_finite() && found >= 0.0;
        if is_fine { Ok(()) } else { Err(Self::OutOfRange { name, expected, found }) }
    }

    /// Checks that a parameter of a matrix is from 0 to [`LARGEST_OF_MATRIX`].
    pub(crate) fn check_of_matrix(name: &'static str, found: f64) -> Result<(), Self> {
        let expected = "to be from 0 to 1e30";
        let is_fine = (0.0..=LARGEST_OF_MATRIX).contains(&found);
        if is_fine { Ok(()) } else { Err(Self::OutOfRange { name, expected, found }) }
    }

    /// Checks that a parameter of a matrix is above 0, and at most [`LARGEST_OF_MATRIX`].
    pub(crate) fn check_positive_of_matrix(name: &'static str, found: f64) -> Result<(), Self> {
        let expected = "to be above 0 and at most 1e30";
        let is_fine = found > 0.0 && found <= LARGEST_OF_MATRIX;
        if is_fine { Ok(()) } else { Err(Self::OutOfRange { name, expected, found }) }
    }
}
