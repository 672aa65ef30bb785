//! Prediction errors.

use super::Evaluation;
use crate::model::{Model, SessionError};
use crate::predict::{Prediction, Source};
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
    /// Share of the ratings that lie in the 80 % interval of their prediction, 0 to 1; NaN without
    /// ratings, and if the model has no intervals.
    pub in_interval: f64,
}

pub(super) fn rating_accuracy(
    evaluation: &Evaluation<'_>,
    model: &dyn Model,
) -> Result<RatingAccuracy, SessionError> {
    let test = evaluation.test;
    let queries: Vec<_> = test.iter().map(|rating| (rating.user, rating.item)).collect();
    // Keep only ratings and sources: the terms of millions of predictions would fill the memory.
    // Errors are summed in the order of the ratings, so the result does not depend on the threads.
    type Kept = (f64, Source, Option<[f64; 2]>);
    let predicted: Vec<OnceLock<Kept>> = vec![OnceLock::new(); test.len()];
    let done = evaluation.counter();
    model.predict_each(&queries, &|query, prediction| {
        let Prediction { rating, source, interval, .. } = prediction;
        let _ = predicted[query].set((rating, source, interval));
        done();
    })?;
    let (mut squares, mut absolutes, mut by_neighbours) = (0.0, 0.0, 0);
    let (mut intervals, mut in_interval) = (0_u32, 0_u32);
    for (prediction, rating) in predicted.iter().zip(test) {
        let Some((prediction, source, interval)) = prediction.get() else { continue };
        let error = prediction - rating.rating;
        squares += error * error;
        absolutes += error.abs();
        by_neighbours += usize::from(*source == Source::Neighbours);
        if let Some([low, high]) = interval {
            intervals += 1;
            in_interval += u32::from((*low..=*high).contains(&rating.rating));
        }
    }
    let count = test.len() as f64;
    Ok(RatingAccuracy {
        rmse: (squares / count).sqrt(),
        mae: absolutes / count,
        ratings: test.len(),
        by_neighbours: by_neighbours as f64 / count,
        in_interval: f64::from(in_interval) / f64::from(intervals),
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
        assert!(accuracy.in_interval.is_nan());
    }
}
