//! Where rows gather: checked against the scale, bad ones refused or set aside.

use super::far;
use super::missing::Missing;
use crate::dataset::{Dataset, Layout, ScaleOrigin, SkippedRows};
use crate::error::{BadRow, DataError, RowFault};
use crate::options::{BadRows, Implicit, ReadOptions};
use likemind::ids::{IdError, MAX_ID_BYTES};
use likemind::{Catalogue, DenseIdx, Ids, ItemIdx, RatingScale, RatingTable, UserIdx};

/// How many of the rows left out are kept to be shown.
const SHOWN: usize = 5;

/// Which scale the ratings should be on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ScaleRule {
    /// The one given with the options.
    Given(RatingScale),
    /// The layout's.
    Fixed(RatingScale),
    /// Half stars, or five stars where all ratings are whole.
    Stars,
    /// The smallest usual one that holds all ratings.
    Find,
}

impl ScaleRule {
    pub(super) fn required(self) -> Option<RatingScale> {
        match self {
            Self::Given(scale) | Self::Fixed(scale) => Some(scale),
            Self::Stars => Some(RatingScale::HALF_STARS),
            Self::Find => None,
        }
    }
}

/// A rating as it stands in a source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Row<'r> {
    pub(crate) user: &'r str,
    pub(crate) item: &'r str,
    /// `None` where the source says that there is none.
    pub(crate) rating: Option<f64>,
    pub(crate) timestamp: Option<i64>,
}

/// Gathers the rows of a source.
pub(crate) struct Collector<'o> {
    pub(crate) table: RatingTable,
    pub(crate) catalogue: Catalogue,
    options: &'o ReadOptions,
    /// The one that is read, of those that the source has.
    file: String,
    rule: ScaleRule,
    /// Why the rule's scale was taken, and what changes it, for the error of a rating off it.
    assumed: String,
    missing: Option<Missing>,
    without_rating: usize,
    duplicates: usize,
    skipped: SkippedRows,
}

impl<'o> Collector<'o> {
    /// Gathers from `file`, by which errors name it.
    pub(crate) fn new(file: &str, options: &'o ReadOptions) -> Self {
        Self {
            table: RatingTable::new(),
            catalogue: Catalogue::new(),
            options,
            file: file.to_owned(),
            rule: options.scale.map_or(ScaleRule::Find, ScaleRule::Given),
            assumed: String::new(),
            missing: options.missing.as_deref().map(Missing::new),
            without_rating: 0,
            duplicates: 0,
            skipped: SkippedRows::default(),
        }
    }

    /// Goes on to another file of the source.
    pub(super) fn begin(&mut self, file: &str) {
        file.clone_into(&mut self.file);
    }

    /// Expects a layout's scale where the options give none. `assumed` is for errors.
    pub(super) fn expect_scale(&mut self, rule: ScaleRule, assumed: String) {
        if self.options.scale.is_none() && self.options.implicit.is_none() {
            self.rule = rule;
            self.assumed = assumed;
        }
    }

    /// What stands for no rating, if anything does.
    pub(super) fn missing(&self) -> Option<&Missing> {
        self.missing.as_ref()
    }

    /// What the ratings must be on besides: nothing where a scale is given, which counts.
    fn limit(&self) -> Option<RatingScale> {
        self.options.limit.filter(|_| self.options.scale.is_none())
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Takes in a rating, or a row that was found bad already.
    pub(crate) fn take(
        &mut self,
        line: u64,
        row: Result<Row<'_>, RowFault>,
    ) -> Result<(), DataError> {
        let taken = row.and_then(|Row { user, item, rating, timestamp }| {
            let rating = if self.options.implicit.is_some() { Some(1.0) } else { rating };
            let is_missing =
                |rating| self.missing.as_ref().is_some_and(|one| one.is_number(rating));
            let Some(rating) = rating.filter(|&rating| !is_missing(rating)) else {
                self.without_rating += 1;
                return Ok(());
            };
            if !rating.is_finite() {
                return Err(RowFault::new("a finite rating", rating.to_string()));
            }
            if let Some(scale) = self.rule.required().filter(|scale| !scale.contains(rating)) {
                return Err(RowFault::off_scale(&scale, &self.assumed, rating));
            }
            if let Some(limit) = self.limit().filter(|limit| !limit.contains(rating)) {
                return Err(RowFault::off_limit(&limit, rating));
            }
            // Both are checked before either gets an index, which a row left out must not give.
            check_id::<UserIdx>(user, "a user id")?;
            check_id::<ItemIdx>(item, "an item id")?;
            self.table
                .push(user, item, rating, timestamp)
                .map_err(|error| RowFault::new("ids to spare", error.to_string()))
        });
        match taken {
            Ok(()) => Ok(()),
            Err(fault) => self.bad_row(fault.at(&self.file, line)),
        }
    }

    /// What was read, unless it is a row that the reader found bad and that was set aside.
    pub(super) fn unless_bad<T>(
        &mut self,
        read: Result<T, DataError>,
    ) -> Result<Option<T>, DataError> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(DataError::BadRow(row)) => self.bad_row(row).map(|()| None),
            Err(error) => Err(error),
        }
    }

    /// Refuses a row or sets it aside, as the options say.
    pub(crate) fn bad_row(&mut self, row: BadRow) -> Result<(), DataError> {
        if self.options.bad_rows == BadRows::Refuse {
            return Err(DataError::BadRow(row));
        }
        self.skipped.count += 1;
        if self.skipped.first.len() < SHOWN {
            self.skipped.first.push(row);
        }
        Ok(())
    }

    /// Makes one row of all of a user and an item that were taken so far. Doing so earlier or more often
    /// changes nothing but the memory taken.
    pub(crate) fn merge_repeats(&mut self) {
        match self.options.implicit {
            Some(Implicit::Count) => {
                self.table.sum_repeats();
            }
            Some(Implicit::Once) | None => self.duplicates += self.table.deduplicate(),
        }
    }

    /// The data set of all that was taken.
    pub(crate) fn finish(mut self, name: &str, layout: Layout) -> Result<Dataset, DataError> {
        if self.table.is_empty() {
            return Err(DataError::Empty { file: self.file });
        }
        self.merge_repeats();
        let (scale, scale_origin) = self.scale()?;
        let far = match scale_origin {
            ScaleOrigin::Found => far::far_values(&self.table),
            // Whatever is far from the others is on the scale that somebody gave.
            ScaleOrigin::Given | ScaleOrigin::Layout => None,
        };
        Ok(Dataset {
            name: name.to_owned(),
            layout,
            ratings: self.table,
            catalogue: self.catalogue,
            scale,
            scale_origin,
            duplicates: self.duplicates,
            far,
            without_rating: self.without_rating,
            skipped: self.skipped,
        })
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
            ScaleRule::Find => match RatingScale::find(ratings) {
                Ok(scale) => Ok((scale, ScaleOrigin::Found)),
                Err(source) => Err(DataError::Scale { file: self.file.clone(), source }),
            },
        }
    }
}

/// Refuses what cannot be an id.
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
        other => RowFault::new("ids to spare", other.to_string()),
    })
}
