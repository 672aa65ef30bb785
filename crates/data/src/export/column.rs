//! Columns of tables.

/// A named column.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    /// The name in the header.
    pub name: &'a str,
    /// The values, one per row.
    pub values: Values<'a>,
}

/// The values of a column.
#[derive(Clone, Debug)]
pub enum Values<'a> {
    /// Text.
    Text(Vec<&'a str>),
    /// Integers.
    Integers(Vec<i64>),
    /// Integers, some of them unknown (empty in CSV, null in JSON and Parquet).
    OptionalIntegers(Vec<Option<i64>>),
    /// Real numbers, written so that reading them returns the same bits.
    Reals(Vec<f64>),
    /// Real numbers, some of them unknown.
    OptionalReals(Vec<Option<f64>>),
    /// Truth values, some of them unknown.
    OptionalFlags(Vec<Option<bool>>),
}

impl Values<'_> {
    /// Number of values.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Integers(values) => values.len(),
            Self::OptionalIntegers(values) => values.len(),
            Self::Reals(values) => values.len(),
            Self::OptionalReals(values) => values.len(),
            Self::OptionalFlags(values) => values.len(),
        }
    }
}
