//! Rating scales, and the conversion of ratings to integer levels.

mod error;
mod find;
mod text;

pub use error::ScaleError;

use serde::{Deserialize, Serialize};

/// Maximum number of levels of a stepped scale. With this limit, sums of products of two levels
/// over [`MAX_ROW_LENGTH`](crate::matrix::MAX_ROW_LENGTH) ratings fit 64 bits.
pub const MAX_LEVELS: u32 = 1 << 20;

/// Maximum magnitude of a rating. With this limit, sums of the squares of all ratings are finite.
pub const MAX_RATING: f64 = 1e100;

/// Maximum distance, in steps, of a rating from the nearest level. Decimal fractions such as `0.1`
/// have no exact binary form.
const STEP_TOLERANCE: f64 = 1e-6;

/// The set of ratings that a data set may contain.
///
/// A *stepped* scale assigns each rating an integer **level** from 1: rating = min + step·(level −
/// 1). PCS is invariant under that map, so it is computed exactly, on levels. A *real* scale
/// contains all values between its ends, and has no levels. Ratings may also be *counts*, such as
/// plays or purchases: they say how much somebody used an item, not what they thought of it.
///
/// The text form is `MIN:MAX:STEP` (stepped), `MIN:MAX` (real) or `MIN:MAX:count` (counts).
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
    /// Whether the ratings are declared to be counts.
    counts: bool,
}

#[derive(Serialize, Deserialize)]
struct ScaleParts {
    min: f64,
    max: f64,
    step: Option<f64>,
    #[serde(default)]
    counts: bool,
}

impl TryFrom<ScaleParts> for RatingScale {
    type Error = ScaleError;
    fn try_from(parts: ScaleParts) -> Result<Self, ScaleError> {
        let ScaleParts { min, max, step, counts } = parts;
        match step {
            _ if counts => Self::counts(min, max),
            Some(step) => Self::stepped(min, max, step),
            None => Self::real(min, max),
        }
    }
}

impl From<RatingScale> for ScaleParts {
    fn from(scale: RatingScale) -> Self {
        let RatingScale { min, max, step, counts } = scale;
        Self { min, max, step, counts }
    }
}

impl RatingScale {
    /// 1 to 5 in whole steps, as in MovieLens 100K and 1M.
    pub const FIVE_STARS: Self = Self { min: 1.0, max: 5.0, step: Some(1.0), counts: false };
    /// 0.5 to 5 in half steps, as in MovieLens 10M and later.
    pub const HALF_STARS: Self = Self { min: 0.5, max: 5.0, step: Some(0.5), counts: false };

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
        Ok(Self { min, max, step: Some(step), counts: false })
    }

    /// Creates a real scale from `min` to `max`, both inclusive.
    ///
    /// # Errors
    /// [`ScaleError::Ends`] unless `min ≤ max` are at most ±[`MAX_RATING`].
    pub fn real(min: f64, max: f64) -> Result<Self, ScaleError> {
        if is_possible(min) && is_possible(max) && min <= max {
            Ok(Self { min, max, step: None, counts: false })
        } else {
            Err(ScaleError::Ends { min, max })
        }
    }

    /// Creates a scale of counts from `min` to `max`, both inclusive: in whole steps, or a real scale
    /// if there would be more than [`MAX_LEVELS`] levels.
    ///
    /// # Errors
    /// [`ScaleError`] unless `min ≤ max` are whole numbers from 0 to [`MAX_RATING`].
    pub fn counts(min: f64, max: f64) -> Result<Self, ScaleError> {
        let real = Self::real(min, max)?;
        if !real.has_ends_of_counts() {
            return Err(ScaleError::Counts { min, max });
        }
        let scale = Self::stepped(min, max, 1.0).unwrap_or(real);
        Ok(Self { counts: true, ..scale })
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

    /// Whether the scale is made by [`counts`](Self::counts). Others may [have counts](Self::has_counts)
    /// too.
    pub fn is_declared_as_counts(&self) -> bool {
        self.counts
    }

    /// Whether the ratings are counts, such as plays or purchases, rather than opinions: they are
    /// declared as such, or are whole numbers, none below 0, on a scale with more than
    /// [`MAX_RATING_LEVELS`](Self::MAX_RATING_LEVELS) levels.
    pub fn has_counts(&self) -> bool {
        let is_wide = self.levels().is_some_and(|levels| levels > Self::MAX_RATING_LEVELS);
        self.counts || self.step == Some(1.0) && is_wide && self.has_ends_of_counts()
    }

    fn has_ends_of_counts(&self) -> bool {
        self.min >= 0.0 && [self.min, self.max].iter().all(|end| end.fract() == 0.0)
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
}

/// Whether a number can be a rating on some scale.
fn is_possible(rating: f64) -> bool {
    rating.abs() <= MAX_RATING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_ratings_are_one_to_one() {
        for text in
            ["1:5:1", "0.5:5:0.5", "0:10:1", "-10:10:0.25", "0:1:0.1", "1:352698:1", "0:40:count"]
        {
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
        let counts = ["1:352698:1", "0:101:1", "3:120:1", "1:1:count", "0:3000000:count"];
        for scale in counts {
            assert!(has_counts(scale), "{scale}");
        }
        for scale in [
            "0:100:1",
            "0.5:5:0.5",
            "-1:200:1",
            "0.5:200.5:1",
            "0:200:2",
            "0:1000",
            "1:3000000",
            "1:1:1",
        ] {
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
    fn single_value_scales_are_valid() {
        for text in ["3:3:1", "0.25:0.25", "-7:-7:0.5", "1:1:count"] {
            let scale: RatingScale = text.parse().unwrap();
            assert!(scale.contains(scale.min()) && !scale.contains(scale.min() + 1.0));
            assert_eq!((scale.clip(9.0), scale.clip(-9.0)), (scale.min(), scale.min()));
            let stored = serde_json::to_string(&scale).unwrap();
            assert_eq!(serde_json::from_str::<RatingScale>(&stored).unwrap(), scale);
        }
    }
}
