//! Loading the matrix from the packed ratings against reading ratings row by row.

use likemind::RatingMatrix;
use likemind_bench::{Guard, SEED, batch, csv};
use likemind_data::{ReadOptions, Shape, read_from};
use likemind_store::Store;
use tokio::runtime::Builder;

pub(super) fn compare(guard: &mut Guard) -> anyhow::Result<()> {
    let text = csv(&Shape::named("ml-100k", 1.0, SEED)?);
    let read = read_from(text.as_bytes(), "generated.csv", &ReadOptions::default())?;
    let folder = tempfile::tempdir()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let store = runtime.block_on(Store::create_or_open(&folder.path().join("guard.db")))?;
    runtime.block_on(store.import(batch(&read), &mut |_| ()))?;
    let by_rows = || {
        let ratings = runtime.block_on(store.ratings()).expect("a whole database");
        RatingMatrix::from_table(&ratings, read.scale).expect("imported ratings")
    };
    let packed = || runtime.block_on(store.matrix()).expect("a whole database");
    let compared = guard.compare("open-vs-row-by-row", packed, by_rows);
    runtime.block_on(store.close());
    compared
}
