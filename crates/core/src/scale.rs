//! Rating scales, and ratings as small integers.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The most levels that a stepped scale may have. Products of two levels and their sums over
/// [`MAX_ROW_LENGTH`](crate::matrix::MAX_ROW_LENGTH) ratings then fit 64 bits.
pub const MAX_LEVELS: u32 = 1 << 20;

/// How far from a whole number of steps a rating may be, in steps, and still count as on the scale:
/// decimal text such as `0.1` has no exact binary form.
const STEP_TOLERANCE: f64 = 1e-6;

/// What rounding leaves of a decimal number such as `0.3` on its grid, as a part of it. Whatever is
/// farther off is a rating of its own, which a grid would lose.
const DECIMAL_TOLERANCE: f64 = 4.0 * f64::EPSILON;

/// The ratings that a data set may hold.
///
/// A *stepped* scale has a **level** for each rating, an integer from 1: rating = min + step·(level − 1).
/// PCS does not change under that map, so it is computed on levels, exactly. A *real* scale has
/// any finite value between its ends, and no levels.
///
/// Written as `MIN:MAX:STEP` (stepped) or `MIN:MAX` (real).
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

/// Why a scale cannot be.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum ScaleError {
    /// The text is not of the form `MIN:MAX:STEP` or `MIN:MAX`.
    #[error("expected a scale as MIN:MAX:STEP (0.5:5:0.5) or MIN:MAX (-10:10), found {found:?}")]
    Form {
        /// The text as it was given.
        found: String,
    },
    /// The ends are not finite numbers, or the first is above the second.
    #[error(
        "expected a scale whose finite minimum is not above its maximum, found {min} and {max}"
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
    /// There are more than [`MAX_LEVELS`] levels.
    #[error(
        "expected at most {MAX_LEVELS} levels, found {levels}; MIN:MAX without a step takes any value"
    )]
    Levels {
        /// How many levels the scale would have.
        levels: f64,
    },
    /// No rating to find a scale from.
    #[error("expected at least one rating to find the scale from, found none")]
    NoRatings,
    /// A rating is not a finite number.
    #[error("expected finite ratings, found {found}")]
    NotFinite {
        /// The value.
        found: f64,
    },
}

impl RatingScale {
    /// One to five in whole steps, as in MovieLens 100K and 1M.
    pub const FIVE_STARS: Self = Self { min: 1.0, max: 5.0, step: Some(1.0) };
    /// Half a star to five in half steps, as in MovieLens 10M and later.
    pub const HALF_STARS: Self = Self { min: 0.5, max: 5.0, step: Some(0.5) };

    /// A scale of levels from `min` to `max`, both included.
    ///
    /// # Errors
    /// [`ScaleError`] unless `min ≤ max` are finite and `step` divides their distance into at most
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

    /// A scale of any finite value from `min` to `max`, both included.
    ///
    /// # Errors
    /// [`ScaleError::Ends`] unless `min ≤ max` are finite.
    pub fn real(min: f64, max: f64) -> Result<Self, ScaleError> {
        if min.is_finite() && max.is_finite() && min <= max {
            Ok(Self { min, max, step: None })
        } else {
            Err(ScaleError::Ends { min, max })
        }
    }

    /// The lowest rating.
    pub fn min(&self) -> f64 {
        self.min
    }

    /// The highest rating.
    pub fn max(&self) -> f64 {
        self.max
    }

    /// The distance of two neighbouring levels; `None` on a real scale.
    pub fn step(&self) -> Option<f64> {
        self.step
    }

    /// How many levels there are, 1 to [`MAX_LEVELS`]; `None` on a real scale.
    pub fn levels(&self) -> Option<u32> {
        self.step.map(|step| ((self.max - self.min) / step).round() as u32 + 1)
    }

    /// The level of a rating, from 1; `None` off the scale, for NaN, and on a real scale.
    pub fn level_of(&self, rating: f64) -> Option<u32> {
        let steps = (rating - self.min) / self.step?;
        let whole = steps.round();
        let on_step = (steps - whole).abs() <= STEP_TOLERANCE;
        let last = f64::from(self.levels()? - 1);
        (on_step && (0.0..=last).contains(&whole)).then(|| whole as u32 + 1)
    }

    /// The rating of a level: min + step·(level − 1). On a real scale the step counts as 1.
    pub fn rating_of(&self, level: u32) -> f64 {
        self.min + self.step.unwrap_or(1.0) * (f64::from(level) - 1.0)
    }

    /// Whether `rating` may occur: a level of a stepped scale, a value between the ends of a real one.
    /// NaN never may.
    pub fn contains(&self, rating: f64) -> bool {
        match self.step {
            Some(_) => self.level_of(rating).is_some(),
            None => (self.min..=self.max).contains(&rating),
        }
    }

    /// `rating` moved to the nearer end if it lies outside. NaN stays NaN.
    pub fn clip(&self, rating: f64) -> f64 {
        rating.clamp(self.min, self.max)
    }

    /// The scale that a set of ratings seems to be on: from the lowest to the highest, and never past
    /// these, in steps of 1, .5, .25, .2 or .1 where all of them fit, and real where no step does.
    ///
    /// # Errors
    /// [`ScaleError::NoRatings`] without ratings, [`ScaleError::NotFinite`] with NaN or an infinity.
    pub fn find(ratings: impl IntoIterator<Item = f64>) -> Result<Self, ScaleError> {
        let mut found = Grids::default();
        for rating in ratings {
            if !rating.is_finite() {
                return Err(ScaleError::NotFinite { found: rating });
            }
            found.take(rating);
        }
        found.scale()
    }

    /// The scale from the lower minimum to the higher maximum: in the smaller step of the two, or the
    /// widest usual one below it, where both fit; real where no step does.
    pub fn widen(&self, other: &Self) -> Self {
        let (min, max) = (self.min.min(other.min), self.max.max(other.max));
        let stepped = self.step.zip(other.step).and_then(|(a, b)| {
            let finest = a.min(b);
            let usual = PARTS_OF_ONE.iter().map(|parts| 1.0 / parts).filter(|&step| step < finest);
            let wider = |step| Self::stepped(min, max, step).ok();
            std::iter::once(finest)
                .chain(usual)
                .filter_map(wider)
                .find(|wider| self.fits(wider) && other.fits(wider))
        });
        stepped.unwrap_or(Self { min, max, step: None })
    }

    /// Whether all its levels are levels of a stepped scale.
    fn fits(&self, wider: &Self) -> bool {
        let second = self.step.map_or(f64::NAN, |step| self.min + step);
        wider.contains(self.min) && (self.min == self.max || wider.contains(second))
    }
}

/// The steps that [`RatingScale::find`] tries, widest first, as parts of 1.
const PARTS_OF_ONE: [f64; 5] = [1.0, 2.0, 4.0, 5.0, 10.0];

/// What is known of a set of ratings: its ends, and which grids hold all of it.
struct Grids {
    min: f64,
    max: f64,
    fits: [bool; PARTS_OF_ONE.len()],
}

impl Default for Grids {
    fn default() -> Self {
        Self { min: f64::INFINITY, max: f64::NEG_INFINITY, fits: [true; PARTS_OF_ONE.len()] }
    }
}

impl Grids {
    fn take(&mut self, rating: f64) {
        self.min = self.min.min(rating);
        self.max = self.max.max(rating);
        for (fits, parts) in self.fits.iter_mut().zip(PARTS_OF_ONE) {
            let scaled = rating * parts;
            *fits &= (scaled - scaled.round()).abs() <= DECIMAL_TOLERANCE * scaled.abs();
        }
    }

    fn scale(&self) -> Result<RatingScale, ScaleError> {
        let (min, max) = (self.min, self.max);
        if min > max {
            return Err(ScaleError::NoRatings);
        }
        let fitting = self.fits.iter().zip(PARTS_OF_ONE).find(|&(&fits, _)| fits);
        let stepped =
            fitting.and_then(|(_, parts)| RatingScale::stepped(min, max, 1.0 / parts).ok());
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
    fn off_the_scale_is_none() {
        let scale = RatingScale::HALF_STARS;
        for rating in [0.0, 0.25, 5.5, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(scale.level_of(rating), None, "{rating}");
            assert!(!scale.contains(rating), "{rating}");
        }
    }

    #[test]
    fn bad_scales_are_refused() {
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
    fn the_scale_is_found() {
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
        assert_eq!(find(&[-1e308, 1e308]), format!("{}:{}", -1e308, 1e308));
        assert_eq!(RatingScale::find([]), Err(ScaleError::NoRatings));
        assert!(RatingScale::find([1.0, f64::NAN]).is_err());
    }

    #[test]
    fn scales_widen() {
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
    fn one_value_is_a_scale() {
        for text in ["3:3:1", "0.25:0.25", "-7:-7:0.5"] {
            let scale: RatingScale = text.parse().unwrap();
            assert!(scale.contains(scale.min()) && !scale.contains(scale.min() + 1.0));
            assert_eq!((scale.clip(9.0), scale.clip(-9.0)), (scale.min(), scale.min()));
            let stored = serde_json::to_string(&scale).unwrap();
            assert_eq!(serde_json::from_str::<RatingScale>(&stored).unwrap(), scale);
        }
    }
}
