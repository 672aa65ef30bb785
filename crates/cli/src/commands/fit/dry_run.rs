//! `likemind fit --dry-run`

use crate::fitting::forced_kernel;
use crate::output::Output;
use crate::pool::in_pool;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::Result;
use likemind::{ModelParameters, RatingMatrix, Side};
use likemind_engine::expect;
use serde::Serialize;

/// The estimated cost of a fit.
#[derive(Serialize)]
struct Expected {
    side: Side,
    rows: u64,
    pairs: u64,
    co_ratings: u64,
    kernel: &'static str,
    seconds: f64,
    memory_mib: u64,
}

impl Record for Expected {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("side", |expected| Field::text(expected.side.to_string())),
            column("rows", |expected| Field::Count(expected.rows)),
            column("pairs", |expected| Field::Count(expected.pairs)),
            column("co_ratings", |expected| Field::Count(expected.co_ratings)),
            column("kernel", |expected| Field::text(expected.kernel)),
            column("seconds", |expected| Field::Real(Some(expected.seconds))),
            column("memory_mib", |expected| Field::Count(expected.memory_mib)),
        ]
    }
}

impl Expected {
    fn new(side: Side, expected: likemind_engine::Expected) -> Self {
        let likemind_engine::Expected { rows, pairs, co_ratings, kernel, seconds, bytes } =
            expected;
        let (kernel, memory_mib) = (kernel.name(), bytes >> 20);
        Self { side, rows, pairs, co_ratings, kernel, seconds, memory_mib }
    }
}

/// Estimates the cost of each model by computing a few of its tiles.
pub(super) fn run(
    matrix: &RatingMatrix,
    models: &[ModelParameters],
    threads: Option<usize>,
    out: &mut Output<'_>,
) -> Result<()> {
    let kernel = forced_kernel()?;
    let expect = |&parameters: &ModelParameters| {
        in_pool(threads, || Expected::new(parameters.side(), expect(matrix, parameters, kernel)))
    };
    let expected = models.iter().map(expect).collect::<Result<Vec<_>>>()?;
    match &expected[..] {
        [one] => out.one(one),
        several => out.many(several),
    }
}
