//! Importing what was read.

use crate::progress::{Advance, Step};
use likemind_data::{Dataset, Layout, ScaleOrigin};
use likemind_store::{
    ImportBatch, ImportError, ImportMode, ImportProgress, ImportStep, ImportSummary, Keep,
    ScaleChoice, Store, Summary,
};

/// What an import did.
#[derive(Clone, Debug)]
pub struct Imported {
    /// What the database held before; `None` if it held nothing, or nothing of it was to stay.
    pub before: Option<Summary>,
    /// What became of the ratings and items.
    pub summary: ImportSummary,
}

/// Writes a data set to a database: all of it or nothing. `tell` is told how many ratings are written.
///
/// # Errors
/// As [`Store::import`].
pub async fn import(
    store: &Store,
    dataset: &Dataset,
    mode: ImportMode,
    keep: Keep,
    tell: &mut (dyn FnMut(Advance) + Send),
) -> Result<Imported, ImportError> {
    let before = Some(store.summary().await?);
    let before = before.filter(|before| before.scale.is_some() && mode == ImportMode::Add);
    let batch = ImportBatch::new(&dataset.ratings, dataset.scale)
        .with_name(&dataset.name)
        .with_catalogue(&dataset.catalogue)
        .with_scale_choice(scale_choice(dataset.scale_origin))
        .with_keep(keep)
        .with_mode(mode);
    let mut report = |ImportProgress { step, done, total }| {
        if step == ImportStep::Ratings {
            tell(Advance::new(Step::Importing, done, total));
        }
    };
    let summary = store.import(batch, &mut report).await?;
    Ok(Imported { before, summary })
}

fn scale_choice(origin: ScaleOrigin) -> ScaleChoice {
    match origin {
        ScaleOrigin::Given => ScaleChoice::Given,
        ScaleOrigin::Layout => ScaleChoice::Documented,
        ScaleOrigin::Found => ScaleChoice::Found,
    }
}

impl Imported {
    /// The name of the other data set that `dataset`, a published one, was added to: equal ids then
    /// count as the same user or item, which may be a mistake. `None` where it is no other, or a file of
    /// one's own.
    pub fn mixed_with(&self, dataset: &Dataset) -> Option<&str> {
        let former = self.before.as_ref()?.name.as_deref()?;
        let is_published =
            !matches!(dataset.layout, Layout::Csv | Layout::JsonLines | Layout::Parquet);
        (is_published && former != dataset.name).then_some(former)
    }
}
