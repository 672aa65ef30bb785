//! What an import tells besides its counts: what was left out, and what looks like a mistake.

use crate::commands::scale;
use crate::messages::{note, say};
use likemind_data::{Dataset, FarValues, Layout};
use likemind_store::{ImportSummary, Retitled, Summary};

/// About what was read.
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
    if let Some(far) = &dataset.far {
        note(far_values(far));
    }
}

/// About what became of it in the database.
pub(super) fn of_import(dataset: &Dataset, before: Option<&Summary>, summary: &ImportSummary) {
    let former = before.and_then(|before| before.name.as_deref());
    if let Some(former) = former.filter(|&former| is_another(former, dataset)) {
        note(format_args!(
            "the database held {former}; {} was added to it, and equal ids count as the same user \
             or item (--replace starts over, --db names another database)",
            dataset.name
        ));
    }
    if let Retitled { count, first: Some(first) } = &summary.retitled {
        note(format_args!(
            "{count} known items have another title now: item {} was {:?}, and is {:?}",
            first.item, first.before, first.after
        ));
    }
    scale::note_change(before.and_then(|before| before.scale), summary.now.scale);
}

/// Whether a published data set came to another one.
fn is_another(former: &str, dataset: &Dataset) -> bool {
    !matches!(dataset.layout, Layout::Csv | Layout::JsonLines | Layout::Parquet)
        && former != dataset.name
}

fn far_values(far: &FarValues) -> String {
    let FarValues { count, value, user, item, others } = far;
    format!(
        "{count} of the ratings are far from all others, such as {value} by user {user:?} of item \
         {item:?}, where the others are {} to {}; --scale with --skip-bad-rows leaves them out",
        others.0, others.1
    )
}
