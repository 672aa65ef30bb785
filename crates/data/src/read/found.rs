//! Which published layout a file has, how that was found, and what follows from it.

use super::collect::{Collector, ScaleRule};
use super::fields::RowReader;
use super::numbers;
use crate::dataset::Layout;
use crate::options::Delimiter;
use likemind::RatingScale;

/// The first so many rows tell whether a file has its layout's scale: it has not if one row in twenty
/// is off it.
const OFF_SCALE: usize = 20;

/// A layout, and how it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) layout: Layout,
    by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// It was asked for.
    Choice,
    /// The name of the file, which its first row does not belie.
    Name,
}

impl Found {
    pub(super) fn chosen(layout: Layout) -> Self {
        Self { layout, by: By::Choice }
    }

    pub(super) fn by_name(layout: Layout) -> Self {
        Self { layout, by: By::Name }
    }

    /// What was assumed, why, and what changes it; for errors.
    pub(super) fn assumed(self) -> String {
        let layout = self.layout;
        match self.by {
            By::Choice => format!(" (as --dataset {layout} has them)"),
            By::Name => {
                format!(" (as {layout} has them, by the file's name; --dataset csv reads any text)")
            }
        }
    }

    /// The same of the scale.
    fn assumed_scale(self) -> String {
        let layout = self.layout;
        match self.by {
            By::Choice => format!(" of {layout} (--scale takes another)"),
            By::Name => format!(
                " of {layout} (by the file's name; --scale takes another, --dataset csv finds one)"
            ),
        }
    }

    /// Expects the scale that the layout's publisher documents, unless the first rows are off it.
    pub(super) fn expect_scale(self, start: &[u8], collector: &mut Collector<'_>) {
        let rule = scale_rule(self.layout);
        if self.by == By::Choice || is_on_scale(self.layout, rule, start) {
            collector.expect_scale(rule, self.assumed_scale());
        }
    }
}

/// Whether nearly all of the first rows' ratings are on the rule's scale.
fn is_on_scale(layout: Layout, rule: ScaleRule, start: &[u8]) -> bool {
    let (Some(scale), Some(delimiter)) = (rule.required(), delimiter(layout)) else { return true };
    let mut rows = RowReader::new(start, delimiter);
    let (mut on, mut off) = (0, 0);
    while let Ok(Some(_)) = rows.next_row("") {
        let rating = std::str::from_utf8(rows.field(2)).ok().and_then(numbers::parse);
        match rating {
            Some(rating) if scale.contains(rating) => on += 1,
            Some(_) => off += 1,
            None => {}
        }
    }
    off * OFF_SCALE <= on + off
}

/// What stands between the fields of a published layout.
pub(super) fn delimiter(layout: Layout) -> Option<Delimiter> {
    match layout {
        Layout::Ml100k | Layout::Lastfm2k => Some(Delimiter::Byte(b'\t')),
        Layout::Ml1m => Some(Delimiter::DoubleColon),
        Layout::MlLatest => Some(Delimiter::Byte(b',')),
        Layout::Netflix | Layout::Csv | Layout::JsonLines | Layout::Parquet => None,
    }
}

/// The scale that a layout's publisher documents.
fn scale_rule(layout: Layout) -> ScaleRule {
    match layout {
        Layout::Ml100k => ScaleRule::Fixed(RatingScale::FIVE_STARS),
        Layout::MlLatest => ScaleRule::Fixed(RatingScale::HALF_STARS),
        // 1M has whole stars and 10M half ones, in the same layout.
        Layout::Ml1m => ScaleRule::Stars,
        _ => ScaleRule::Find,
    }
}
