//! Collects the rows of a source: checks them against the scale, and rejects or skips bad ones.

use super::missing::MissingMarker;
use super::outliers::find_outliers;
use crate::dataset::{Dataset, Layout, Outliers, ScaleOrigin, SkippedRows};
use crate::error::{BadRow, DataError, RowFault};
use crate::options::{BadRows, Implicit, ReadOptions};
use likemind::ids::{IdError, MAX_ID_BYTES};
use likemind::scale::{MAX_LEVELS, MAX_RATING};
use likemind::{Catalogue, DenseIdx, Ids, ItemIdx, RatingScale, RatingTable, UserIdx};

/// Maximum number of skipped rows that are kept for the report.
const MAX_SHOWN: usize = 5;

/// How the scale of the ratings is determined.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ScaleRule {
    /// The scale set in the options.
    Given(RatingScale),
    /// The scale of the layout.
    Fixed(RatingScale),
    /// Half stars, or whole stars if all ratings are integers.
    Stars,
    /// The smallest common scale that contains all ratings.
    Detect,
}

impl ScaleRule {
    pub(super) fn required(self) -> Option<RatingScale> {
        match self {
            Self::Given(scale) | Self::Fixed(scale) => Some(scale),
            Self::Stars => Some(RatingScale::HALF_STARS),
            Self::Detect => None,
        }
    }
}

/// A rating as read from a source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Row<'r> {
    pub(crate) user: &'r str,
    pub(crate) item: &'r str,
    /// `None` if the source says that there is no rating.
    pub(crate) rating: Option<f64>,
    pub(crate) timestamp: Option<i64>,
}

/// Collects the rows of a source.
pub(crate) struct Collector<'o> {
    pub(crate) table: RatingTable,
    pub(crate) catalogue: Catalogue,
    options: &'o ReadOptions,
    /// The file of the source that is being read.
    file: String,
    rule: ScaleRule,
    /// Why the scale is expected and which option changes it, for errors.
    scale_hint: String,
    missing: Option<MissingMarker>,
    without_rating: usize,
    duplicates: usize,
    skipped: SkippedRows,
}

impl<'o> Collector<'o> {
    /// Creates a collector; `file` is the name of the source in errors.
    pub(crate) fn new(file: &str, options: &'o ReadOptions) -> Self {
        Self {
            table: RatingTable::new(),
            catalogue: Catalogue::new(),
            options,
            file: file.to_owned(),
            rule: options.scale.map_or(ScaleRule::Detect, ScaleRule::Given),
            scale_hint: String::new(),
            missing: options.missing.as_deref().map(MissingMarker::new),
            without_rating: 0,
            duplicates: 0,
            skipped: SkippedRows::default(),
        }
    }

    /// Sets the file of the source that is read next.
    pub(super) fn start_file(&mut self, file: &str) {
        file.clone_into(&mut self.file);
    }

    /// Expects the scale of a layout unless the options set one. `hint` is for errors.
    pub(super) fn expect_scale(&mut self, rule: ScaleRule, hint: String) {
        if self.options.scale.is_none() && self.options.implicit.is_none() {
            self.rule = rule;
            self.scale_hint = hint;
        }
    }

    /// The value that means "no rating", if any.
    pub(super) fn missing(&self) -> Option<&MissingMarker> {
        self.missing.as_ref()
    }

    /// The second scale that ratings must be on; `None` if the options set a scale, which takes
    /// precedence.
    fn limit(&self) -> Option<RatingScale> {
        self.options.limit.filter(|_| self.options.scale.is_none())
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Adds a row, or rejects or skips one that is bad.
    pub(crate) fn push(
        &mut self,
        line: u64,
        row: Result<Row<'_>, RowFault>,
    ) -> Result<(), DataError> {
        let added = row.and_then(|Row { user, item, rating, timestamp }| {
            let rating = if self.options.implicit.is_some() { Some(1.0) } else { rating };
            let is_missing =
                |rating| self.missing.as_ref().is_some_and(|mark| mark.matches_number(rating));
            let Some(rating) = rating.filter(|&rating| !is_missing(rating)) else {
                self.without_rating += 1;
                return Ok(());
            };
            if rating.is_nan() || rating.abs() > MAX_RATING {
                let expected = format!("a rating of at most ±{MAX_RATING:e}");
                return Err(RowFault::new(expected, rating.to_string()));
            }
            if let Some(scale) = self.rule.required().filter(|scale| !scale.contains(rating)) {
                return Err(RowFault::off_scale(&scale, &self.scale_hint, rating));
            }
            if let Some(limit) = self.limit().filter(|limit| !limit.contains(rating)) {
                return Err(RowFault::off_limit(&limit, rating));
            }
            // Both are checked before either gets an index, because a skipped row must not add ids.
            check_id::<UserIdx>(user, "a user id")?;
            check_id::<ItemIdx>(item, "an item id")?;
            self.table
                .push(user, item, rating, timestamp)
                .map_err(|error| RowFault::new("a free index", error.to_string()))
        });
        match added {
            Ok(()) => Ok(()),
            Err(fault) => self.bad_row(fault.at(&self.file, line)),
        }
    }

    /// Returns the value that was read; `None` if it is a bad row that is skipped.
    pub(super) fn skip_if_bad<T>(
        &mut self,
        read: Result<T, DataError>,
    ) -> Result<Option<T>, DataError> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(DataError::BadRow(row)) => self.bad_row(row).map(|()| None),
            Err(error) => Err(error),
        }
    }

    /// Rejects or skips a bad row, as the options say.
    pub(crate) fn bad_row(&mut self, row: BadRow) -> Result<(), DataError> {
        if self.options.bad_rows == BadRows::Reject {
            return Err(DataError::BadRow(row));
        }
        self.skipped.count += 1;
        if self.skipped.first.len() < MAX_SHOWN {
            self.skipped.first.push(row);
        }
        Ok(())
    }

    /// Merges the rows of the same user and item added so far. When and how often this happens
    /// affects only the memory used.
    pub(crate) fn merge_repeats(&mut self) {
        match self.options.implicit {
            Some(Implicit::Count) => {
                self.table.sum_repeats();
            }
            Some(Implicit::Once) | None => self.duplicates += self.table.deduplicate(),
        }
    }

    /// Returns the data set of all rows added.
    pub(crate) fn finish(mut self, name: &str, layout: Layout) -> Result<Dataset, DataError> {
        if self.table.is_empty() {
            return Err(DataError::Empty { file: self.file });
        }
        self.merge_repeats();
        let (scale, scale_origin) = self.scale()?;
        let outliers = match scale_origin {
            ScaleOrigin::Detected => find_outliers(&self.table),
            // All ratings are on a known scale, so outliers are not suspicious.
            ScaleOrigin::Given | ScaleOrigin::Layout => None,
        };
        let scale = match scale_origin {
            ScaleOrigin::Detected if self.has_counts(&scale, outliers.as_ref()) => {
                RatingScale::counts(scale.min(), scale.max()).unwrap_or(scale)
            }
            _ => scale,
        };
        Ok(Dataset {
            name: name.to_owned(),
            layout,
            ratings: self.table,
            catalogue: self.catalogue,
            scale,
            scale_origin,
            duplicates: self.duplicates,
            outliers,
            without_rating: self.without_rating,
            skipped: self.skipped,
        })
    }

    /// Whether the ratings are counts: rows that are counted, or whole numbers up to a million and more
    /// that are not just a few mistakes.
    fn has_counts(&self, found: &RatingScale, outliers: Option<&Outliers>) -> bool {
        let are_whole = || self.table.iter().all(|rating| rating.rating.fract() == 0.0);
        let is_wide = found.max() - found.min() >= f64::from(MAX_LEVELS);
        self.options.implicit.is_some() || (is_wide && outliers.is_none() && are_whole())
    }

    fn scale(&self) -> Result<(RatingScale, ScaleOrigin), DataError> {
        let mut ratings = self.table.iter().map(|rating| rating.rating);
        match self.rule {
            ScaleRule::Given(scale) => Ok((scale, ScaleOrigin::Given)),
            ScaleRule::Fixed(scale) => Ok((scale, ScaleOrigin::Layout)),
            ScaleRule::Stars if ratings.all(|rating| RatingScale::FIVE_STARS.contains(rating)) => {
                Ok((RatingScale::FIVE_STARS, ScaleOrigin::Layout))
            }
            ScaleRule::Stars => Ok((RatingScale::HALF_STARS, ScaleOrigin::Layout)),
            ScaleRule::Detect => match RatingScale::find(ratings) {
                Ok(scale) => Ok((scale, ScaleOrigin::Detected)),
                Err(source) => Err(DataError::Scale { file: self.file.clone(), source }),
            },
        }
    }
}

/// Rejects an invalid id.
pub(super) fn check_id<I: DenseIdx>(id: &str, what: &str) -> Result<(), RowFault> {
    Ids::<I>::check(id).map_err(|error| match error {
        IdError::Empty { .. } => RowFault::new(what, "an empty field"),
        IdError::Nul { id, .. } => {
            RowFault::new(format!("{what} without NUL characters"), format!("{id:?}"))
        }
        IdError::TooLong { bytes, start, .. } => RowFault::new(
            format!("{what} in at most {MAX_ID_BYTES} bytes"),
            format!("{bytes} that begin with {start:?}"),
        ),
        other => RowFault::new("a free index", other.to_string()),
    })
}
