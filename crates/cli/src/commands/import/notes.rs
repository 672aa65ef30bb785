//! Notes of an import: skipped rows, and possible mistakes.

use crate::messages::{note, say};
use crate::notes::note_scale_change;
use likemind_data::{Dataset, Outliers};
use likemind_engine::Imported;
use likemind_store::ChangedTitles;

/// Notes about the source.
pub(super) fn of_dataset(dataset: &Dataset) {
    for row in &dataset.skipped.first {
        say(format_args!("left out: {row}"));
    }
    if dataset.skipped.count > dataset.skipped.first.len() {
        say(format_args!("left out: {} rows in all", dataset.skipped.count));
    }
    if dataset.without_rating > 0 {
        note(format_args!(
            "rows or cells without a rating, by --missing: {}",
            dataset.without_rating
        ));
    }
    if let Some(outliers) = &dataset.outliers {
        note(describe(outliers));
    }
}

/// Notes about the changes in the database.
pub(super) fn of_import(dataset: &Dataset, imported: &Imported) {
    let Imported { before, summary } = imported;
    if let Some(former) = imported.mixed_with(dataset) {
        note(format_args!(
            "{} was added to {former}, which the database already had; equal ids count as the same user \
             or item (use --replace to start over, or --db for another database)",
            dataset.name
        ));
    }
    if let ChangedTitles { count, first: Some(first) } = &summary.retitled {
        note(format_args!(
            "titles of known items have changed ({count} in all): item {} from {:?} to {:?}",
            first.item, first.before, first.after
        ));
    }
    let before = before.as_ref().and_then(|before| before.scale);
    note_scale_change(before, summary.now.scale);
}

fn describe(outliers: &Outliers) -> String {
    let Outliers { count, value, user, item, others } = outliers;
    format!(
        "{count} of the ratings are far from all others, such as {value} by user {user:?} of item \
         {item:?}, where the others are {} to {}; --scale with --skip-bad-rows leaves them out",
        others.0, others.1
    )
}
