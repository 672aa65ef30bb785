//! Centring of ratings: the expected ratings of stored rows and of guests.

use super::Source;
use super::options::{Centre, Fallback, PredictionOptions};
use crate::baseline::Baseline;
use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::parameters::error::ParameterError;
use crate::profile::Profile;
use crate::side::Side;

/// Mean and population standard deviation of ratings.
#[derive(Clone, Copy, Debug)]
struct Moments {
    mean: f64,
    deviation: f64,
}

impl Moments {
    /// Computes the moments of ratings; `None` if there are none. A deviation of 0 is replaced by
    /// `zero_deviation`.
    fn from_ratings(
        ratings: impl Iterator<Item = f64> + Clone,
        zero_deviation: f64,
    ) -> Option<Self> {
        let count = ratings.clone().count() as f64;
        if count == 0.0 {
            return None;
        }
        let mean = ratings.clone().sum::<f64>() / count;
        let variance = ratings.map(|rating| (rating - mean).powi(2)).sum::<f64>() / count;
        let deviation = variance.sqrt();
        Some(Self { mean, deviation: if deviation > 0.0 { deviation } else { zero_deviation } })
    }

    /// Computes the moments of every row of a side.
    fn of_rows(matrix: &RatingMatrix, side: Side, zero_deviation: f64) -> Vec<Option<Self>> {
        let rows = matrix.rows(side);
        let moments =
            |row| Self::from_ratings(rows.ratings_of(row, matrix.scale()), zero_deviation);
        rows.indices().map(moments).collect()
    }
}

/// The fitted centring of ratings: the baseline, and the moments of the rows if the options use
/// them. Fitted once, in time proportional to the number of ratings, and shared by all later
/// sessions.
///
/// The expected ratings of a *person*, stored or not, are computed from the ratings that they have
/// when a session opens, by the formula of the fit. So are the user biases and row means of users
/// and items added after the fit; the baseline bias of an item added later is 0. All other users
/// and items keep their fitted values until the next fit, since a few ratings change them little.
#[derive(Debug)]
pub struct Centring {
    options: PredictionOptions,
    /// Moments of all ratings; the deviation is 1 if the options do not use it.
    all: Moments,
    baseline: Baseline,
    /// Moments by row; `None` for a row without ratings. Empty if the options do not use them.
    users: Vec<Option<Moments>>,
    items: Vec<Option<Moments>>,
}

/// The expected rating of an item by a person, and the unit by which the deviations of neighbours
/// are multiplied.
pub(super) struct Expected {
    pub(super) base: f64,
    pub(super) unit: f64,
}

/// A neighbour's rating of an item; on the items' side, the person's rating of the neighbour.
pub(super) struct Rated {
    pub(super) neighbour: RowIdx,
    pub(super) item: ItemIdx,
    pub(super) rating: f64,
}

impl Centring {
    /// Fits the centring to the ratings of a matrix.
    ///
    /// # Errors
    /// [`ParameterError`] if an option is out of range.
    pub fn fit(matrix: &RatingMatrix, options: PredictionOptions) -> Result<Self, ParameterError> {
        let options = options.check()?;
        let middle = Moments { mean: matrix.mean(), deviation: 1.0 };
        let (all, users, items) = match options.centre {
            Centre::None | Centre::Baseline => (middle, Vec::new(), Vec::new()),
            Centre::Mean | Centre::ZScore => {
                let ratings = matrix.rows(Side::Users).all_ratings(matrix.scale());
                let all = Moments::from_ratings(ratings, 1.0).unwrap_or(middle);
                let of_rows = |side| Moments::of_rows(matrix, side, all.deviation);
                (all, of_rows(Side::Users), of_rows(Side::Items))
            }
        };
        let baseline = Baseline::fit(matrix, options.baseline)?;
        Ok(Self { options, all, baseline, users, items })
    }

    /// Returns the options of the fit.
    pub fn options(&self) -> &PredictionOptions {
        &self.options
    }

    /// Returns the expected ratings of a person and of their neighbours on `side`.
    pub(crate) fn of_person<'a>(
        &'a self,
        matrix: &'a RatingMatrix,
        side: Side,
        profile: &'a Profile,
    ) -> Expectations<'a> {
        let ratings = profile.ratings().iter().copied();
        let user_bias = self.baseline.of_person(ratings, self.options.baseline);
        let moments = match self.options.centre {
            Centre::None | Centre::Baseline => None,
            Centre::Mean | Centre::ZScore => {
                let ratings = profile.ratings().iter().map(|&(_, rating)| rating);
                Moments::from_ratings(ratings, self.all.deviation)
            }
        };
        Expectations { centring: self, matrix, side, profile, user_bias, moments }
    }
}

/// The expected ratings of one person and of their neighbours.
pub(crate) struct Expectations<'a> {
    centring: &'a Centring,
    matrix: &'a RatingMatrix,
    side: Side,
    profile: &'a Profile,
    /// b_u of the person.
    user_bias: f64,
    moments: Option<Moments>,
}

impl Expectations<'_> {
    pub(super) fn options(&self) -> &PredictionOptions {
        &self.centring.options
    }

    pub(super) fn matrix(&self) -> &RatingMatrix {
        self.matrix
    }

    /// Returns the person's expected rating of an item.
    pub(super) fn of(&self, item: ItemIdx) -> Expected {
        let plain = |base| Expected { base, unit: 1.0 };
        match self.options().centre {
            Centre::None => plain(0.0),
            Centre::Baseline => plain(self.baseline_of(item)),
            Centre::Mean => plain(self.moments_or_all(item).mean),
            Centre::ZScore => {
                let Moments { mean, deviation } = self.moments_or_all(item);
                Expected { base: mean, unit: deviation }
            }
        }
    }

    /// Returns the deviation of a neighbour's rating from its expected rating, in the neighbour's
    /// units.
    pub(super) fn deviation(&self, rated: &Rated) -> f64 {
        let &Rated { neighbour, item, rating } = rated;
        let row = || self.row_moments(neighbour).unwrap_or(self.centring.all);
        match self.options().centre {
            Centre::None => rating,
            Centre::Mean => rating - row().mean,
            Centre::ZScore => {
                let Moments { mean, deviation } = row();
                (rating - mean) / deviation
            }
            Centre::Baseline => match self.side {
                Side::Users => {
                    let (baseline, user_bias) =
                        (&self.centring.baseline, self.user_bias_of(neighbour.user()));
                    rating - (baseline.mean() + user_bias + baseline.of_item(item))
                }
                Side::Items => rating - self.baseline_of(neighbour.item()),
            },
        }
    }

    /// Returns the mean of all ratings.
    pub(super) fn global_mean(&self) -> f64 {
        self.centring.all.mean
    }

    /// Returns the prediction without neighbours, and its source.
    pub(super) fn fallback(&self, item: ItemIdx) -> (f64, Source) {
        let baseline = || (self.baseline_of(item), Source::Baseline);
        let global = (self.centring.all.mean, Source::GlobalMean);
        let known_item = || self.matrix.rows(Side::Items).row_len(item) > 0;
        match (self.options().fallback, self.options().centre) {
            (Fallback::Baseline, _) | (_, Centre::Baseline) => baseline(),
            (Fallback::Centre, Centre::None) => global,
            (Fallback::Centre, _) if self.profile.ratings().is_empty() || !known_item() => global,
            (Fallback::Centre, _) => {
                let source = match self.side {
                    Side::Users => Source::UserMean,
                    Side::Items => Source::ItemMean,
                };
                (self.moments_or_all(item).mean, source)
            }
        }
    }

    /// Returns the moments of the row that the prediction is for; those of all ratings if it has
    /// none.
    fn moments_or_all(&self, item: ItemIdx) -> Moments {
        let own = match self.side {
            Side::Items => self.row_moments(item.into()),
            Side::Users => self.moments,
        };
        own.unwrap_or(self.centring.all)
    }

    /// Returns the moments of a stored row: as fitted, or computed now if the row was added later.
    fn row_moments(&self, row: RowIdx) -> Option<Moments> {
        let fitted = match self.side {
            Side::Users => &self.centring.users,
            Side::Items => &self.centring.items,
        };
        let now = || {
            let ratings = self.matrix.rows(self.side).ratings_of(row, self.matrix.scale());
            Moments::from_ratings(ratings, self.centring.all.deviation)
        };
        fitted.get(row.at()).copied().unwrap_or_else(now)
    }

    /// Returns b_v of a neighbour: as fitted, or computed now if the user was added later.
    fn user_bias_of(&self, user: UserIdx) -> f64 {
        let baseline = &self.centring.baseline;
        match baseline.has_user(user) {
            true => baseline.of_user(user),
            false => baseline.of_person(self.matrix.of_user(user), self.options().baseline),
        }
    }

    fn baseline_of(&self, item: ItemIdx) -> f64 {
        let baseline = &self.centring.baseline;
        baseline.mean() + self.user_bias + baseline.of_item(item)
    }
}
