//! Importing a data set.

use crate::progress::{Step, StepProgress};
use likemind_data::{Dataset, Layout, ScaleOrigin};
use likemind_store::{
    ImportBatch, ImportError, ImportMode, ImportProgress, ImportStep, ImportSummary, Keep,
    ScaleChoice, Store, Summary,
};

/// The result of an import.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The contents of the database before; `None` if it was empty or its contents were replaced.
    pub before: Option<Summary>,
    /// What the import added and changed.
    pub summary: ImportSummary,
}

/// Writes a data set to a database, all or nothing. `tell` is called with the number of written ratings.
///
/// # Errors
/// As [`Store::import`].
pub async fn import(
    store: &Store,
    dataset: &Dataset,
    mode: ImportMode,
    keep: Keep,
    tell: &mut (dyn FnMut(StepProgress) + Send),
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
            tell(StepProgress::new(Step::Importing, done, total));
        }
    };
    let summary = store.import(batch, &mut report).await?;
    Ok(Imported { before, summary })
}

fn scale_choice(origin: ScaleOrigin) -> ScaleChoice {
    match origin {
        ScaleOrigin::Given => ScaleChoice::Given,
        ScaleOrigin::Layout => ScaleChoice::Documented,
        ScaleOrigin::Detected => ScaleChoice::Found,
    }
}

impl Imported {
    /// The name of the different data set that `dataset` was added to, if `dataset` is a published one.
    /// Equal ids count as the same user or item, so this may be a mistake. `None` if it was the same
    /// data set, or if `dataset` comes from a custom file.
    pub fn mixed_with(&self, dataset: &Dataset) -> Option<&str> {
        let former = self.before.as_ref()?.name.as_deref()?;
        let is_published =
            !matches!(dataset.layout, Layout::Csv | Layout::JsonLines | Layout::Parquet);
        (is_published && former != dataset.name).then_some(former)
    }
}
