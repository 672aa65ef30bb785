//! Prediction errors.

use super::Evaluation;
use crate::model::{Model, SessionError};
use crate::predict::Source;
use serde::Serialize;
use std::sync::OnceLock;

/// Prediction errors over a set of held-out ratings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RatingAccuracy {
    /// √(Σ(r̂ − r)²/n); NaN without ratings.
    pub rmse: f64,
    /// Σ|r̂ − r|/n; NaN without ratings.
    pub mae: f64,
    /// Number of held-out ratings; every one is predicted.
    pub ratings: usize,
    /// Share of the ratings predicted from neighbours, 0 to 1; the others are fallbacks. NaN
    /// without ratings.
    pub by_neighbours: f64,
}

pub(super) fn rating_accuracy(
    evaluation: &Evaluation<'_>,
    model: &dyn Model,
) -> Result<RatingAccuracy, SessionError> {
    let test = evaluation.test;
    let queries: Vec<_> = test.iter().map(|rating| (rating.user, rating.item)).collect();
    // Keep only ratings and sources: the terms of millions of predictions would fill the memory.
    // Errors are summed in the order of the ratings, so the result does not depend on the threads.
    let predicted: Vec<OnceLock<(f64, Source)>> = vec![OnceLock::new(); test.len()];
    let done = evaluation.counter();
    model.predict_each(&queries, &|query, prediction| {
        let _ = predicted[query].set((prediction.rating, prediction.source));
        done();
    })?;
    let (mut squares, mut absolutes, mut by_neighbours) = (0.0, 0.0, 0);
    for (prediction, rating) in predicted.iter().zip(test) {
        let Some((prediction, source)) = prediction.get() else { continue };
        let error = prediction - rating.rating;
        squares += error * error;
        absolutes += error.abs();
        by_neighbours += usize::from(*source == Source::Neighbours);
    }
    let count = test.len() as f64;
    Ok(RatingAccuracy {
        rmse: (squares / count).sqrt(),
        mae: absolutes / count,
        ratings: test.len(),
        by_neighbours: by_neighbours as f64 / count,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ItemIdx, MeanModel, MeanOf, RatingMatrix, RatingScale, RatingTable, TestRating, UserIdx,
    };

    #[test]
    fn errors_follow_their_formulas() {
        let mut table = RatingTable::new();
        table.push("a", "x", 3.0, None).unwrap();
        let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
        let test =
            [1.0, 4.0].map(|rating| TestRating { user: UserIdx(0), item: ItemIdx(1), rating });
        let model = MeanModel::new(matrix.clone(), MeanOf::User);
        let accuracy = Evaluation::on(&matrix, &test).rating_accuracy(&model).unwrap();
        assert_eq!((accuracy.rmse, accuracy.mae), ((5.0_f64 / 2.0).sqrt(), 1.5));
        assert_eq!((accuracy.ratings, accuracy.by_neighbours), (2, 0.0));
    }
}
