//! Rating scales, and the conversion of ratings to integer levels.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Maximum number of levels of a stepped scale. With this limit, sums of products of two levels
/// over [`MAX_ROW_LENGTH`](crate::matrix::MAX_ROW_LENGTH) ratings fit 64 bits.
pub const MAX_LEVELS: u32 = 1 << 20;

/// Maximum magnitude of a rating. With this limit, sums of the squares of all ratings are finite.
pub const MAX_RATING: f64 = 1e100;

/// Maximum distance, in steps, of a rating from the nearest level. Decimal fractions such as `0.1`
/// have no exact binary form.
const STEP_TOLERANCE: f64 = 1e-6;

/// Maximum relative rounding error of a decimal fraction such as `0.3` when a scale is detected. A
/// value that is farther from a step is a distinct rating, which the step would lose.
const DECIMAL_TOLERANCE: f64 = 4.0 * f64::EPSILON;

/// The set of ratings that a data set may contain.
///
/// A *stepped* scale assigns each rating an integer **level** from 1: rating = min + step·(level −
/// 1). PCS is invariant under that map, so it is computed exactly, on levels. A *real* scale
/// contains all values between its ends, and has no levels.
///
/// The text form is `MIN:MAX:STEP` (stepped) or `MIN:MAX` (real).
///
/// ```
/// use likemind::RatingScale;
/// let half_stars: RatingScale = "0.5:5:0.5".parse().unwrap();
/// assert_eq!(half_stars.levels(), Some(10));
/// assert_eq!(half_stars.level_of(4.5), Some(9));
/// assert_eq!(half_stars.rating_of(9), 4.5);
/// assert_eq!(half_stars.level_of(4.2), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ScaleParts", into = "ScaleParts")]
pub struct RatingScale {
    min: f64,
    max: f64,
    step: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct ScaleParts {
    min: f64,
    max: f64,
    step: Option<f64>,
}

impl TryFrom<ScaleParts> for RatingScale {
    type Error = ScaleError;
    fn try_from(parts: ScaleParts) -> Result<Self, ScaleError> {
        match parts.step {
            Some(step) => Self::stepped(parts.min, parts.max, step),
            None => Self::real(parts.min, parts.max),
        }
    }
}

impl From<RatingScale> for ScaleParts {
    fn from(scale: RatingScale) -> Self {
        Self { min: scale.min, max: scale.max, step: scale.step }
    }
}

/// Errors when constructing a [`RatingScale`].
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum ScaleError {
    /// The text is not of the form `MIN:MAX:STEP` or `MIN:MAX`.
    #[error("expected a scale as MIN:MAX:STEP (0.5:5:0.5) or MIN:MAX (-10:10), found {found:?}")]
    Form {
        /// The text as given.
        found: String,
    },
    /// An end is NaN or larger than [`MAX_RATING`], or the lower end is above the upper end.
    #[error(
        "expected a scale with ends of at most ±{MAX_RATING:e}, the minimum not above the maximum, found {min} and {max}"
    )]
    Ends {
        /// The lower end.
        min: f64,
        /// The upper end.
        max: f64,
    },
    /// The step is not a positive number that divides the range.
    #[error("expected a step that divides the scale {min} to {max} into whole steps, found {step}")]
    Step {
        /// The lower end.
        min: f64,
        /// The upper end.
        max: f64,
        /// The step.
        step: f64,
    },
    /// The scale would have more than [`MAX_LEVELS`] levels.
    #[error(
        "expected at most {MAX_LEVELS} levels, found {levels}; MIN:MAX without a step allows any value"
    )]
    Levels {
        /// Number of levels that the scale would have.
        levels: f64,
    },
    /// There are no ratings from which to find a scale.
    #[error("expected at least one rating to find the scale from, found none")]
    NoRatings,
    /// A rating is NaN or larger than [`MAX_RATING`].
    #[error("expected ratings of at most ±{MAX_RATING:e}, found {found}")]
    Magnitude {
        /// The value.
        found: f64,
    },
}

impl RatingScale {
    /// 1 to 5 in whole steps, as in MovieLens 100K and 1M.
    pub const FIVE_STARS: Self = Self { min: 1.0, max: 5.0, step: Some(1.0) };
    /// 0.5 to 5 in half steps, as in MovieLens 10M and later.
    pub const HALF_STARS: Self = Self { min: 0.5, max: 5.0, step: Some(0.5) };

    /// The most levels that people are asked to choose from, as on a scale from 0 to 100.
    pub const MAX_RATING_LEVELS: u32 = 101;

    /// Creates a stepped scale from `min` to `max`, both inclusive.
    ///
    /// # Errors
    /// [`ScaleError`] unless `min ≤ max` are at most ±[`MAX_RATING`] and `step` divides the range into at most
    /// [`MAX_LEVELS`] − 1 whole steps.
    pub fn stepped(min: f64, max: f64, step: f64) -> Result<Self, ScaleError> {
        Self::real(min, max)?;
        let steps = (max - min) / step;
        let is_whole = (steps - steps.round()).abs() <= STEP_TOLERANCE;
        let is_step = step.is_finite() && step > 0.0;
        if !is_step || !is_whole || (steps.round() == 0.0 && min != max) {
            return Err(ScaleError::Step { min, max, step });
        }
        if steps.round() + 1.0 > f64::from(MAX_LEVELS) {
            return Err(ScaleError::Levels { levels: steps.round() + 1.0 });
        }
        Ok(Self { min, max, step: Some(step) })
    }

    /// Creates a real scale from `min` to `max`, both inclusive.
    ///
    /// # Errors
    /// [`ScaleError::Ends`] unless `min ≤ max` are at most ±[`MAX_RATING`].
    pub fn real(min: f64, max: f64) -> Result<Self, ScaleError> {
        if is_possible(min) && is_possible(max) && min <= max {
            Ok(Self { min, max, step: None })
        } else {
            Err(ScaleError::Ends { min, max })
        }
    }

    /// Returns the lowest rating.
    pub fn min(&self) -> f64 {
        self.min
    }

    /// Returns the highest rating.
    pub fn max(&self) -> f64 {
        self.max
    }

    /// Returns the difference between adjacent levels; `None` on a real scale.
    pub fn step(&self) -> Option<f64> {
        self.step
    }

    /// Returns the number of levels, 1 to [`MAX_LEVELS`]; `None` on a real scale.
    pub fn levels(&self) -> Option<u32> {
        self.step.map(|step| ((self.max - self.min) / step).round() as u32 + 1)
    }

    /// Whether the ratings are counts, such as plays or purchases, rather than opinions: whole numbers,
    /// none below 0, with more than [`MAX_RATING_LEVELS`](Self::MAX_RATING_LEVELS) levels.
    pub fn has_counts(&self) -> bool {
        let is_whole = self.step == Some(1.0) && self.min >= 0.0 && self.min.fract() == 0.0;
        is_whole && self.levels().is_some_and(|levels| levels > Self::MAX_RATING_LEVELS)
    }

    /// Returns the level of a rating, from 1; `None` if the rating is off the scale or NaN, and on
    /// a real scale.
    pub fn level_of(&self, rating: f64) -> Option<u32> {
        let steps = (rating - self.min) / self.step?;
        let whole = steps.round();
        let on_step = (steps - whole).abs() <= STEP_TOLERANCE;
        let last = f64::from(self.levels()? - 1);
        (on_step && (0.0..=last).contains(&whole)).then(|| whole as u32 + 1)
    }

    /// Returns the rating of a level: min + step·(level − 1). On a real scale the step counts as 1.
    pub fn rating_of(&self, level: u32) -> f64 {
        self.min + self.step.unwrap_or(1.0) * (f64::from(level) - 1.0)
    }

    /// Whether `rating` is on the scale: at a level of a stepped scale, or between the ends of a
    /// real one, inclusive. False for NaN.
    pub fn contains(&self, rating: f64) -> bool {
        match self.step {
            Some(_) => self.level_of(rating).is_some(),
            None => (self.min..=self.max).contains(&rating),
        }
    }

    /// Clamps `rating` to the ends of the scale. NaN stays NaN.
    pub fn clip(&self, rating: f64) -> f64 {
        rating.clamp(self.min, self.max)
    }

    /// Finds the scale of a set of ratings: from the lowest to the highest rating, in the largest
    /// step of 1, .5, .25, .2 and .1 that fits all of them; real if no step fits.
    ///
    /// # Errors
    /// [`ScaleError::NoRatings`] if there are no ratings, [`ScaleError::Magnitude`] if one is NaN
    /// or larger than [`MAX_RATING`].
    pub fn find(ratings: impl IntoIterator<Item = f64>) -> Result<Self, ScaleError> {
        let mut found = ScaleFinder::default();
        for rating in ratings {
            if !is_possible(rating) {
                return Err(ScaleError::Magnitude { found: rating });
            }
            found.add(rating);
        }
        found.scale()
    }

    /// Returns a scale that contains both scales, from the lower minimum to the higher maximum. Its
    /// step is the smaller of the two if both scales fit it, else the largest smaller step that
    /// [`find`](Self::find) tries and both fit; real if no step fits.
    pub fn widen(&self, other: &Self) -> Self {
        let (min, max) = (self.min.min(other.min), self.max.max(other.max));
        let stepped = self.step.zip(other.step).and_then(|(a, b)| {
            let finest = a.min(b);
            let usual =
                STEPS_PER_UNIT.iter().map(|steps| 1.0 / steps).filter(|&step| step < finest);
            let wider = |step| Self::stepped(min, max, step).ok();
            std::iter::once(finest)
                .chain(usual)
                .filter_map(wider)
                .find(|wider| self.fits_in(wider) && other.fits_in(wider))
        });
        stepped.unwrap_or(Self { min, max, step: None })
    }

    /// Whether all levels of this stepped scale are levels of `wider`.
    fn fits_in(&self, wider: &Self) -> bool {
        let second = self.step.map_or(f64::NAN, |step| self.min + step);
        wider.contains(self.min) && (self.min == self.max || wider.contains(second))
    }
}

/// The steps that [`RatingScale::find`] tries, as the number of steps per unit; largest step first.
const STEPS_PER_UNIT: [f64; 5] = [1.0, 2.0, 4.0, 5.0, 10.0];

/// Whether a number can be a rating on some scale.
fn is_possible(rating: f64) -> bool {
    rating.abs() <= MAX_RATING
}

/// The range of a set of ratings, and the steps that fit all of them.
struct ScaleFinder {
    min: f64,
    max: f64,
    fits: [bool; STEPS_PER_UNIT.len()],
}

impl Default for ScaleFinder {
    fn default() -> Self {
        Self { min: f64::INFINITY, max: f64::NEG_INFINITY, fits: [true; STEPS_PER_UNIT.len()] }
    }
}

impl ScaleFinder {
    fn add(&mut self, rating: f64) {
        self.min = self.min.min(rating);
        self.max = self.max.max(rating);
        for (fits, steps) in self.fits.iter_mut().zip(STEPS_PER_UNIT) {
            let scaled = rating * steps;
            *fits &= (scaled - scaled.round()).abs() <= DECIMAL_TOLERANCE * scaled.abs();
        }
    }

    fn scale(&self) -> Result<RatingScale, ScaleError> {
        let (min, max) = (self.min, self.max);
        if min > max {
            return Err(ScaleError::NoRatings);
        }
        let fitting = self.fits.iter().zip(STEPS_PER_UNIT).find(|&(&fits, _)| fits);
        let stepped =
            fitting.and_then(|(_, steps)| RatingScale::stepped(min, max, 1.0 / steps).ok());
        stepped.map_or_else(|| RatingScale::real(min, max), Ok)
    }
}

impl fmt::Display for RatingScale {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.min, self.max)?;
        self.step.map_or(Ok(()), |step| write!(out, ":{step}"))
    }
}

impl FromStr for RatingScale {
    type Err = ScaleError;
    fn from_str(text: &str) -> Result<Self, ScaleError> {
        let form = || ScaleError::Form { found: text.to_owned() };
        let parts: Vec<f64> = text
            .split(':')
            .map(|part| part.trim().parse().map_err(|_| form()))
            .collect::<Result<_, _>>()?;
        match parts[..] {
            [min, max] => Self::real(min, max),
            [min, max, step] => Self::stepped(min, max, step),
            _ => Err(form()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_ratings_are_one_to_one() {
        for text in ["1:5:1", "0.5:5:0.5", "0:10:1", "-10:10:0.25", "0:1:0.1", "1:352698:1"] {
            let scale: RatingScale = text.parse().unwrap();
            let levels = scale.levels().unwrap();
            for level in (1..=levels).step_by(levels as usize / 20 + 1).chain([levels]) {
                assert_eq!(scale.level_of(scale.rating_of(level)), Some(level), "{text} {level}");
            }
            assert_eq!(scale.level_of(scale.max() + scale.step().unwrap()), None);
            assert_eq!(scale.to_string().parse(), Ok(scale));
        }
    }

    #[test]
    fn whole_numbers_with_many_levels_are_counts() {
        let has_counts = |scale: &str| scale.parse::<RatingScale>().unwrap().has_counts();
        for scale in ["1:352698:1", "0:101:1", "3:120:1"] {
            assert!(has_counts(scale), "{scale}");
        }
        for scale in ["0:100:1", "0.5:5:0.5", "-1:200:1", "0.5:200.5:1", "0:200:2", "0:1000"] {
            assert!(!has_counts(scale), "{scale}");
        }
    }

    #[test]
    fn ratings_off_the_scale_have_no_level() {
        let scale = RatingScale::HALF_STARS;
        for rating in [0.0, 0.25, 5.5, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(scale.level_of(rating), None, "{rating}");
            assert!(!scale.contains(rating), "{rating}");
        }
    }

    #[test]
    fn rejects_invalid_scales() {
        for text in [
            "",
            "1",
            "5:1",
            "1:5:0",
            "1:5:-1",
            "1:5:3",
            "a:b",
            "0:1:NaN",
            "1:inf",
            "1:5:1:1",
            "0:1:0.0000001",
            "0:0.0000001:1",
        ] {
            assert!(text.parse::<RatingScale>().is_err(), "{text}");
        }
    }

    #[test]
    fn finds_the_scale_of_ratings() {
        let find =
            |ratings: &[f64]| RatingScale::find(ratings.iter().copied()).unwrap().to_string();
        assert_eq!(find(&[3.0, 4.0, 2.0]), "2:4:1");
        assert_eq!(find(&[3.5, 4.0]), "3.5:4:0.5");
        assert_eq!(find(&[0.0, 5.0]), "0:5:1");
        assert_eq!(find(&[0.5, 4.0]), "0.5:4:0.5");
        assert_eq!(find(&[12.0, 87.0, 55.0]), "12:87:1");
        assert_eq!(find(&[1.0, 352_698.0]), "1:352698:1");
        assert_eq!(find(&[-9.0, 3.25]), "-9:3.25:0.25");
        assert_eq!(find(&[0.1, 0.7]), "0.1:0.7:0.1");
        assert_eq!(find(&[0.123, 0.7]), "0.123:0.7");
        assert_eq!(find(&[1.0, 3e6]), "1:3000000");
        assert_eq!(find(&[70.0, 70.0]), "70:70:1");
        assert_eq!(find(&[1e-8, 2e-8]), "0.00000001:0.00000002");
        assert_eq!(find(&[4.0, 5.0, 4.000_000_1]), "4:5");
        assert_eq!(find(&[-1e100, 1e100]), format!("{}:{}", -1e100, 1e100));
        assert_eq!(RatingScale::find([]), Err(ScaleError::NoRatings));
        for impossible in [f64::NAN, f64::INFINITY, 1.1e100, f64::MIN] {
            let error = RatingScale::find([1.0, impossible]).unwrap_err();
            assert!(error.to_string().contains("±1e100"), "{error}");
            assert!(RatingScale::real(impossible, 1e100).is_err());
        }
    }

    #[test]
    fn widening_contains_both_scales() {
        for (one, other, wider) in [
            ("1:5:1", "0.5:5:0.5", "0.5:5:0.5"),
            ("1:5:1", "0:10:1", "0:10:1"),
            ("1:5:1", "100:100:1", "1:100:1"),
            ("1:5:1", "3.7:3.7:0.1", "1:5:0.1"),
            ("0:0.5:0.25", "0:0.6:0.2", "0:0.6"),
            ("0:2:0.5", "0:2:0.2", "0:2:0.1"),
            ("0:0.9:0.3", "1:5:1", "0:5:0.1"),
            ("1:5:1", "0.123:0.123", "0.123:5"),
            ("1:2000000", "1:5:1", "1:2000000"),
            ("1:5:1", "3000000:3000000:1", "1:3000000"),
        ] {
            let scale = |text: &str| text.parse::<RatingScale>().unwrap();
            assert_eq!(scale(one).widen(&scale(other)), scale(wider), "{one} {other}");
            assert_eq!(scale(other).widen(&scale(one)), scale(wider), "{other} {one}");
        }
    }

    #[test]
    fn single_value_scales_are_valid() {
        for text in ["3:3:1", "0.25:0.25", "-7:-7:0.5"] {
            let scale: RatingScale = text.parse().unwrap();
            assert!(scale.contains(scale.min()) && !scale.contains(scale.min() + 1.0));
            assert_eq!((scale.clip(9.0), scale.clip(-9.0)), (scale.min(), scale.min()));
            let stored = serde_json::to_string(&scale).unwrap();
            assert_eq!(serde_json::from_str::<RatingScale>(&stored).unwrap(), scale);
        }
    }
}
