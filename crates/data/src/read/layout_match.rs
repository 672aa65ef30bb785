//! The published layout of a file, how it was recognised, and the scale that it implies.

use super::collect::{Collector, ScaleRule};
use super::fields::RowReader;
use super::numbers;
use crate::dataset::Layout;
use crate::options::Delimiter;
use likemind::RatingScale;

/// A file has the scale of its layout if at most one in this many of its first ratings is off it.
const RATINGS_PER_OFF_SCALE: usize = 20;

/// A layout and how it was determined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LayoutMatch {
    pub(super) layout: Layout,
    origin: LayoutOrigin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LayoutOrigin {
    /// The options.
    Option,
    /// The name of the file, confirmed by its first row.
    FileName,
}

impl LayoutMatch {
    pub(super) fn from_option(layout: Layout) -> Self {
        Self { layout, origin: LayoutOrigin::Option }
    }

    pub(super) fn from_file_name(layout: Layout) -> Self {
        Self { layout, origin: LayoutOrigin::FileName }
    }

    /// A note for errors: why the layout is assumed and which option changes it.
    pub(super) fn hint(self) -> String {
        let layout = self.layout;
        match self.origin {
            LayoutOrigin::Option => format!(" (as in --dataset {layout})"),
            LayoutOrigin::FileName => {
                format!(" (as in {layout}, by the file's name; --dataset csv reads any text)")
            }
        }
    }

    /// A note for errors: why the scale is assumed and which option changes it.
    fn scale_hint(self) -> String {
        let layout = self.layout;
        match self.origin {
            LayoutOrigin::Option => format!(" of {layout} (--scale sets another)"),
            LayoutOrigin::FileName => format!(
                " of {layout} (by the file's name; --scale sets another, --dataset csv detects it)"
            ),
        }
    }

    /// Makes the collector expect the documented scale of the layout. A layout recognised by the
    /// file name must also have its first ratings on the scale.
    pub(super) fn expect_scale(self, start: &[u8], collector: &mut Collector<'_>) {
        let rule = scale_rule(self.layout);
        if self.origin == LayoutOrigin::Option || is_on_scale(self.layout, rule, start) {
            collector.expect_scale(rule, self.scale_hint());
        }
    }
}

/// Whether nearly all ratings of the first rows are on the scale of the rule.
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
    off * RATINGS_PER_OFF_SCALE <= on + off
}

/// The delimiter of a published layout; `None` if it has none or it is not fixed.
pub(super) fn delimiter(layout: Layout) -> Option<Delimiter> {
    match layout {
        Layout::Ml100k | Layout::Lastfm2k => Some(Delimiter::Byte(b'\t')),
        Layout::Ml1m => Some(Delimiter::DoubleColon),
        Layout::MlLatest => Some(Delimiter::Byte(b',')),
        Layout::Netflix | Layout::Csv | Layout::JsonLines | Layout::Parquet => None,
    }
}

/// How the scale of a layout is determined: as documented by its publisher, or else from the
/// ratings.
fn scale_rule(layout: Layout) -> ScaleRule {
    match layout {
        Layout::Ml100k => ScaleRule::Fixed(RatingScale::FIVE_STARS),
        Layout::MlLatest => ScaleRule::Fixed(RatingScale::HALF_STARS),
        // MovieLens 1M has whole stars and 10M half stars, in the same layout.
        Layout::Ml1m => ScaleRule::Stars,
        _ => ScaleRule::Detect,
    }
}
