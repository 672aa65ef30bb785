//! Rating scales, and ratings as small integers.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The most levels that a stepped scale may have. Products of two levels and their sums over
/// [`MAX_ROW_LENGTH`](crate::MAX_ROW_LENGTH) ratings then fit 64 bits.
pub const MAX_LEVELS: u32 = 1 << 20;

/// How far from a whole number of steps a rating may be, in steps, and still count as on the scale:
/// decimal text such as `0.1` has no exact binary form.
const STEP_TOLERANCE: f64 = 1e-6;

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
pub enum ScaleError {
    /// The text is not of the form `MIN:MAX:STEP` or `MIN:MAX`.
    #[error("expected a scale as MIN:MAX:STEP (0.5:5:0.5) or MIN:MAX (-10:10), found {found:?}")]
    Form {
        /// The text as it was given.
        found: String,
    },
    /// The ends are not finite numbers, or the first is not below the second.
    #[error("expected a scale whose finite minimum is below its maximum, found {min} and {max}")]
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
    /// [`ScaleError`] unless `min < max` are finite and `step` divides their distance into at most
    /// [`MAX_LEVELS`] − 1 whole steps.
    pub fn stepped(min: f64, max: f64, step: f64) -> Result<Self, ScaleError> {
        Self::real(min, max)?;
        let steps = (max - min) / step;
        if !(step.is_finite() && step > 0.0) || (steps - steps.round()).abs() > STEP_TOLERANCE {
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
    /// [`ScaleError::Ends`] unless `min < max` are finite.
    pub fn real(min: f64, max: f64) -> Result<Self, ScaleError> {
        if min.is_finite() && max.is_finite() && min < max {
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

    /// How many levels there are, 2 to [`MAX_LEVELS`]; `None` on a real scale.
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

    /// The scale that a set of ratings seems to be on.
    ///
    /// Whole numbers of 1 to 5 give five stars, half numbers of .5 to 5 half stars, whole numbers of
    /// 0 or 1 to 10 that scale; otherwise the values' own ends, in steps of 1, .5, .25, .2 or .1
    /// where all fit, and real where none does.
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

    /// The smallest scale of the same kind that holds both; `None` if the steps do not fit together.
    pub fn widen(&self, other: &Self) -> Option<Self> {
        let (min, max) = (self.min.min(other.min), self.max.max(other.max));
        let step = match (self.step, other.step) {
            (None, _) | (_, None) => return Self::real(min, max).ok(),
            (Some(a), Some(b)) => a.min(b),
        };
        let wider = Self::stepped(min, max, step).ok()?;
        let fits = |scale: &Self| {
            wider.contains(scale.min) && scale.step.is_some_and(|s| wider.contains(scale.min + s))
        };
        (fits(self) && fits(other)).then_some(wider)
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
            *fits &= (scaled - scaled.round()).abs() <= STEP_TOLERANCE;
        }
    }

    fn scale(&self) -> Result<RatingScale, ScaleError> {
        let (min, max) = (self.min, self.max);
        if min > max {
            return Err(ScaleError::NoRatings);
        }
        let step = self
            .fits
            .iter()
            .zip(PARTS_OF_ONE)
            .find_map(|(&fits, parts)| fits.then_some(1.0 / parts));
        match step {
            Some(1.0) if min >= 1.0 && max <= 5.0 => Ok(RatingScale::FIVE_STARS),
            Some(0.5) if min >= 0.5 && max <= 5.0 => Ok(RatingScale::HALF_STARS),
            Some(1.0) if min >= 1.0 && max <= 10.0 => RatingScale::stepped(1.0, 10.0, 1.0),
            Some(1.0) if min >= 0.0 && max <= 10.0 => RatingScale::stepped(0.0, 10.0, 1.0),
            Some(step) => RatingScale::stepped(min, if min < max { max } else { min + step }, step)
                .or_else(|_| RatingScale::real(min, max)),
            None => RatingScale::real(min, if min < max { max } else { min + 1.0 }),
        }
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
            "1:1",
            "1:5:0",
            "1:5:-1",
            "1:5:3",
            "a:b",
            "0:1:NaN",
            "1:inf",
            "1:5:1:1",
            "0:1:0.0000001",
        ] {
            assert!(text.parse::<RatingScale>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_scale_is_found() {
        let find =
            |ratings: &[f64]| RatingScale::find(ratings.iter().copied()).unwrap().to_string();
        assert_eq!(find(&[3.0, 4.0, 2.0]), "1:5:1");
        assert_eq!(find(&[3.5, 4.0]), "0.5:5:0.5");
        assert_eq!(find(&[7.0, 2.0]), "1:10:1");
        assert_eq!(find(&[0.0, 2.0]), "0:10:1");
        assert_eq!(find(&[1.0, 352_698.0]), "1:352698:1");
        assert_eq!(find(&[-9.0, 3.25]), "-9:3.25:0.25");
        assert_eq!(find(&[0.123, 0.7]), "0.123:0.7");
        assert_eq!(find(&[1.0, 3e6]), "1:3000000");
        assert_eq!(find(&[70.0]), "70:71:1");
        assert_eq!(RatingScale::find([]), Err(ScaleError::NoRatings));
        assert!(RatingScale::find([1.0, f64::NAN]).is_err());
    }

    #[test]
    fn scales_widen_where_their_steps_fit() {
        let five = RatingScale::FIVE_STARS;
        assert_eq!(five.widen(&RatingScale::HALF_STARS), Some(RatingScale::HALF_STARS));
        assert_eq!(five.widen(&"0:10:1".parse().unwrap()), Some("0:10:1".parse().unwrap()));
        assert_eq!(five.widen(&"0:0.9:0.3".parse().unwrap()), None);
    }
}
