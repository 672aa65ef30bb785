//! Errors of predicted ratings.

use super::TestRating;
use crate::matrix::RatingMatrix;
use crate::predict::{Predictor, Source};
use serde::Serialize;

/// Errors over a set of held-out ratings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RatingAccuracy {
    /// √(Σ(r̂ − r)²/n); NaN without ratings.
    pub rmse: f64,
    /// Σ|r̂ − r|/n; NaN without ratings.
    pub mae: f64,
    /// How many ratings were predicted: all.
    pub ratings: usize,
    /// The share of them that neighbours predicted, 0 to 1; the others are fallbacks.
    pub by_neighbours: f64,
}

/// Predicts every held-out rating and compares. `matrix` holds the training ratings.
pub fn rating_accuracy(
    matrix: &RatingMatrix,
    predictor: &dyn Predictor,
    test: &[TestRating],
) -> RatingAccuracy {
    let queries: Vec<_> = test.iter().map(|rating| (rating.user, rating.item)).collect();
    let predictions = predictor.predict_all(matrix, &queries);
    let (mut squares, mut absolutes, mut by_neighbours) = (0.0, 0.0, 0);
    for (prediction, rating) in predictions.iter().zip(test) {
        let error = prediction.rating - rating.rating;
        squares += error * error;
        absolutes += error.abs();
        by_neighbours += usize::from(prediction.source == Source::Neighbours);
    }
    let count = test.len() as f64;
    RatingAccuracy {
        rmse: (squares / count).sqrt(),
        mae: absolutes / count,
        ratings: test.len(),
        by_neighbours: by_neighbours as f64 / count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ItemIdx, MeanOf, MeanPredictor, RatingScale, RatingTable, UserIdx};

    #[test]
    fn errors_follow_their_formulas() {
        let mut table = RatingTable::new();
        table.push("a", "x", 3.0, None).unwrap();
        let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
        let test =
            [1.0, 4.0].map(|rating| TestRating { user: UserIdx(0), item: ItemIdx(1), rating });
        let predictor = MeanPredictor::new(&matrix, MeanOf::User);
        let accuracy = rating_accuracy(&matrix, &predictor, &test);
        assert_eq!((accuracy.rmse, accuracy.mae), ((5.0_f64 / 2.0).sqrt(), 1.5));
        assert_eq!((accuracy.ratings, accuracy.by_neighbours), (2, 0.0));
    }
}
