//! Opinions without a number.

use crate::scale::RatingScale;

/// An opinion about an item from a person who gives no rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// The person likes the item.
    Liked,
    /// The person dislikes it.
    Disliked,
}

impl Opinion {
    /// Returns the rating that expresses the opinion on a scale: three quarters of the way up for a liked
    /// item, at the nearest level, and as far from the top as that is from the bottom for a disliked one.
    /// Those are 4 and 2 on [`RatingScale::FIVE_STARS`], and 4 and 1.5 on [`RatingScale::HALF_STARS`].
    /// The way up is that of ln(1 + count) on a scale of [counts](RatingScale::has_counts).
    ///
    /// ```
    /// use likemind::{Opinion, RatingScale};
    /// assert_eq!(Opinion::Liked.rating_on(&RatingScale::FIVE_STARS), 4.0);
    /// assert_eq!(Opinion::Disliked.rating_on(&RatingScale::FIVE_STARS), 2.0);
    /// ```
    pub fn rating_on(self, scale: &RatingScale) -> f64 {
        if scale.has_counts() {
            return self.count_on(scale);
        }
        match (self, scale.levels()) {
            (Self::Liked, Some(levels)) => scale.rating_of(liked_level(levels)),
            (Self::Disliked, Some(levels)) => scale.rating_of(levels + 1 - liked_level(levels)),
            (Self::Liked, None) => 0.25 * scale.min() + 0.75 * scale.max(),
            (Self::Disliked, None) => 0.75 * scale.min() + 0.25 * scale.max(),
        }
    }
}

impl Opinion {
    /// Returns the count that expresses the opinion.
    fn count_on(self, scale: &RatingScale) -> f64 {
        let share = match self {
            Self::Liked => 0.75,
            Self::Disliked => 0.25,
        };
        let (lowest, highest) = (scale.min().ln_1p(), scale.max().ln_1p());
        scale.clip((lowest + share * (highest - lowest)).exp_m1().round())
    }
}

fn liked_level(levels: u32) -> u32 {
    1 + (0.75 * f64::from(levels - 1)).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opinions_are_ratings_on_every_scale() {
        let on = |scale: RatingScale| {
            let ratings = [Opinion::Liked, Opinion::Disliked].map(|each| each.rating_on(&scale));
            assert!(ratings.iter().all(|&rating| scale.contains(rating)), "{scale}: {ratings:?}");
            ratings
        };
        assert_eq!(on(RatingScale::HALF_STARS), [4.0, 1.5]);
        assert_eq!(on(RatingScale::stepped(0.0, 1.0, 1.0).unwrap()), [1.0, 0.0]);
        assert_eq!(on(RatingScale::stepped(1.0, 3.0, 1.0).unwrap()), [3.0, 1.0]);
        assert_eq!(on(RatingScale::stepped(2.0, 2.0, 1.0).unwrap()), [2.0, 2.0]);
        assert_eq!(on(RatingScale::stepped(-10.0, 10.0, 0.25).unwrap()), [5.0, -5.0]);
        assert_eq!(on(RatingScale::real(-1.0, 1.0).unwrap()), [0.5, -0.5]);
        assert_eq!(on(RatingScale::counts(0.0, 255.0).unwrap()), [63.0, 3.0]);
        assert_eq!(on(RatingScale::counts(1.0, 1.0).unwrap()), [1.0, 1.0]);
    }
}
