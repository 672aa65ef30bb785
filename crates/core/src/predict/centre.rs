//! What ratings are measured from, for stored rows and for a person known by their ratings.

use super::{Fallback, PredictionOptions, Source};
use crate::baseline::Baseline;
use crate::ids::{DenseIdx, ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::parameters::ParameterError;
use crate::predict::Centre;
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
}

/// Expected ratings and their units.
pub(super) struct Centring {
    side: Side,
    centre: Centre,
    /// By row of the side; `None` where the row has no ratings.
    rows: Vec<Option<Moments>>,
    all: Moments,
    baseline: Baseline,
    options: PredictionOptions,
}

/// What is expected of a person and an item before neighbours are asked, and the unit that
/// neighbours' distances are multiplied by.
pub(super) struct Expected {
    pub(super) base: f64,
    pub(super) unit: f64,
}

impl Centring {
    pub(super) fn new(
        matrix: &RatingMatrix,
        side: Side,
        options: PredictionOptions,
    ) -> Result<Self, ParameterError> {
        let options = options.check()?;
        let scale = matrix.scale();
        let (rows, users) = (matrix.rows(side), matrix.rows(Side::Users));
        let everything = (0..users.entries()).map(|entry| users.rating_at(entry, scale));
        let middle = Moments { mean: matrix.mean(), deviation: 1.0 };
        let all = Moments::of(everything, 1.0).unwrap_or(middle);
        let moments = |row| Moments::of(matrix.rows(side).ratings_of(row, scale), all.deviation);
        Ok(Self {
            side,
            centre: options.centre,
            rows: (0..rows.len()).map(moments).collect(),
            all,
            baseline: Baseline::fit(matrix, options.baseline)?,
            options,
        })
    }

    /// What is expected of the row that is predicted for.
    pub(super) fn expected(&self, person: &Profile, item: ItemIdx) -> Expected {
        let plain = |base| Expected { base, unit: 1.0 };
        match self.centre {
            Centre::None => plain(0.0),
            Centre::Baseline => plain(self.baseline_of(person, item)),
            Centre::Mean => plain(self.moments(person, item).unwrap_or(self.all).mean),
            Centre::ZScore => {
                let moments = self.moments(person, item).unwrap_or(self.all);
                Expected { base: moments.mean, unit: moments.deviation }
            }
        }
    }

    /// How far a neighbour's rating is from what was expected, in the neighbour's units. On the
    /// users' side the neighbour is a user who rated `item`, on the items' side an item that the person rated.
    pub(super) fn distance(
        &self,
        neighbour: u32,
        rating: f64,
        person: &Profile,
        item: ItemIdx,
    ) -> f64 {
        let row = self.rows.get(neighbour as usize).copied().flatten().unwrap_or(self.all);
        match self.centre {
            Centre::None => rating,
            Centre::Mean => rating - row.mean,
            Centre::ZScore => (rating - row.mean) / row.deviation,
            Centre::Baseline => match self.side {
                Side::Users => rating - self.baseline.predict(UserIdx(neighbour), item),
                Side::Items => rating - self.baseline_of(person, ItemIdx(neighbour)),
            },
        }
    }

    /// The base of a prediction by `Centre::None`: where λ draws to.
    pub(super) fn global_mean(&self) -> f64 {
        self.all.mean
    }

    /// What is predicted without neighbours.
    pub(super) fn fallback(
        &self,
        person: &Profile,
        item: ItemIdx,
        known_item: bool,
    ) -> (f64, Source) {
        let baseline = || (self.baseline_of(person, item), Source::Baseline);
        let global = (self.all.mean, Source::GlobalMean);
        match (self.options.fallback, self.centre) {
            (Fallback::Baseline, _) | (_, Centre::Baseline) => baseline(),
            (Fallback::Centre, Centre::None) => global,
            (Fallback::Centre, _) if person.ratings().is_empty() || !known_item => global,
            (Fallback::Centre, _) => {
                let row = self.moments(person, item).unwrap_or(self.all);
                let source = match self.side {
                    Side::Users => Source::UserMean,
                    Side::Items => Source::ItemMean,
                };
                (row.mean, source)
            }
        }
    }

    fn moments(&self, person: &Profile, item: ItemIdx) -> Option<Moments> {
        let stored = |row: usize| self.rows.get(row).copied().flatten();
        match (self.side, person.user()) {
            (Side::Items, _) => stored(item.at()),
            (Side::Users, Some(user)) => stored(user.at()),
            (Side::Users, None) => {
                Moments::of(person.ratings().iter().map(|&(_, rating)| rating), self.all.deviation)
            }
        }
    }

    fn baseline_of(&self, person: &Profile, item: ItemIdx) -> f64 {
        let part = match person.user() {
            Some(user) => self.baseline.of_user(user),
            None => {
                self.baseline.of_person(person.ratings().iter().copied(), self.options.baseline)
            }
        };
        self.baseline.mean() + part + self.baseline.of_item(item)
    }
}
