//! What ratings are measured from, for stored rows and for a person known by their ratings.

use super::Source;
use super::options::{Centre, Fallback, PredictionOptions};
use crate::baseline::Baseline;
use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::parameters::error::ParameterError;
use crate::profile::Profile;
use crate::side::Side;

/// Mean and standard deviation of a row, over all its ratings.
#[derive(Clone, Copy, Debug)]
struct Moments {
    mean: f64,
    deviation: f64,
}

impl Moments {
    /// Of some ratings; `None` for none. A deviation of 0 becomes `spare`.
    fn of(ratings: impl Iterator<Item = f64> + Clone, spare: f64) -> Option<Self> {
        let count = ratings.clone().count() as f64;
        if count == 0.0 {
            return None;
        }
        let mean = ratings.clone().sum::<f64>() / count;
        let variance = ratings.map(|rating| (rating - mean).powi(2)).sum::<f64>() / count;
        let deviation = variance.sqrt();
        Some(Self { mean, deviation: if deviation > 0.0 { deviation } else { spare } })
    }

    /// Of every row of a side.
    fn of_rows(matrix: &RatingMatrix, side: Side, spare: f64) -> Vec<Option<Self>> {
        let rows = matrix.rows(side);
        let moments = |row| Self::of(rows.ratings_of(row, matrix.scale()), spare);
        rows.indices().map(moments).collect()
    }
}

/// What is expected of ratings before neighbours are asked: the baseline, and the rows' means where
/// the options measure from these. Fitted once, with work in proportion to all ratings, and shared by
/// the sessions that answer afterwards.
///
/// What it says of a *person* comes from the ratings that they have when asked, by the formula of the
/// fit, whether they are stored or not; so do rows that came after the fit. Items and neighbours that
/// were there are what they were when it was made, until it is fitted anew: a few ratings move them
/// little.
#[derive(Debug)]
pub struct Centring {
    options: PredictionOptions,
    /// Of all ratings; the deviation is 1 where the options do not ask.
    all: Moments,
    baseline: Baseline,
    /// By row; `None` where the row has no ratings. Empty where the options do not ask.
    users: Vec<Option<Moments>>,
    items: Vec<Option<Moments>>,
}

/// What is expected of a person and an item before neighbours are asked, and the unit that
/// neighbours' distances are multiplied by.
pub(super) struct Expected {
    pub(super) base: f64,
    pub(super) unit: f64,
}

/// A neighbour's rating: of an item by a user on the users' side, of the neighbour by the person on
/// the items' side.
pub(super) struct Rated {
    pub(super) neighbour: RowIdx,
    pub(super) item: ItemIdx,
    pub(super) rating: f64,
}

impl Centring {
    /// Fits to the ratings of a matrix.
    ///
    /// # Errors
    /// [`ParameterError`] for options out of range.
    pub fn fit(matrix: &RatingMatrix, options: PredictionOptions) -> Result<Self, ParameterError> {
        let options = options.check()?;
        let middle = Moments { mean: matrix.mean(), deviation: 1.0 };
        let (all, users, items) = match options.centre {
            Centre::None | Centre::Baseline => (middle, Vec::new(), Vec::new()),
            Centre::Mean | Centre::ZScore => {
                let everything = matrix.rows(Side::Users).all_ratings(matrix.scale());
                let all = Moments::of(everything, 1.0).unwrap_or(middle);
                let of = |side| Moments::of_rows(matrix, side, all.deviation);
                (all, of(Side::Users), of(Side::Items))
            }
        };
        let baseline = Baseline::fit(matrix, options.baseline)?;
        Ok(Self { options, all, baseline, users, items })
    }

    /// What it was fitted with.
    pub fn options(&self) -> &PredictionOptions {
        &self.options
    }

    /// What is expected of a person, and of the rows of `side` that are neighbours to them or to
    /// what they rated.
    pub(crate) fn of_person<'a>(
        &'a self,
        matrix: &'a RatingMatrix,
        side: Side,
        profile: &'a Profile,
    ) -> Expectations<'a> {
        let ratings = profile.ratings().iter().copied();
        let part = self.baseline.of_person(ratings, self.options.baseline);
        let moments = match self.options.centre {
            Centre::None | Centre::Baseline => None,
            Centre::Mean | Centre::ZScore => {
                let ratings = profile.ratings().iter().map(|&(_, rating)| rating);
                Moments::of(ratings, self.all.deviation)
            }
        };
        Expectations { centring: self, matrix, side, profile, part, moments }
    }
}

/// What is expected of one person's ratings, and of their neighbours'.
pub(crate) struct Expectations<'a> {
    centring: &'a Centring,
    matrix: &'a RatingMatrix,
    side: Side,
    profile: &'a Profile,
    /// b_u.
    part: f64,
    moments: Option<Moments>,
}

impl Expectations<'_> {
    pub(super) fn options(&self) -> &PredictionOptions {
        &self.centring.options
    }

    pub(super) fn matrix(&self) -> &RatingMatrix {
        self.matrix
    }

    /// What is expected of the person's rating of an item.
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

    /// How far a neighbour's rating is from what was expected, in the neighbour's units.
    pub(super) fn distance(&self, rated: &Rated) -> f64 {
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
                    let (baseline, part) =
                        (&self.centring.baseline, self.part_of(neighbour.user()));
                    rating - (baseline.mean() + part + baseline.of_item(item))
                }
                Side::Items => rating - self.baseline_of(neighbour.item()),
            },
        }
    }

    /// The base of a prediction by `Centre::None`: where λ draws to.
    pub(super) fn global_mean(&self) -> f64 {
        self.centring.all.mean
    }

    /// What is predicted without neighbours.
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

    /// Of the row that is predicted for; of all ratings where it has none.
    fn moments_or_all(&self, item: ItemIdx) -> Moments {
        let own = match self.side {
            Side::Items => self.row_moments(item.into()),
            Side::Users => self.moments,
        };
        own.unwrap_or(self.centring.all)
    }

    /// Of a stored row: as fitted, or as it is if it came later.
    fn row_moments(&self, row: RowIdx) -> Option<Moments> {
        let fitted = match self.side {
            Side::Users => &self.centring.users,
            Side::Items => &self.centring.items,
        };
        let now = || {
            let ratings = self.matrix.rows(self.side).ratings_of(row, self.matrix.scale());
            Moments::of(ratings, self.centring.all.deviation)
        };
        fitted.get(row.at()).copied().unwrap_or_else(now)
    }

    /// b_v of a neighbour.
    fn part_of(&self, user: UserIdx) -> f64 {
        let baseline = &self.centring.baseline;
        match baseline.has_user(user) {
            true => baseline.of_user(user),
            false => baseline.of_person(self.matrix.of_user(user), self.options().baseline),
        }
    }

    fn baseline_of(&self, item: ItemIdx) -> f64 {
        let baseline = &self.centring.baseline;
        baseline.mean() + self.part + baseline.of_item(item)
    }
}
