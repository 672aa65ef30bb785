//! Scales found from ratings, and widened for other ones.

use super::{MAX_LEVELS, RatingScale, ScaleError, is_possible};

/// Maximum relative rounding error of a decimal fraction such as `0.3` when a scale is detected. A
/// value that is farther from a step is a distinct rating, which the step would lose.
const DECIMAL_TOLERANCE: f64 = 4.0 * f64::EPSILON;

/// The steps that [`RatingScale::find`] tries, as the number of steps per unit; largest step first.
const STEPS_PER_UNIT: [f64; 5] = [1.0, 2.0, 4.0, 5.0, 10.0];

impl RatingScale {
    /// Finds the scale of a set of ratings: from the lowest to the highest rating, in the largest
    /// step of 1, .5, .25, .2 and .1 that fits all of them; real if no step fits.
    ///
    /// # Errors
    /// [`ScaleError::NoRatings`] if there are no ratings, [`ScaleError::Magnitude`] if one is NaN
    /// or larger than [`MAX_RATING`](super::MAX_RATING).
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
    /// [`find`](Self::find) tries and both fit; real if no step fits. If one of them is declared as
    /// [`counts`](Self::counts), and both are of whole numbers from 0, so is the result; also if one
    /// [has counts](Self::has_counts) and there would be too many levels.
    pub fn widen(&self, other: &Self) -> Self {
        let (min, max) = (self.min.min(other.min), self.max.max(other.max));
        let is_too_wide = max - min >= f64::from(MAX_LEVELS);
        let has_counts = |scale: &Self| scale.counts || is_too_wide && scale.has_counts();
        let can_be_counts = |scale: &Self| scale.counts || scale.step == Some(1.0);
        if (has_counts(self) || has_counts(other))
            && can_be_counts(self)
            && can_be_counts(other)
            && let Ok(counts) = Self::counts(min, max)
        {
            return counts;
        }
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
        stepped.unwrap_or(Self { min, max, step: None, counts: false })
    }

    /// Whether all levels of this stepped scale are levels of `wider`.
    fn fits_in(&self, wider: &Self) -> bool {
        let second = self.step.map_or(f64::NAN, |step| self.min + step);
        wider.contains(self.min) && (self.min == self.max || wider.contains(second))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

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
            ("1:5:count", "7:7:1", "1:7:count"),
            ("1:1:count", "3000000:3000000:1", "1:3000000:count"),
            ("1:3000000:count", "0:0:1", "0:3000000:count"),
            ("1:352698:1", "3000000:3000000:1", "1:3000000:count"),
            ("1:5:count", "2.5:2.5:0.5", "1:5:0.5"),
            ("1:5:count", "-1:-1:1", "-1:5:1"),
        ] {
            let scale = |text: &str| text.parse::<RatingScale>().unwrap();
            assert_eq!(scale(one).widen(&scale(other)), scale(wider), "{one} {other}");
            assert_eq!(scale(other).widen(&scale(one)), scale(wider), "{other} {one}");
        }
    }
}
