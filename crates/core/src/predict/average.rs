//! The weighted average that turns neighbours' ratings into a prediction.

use super::candidates::Candidate;
use super::centre::{Expectations, Rated};
use super::options::Centre;
use super::{Prediction, Source, Term};
use crate::ids::ItemIdx;

/// The similarity-weighted average of the deviations d of neighbours' ratings from their expected
/// ratings: r̂ = base + unit · Σ s·d / (λ + Σ|s|).
pub(crate) struct Averaging<'a> {
    expectations: &'a Expectations<'a>,
    with_terms: bool,
}

impl<'a> Averaging<'a> {
    /// Creates the averaging for one person; its predictions have terms.
    pub(crate) fn new(expectations: &'a Expectations<'a>) -> Self {
        Self { expectations, with_terms: true }
    }

    /// Leaves the terms of predictions empty.
    pub(crate) fn without_terms(self) -> Self {
        Self { with_terms: false, ..self }
    }

    /// Predicts from the candidates, given best first; returns the fallback if there are too few.
    pub(crate) fn predict(&self, candidates: &[Candidate], item: ItemIdx) -> Prediction {
        if candidates.len() >= self.expectations.options().min_raters {
            return self.average(candidates, item);
        }
        let (rating, source) = self.expectations.fallback(item);
        let fallback = Prediction::fallback(rating, source, self.expectations.matrix());
        Prediction { confidence: Some(0.0), ..fallback }
    }

    fn average(&self, candidates: &[Candidate], item: ItemIdx) -> Prediction {
        let (expectations, options) = (self.expectations, self.expectations.options());
        let weight: f64 = candidates.iter().map(|candidate| candidate.row.similarity).sum();
        let denominator = options.denominator_shrinkage + weight;
        let expected = expectations.of(item);
        let base = match options.centre {
            // Ratings are not centred, so λ shrinks the prediction towards the mean of all ratings.
            Centre::None => {
                expectations.global_mean() * (options.denominator_shrinkage / denominator)
            }
            _ => expected.base,
        };
        let length = if self.with_terms { candidates.len() } else { 0 };
        let (mut terms, mut sum) = (Vec::with_capacity(length), 0.0);
        for Candidate { row, rating, .. } in candidates {
            let rated = Rated { neighbour: row.index, item, rating: *rating };
            let deviation = expectations.deviation(&rated);
            sum += row.similarity * deviation;
            if !self.with_terms {
                continue;
            }
            terms.push(Term {
                neighbour: row.index,
                similarity: row.similarity,
                overlap: row.overlap,
                rating: *rating,
                contribution: expected.unit * row.similarity * deviation / denominator,
            });
        }
        let score = base + expected.unit * sum / denominator;
        Prediction {
            rating: expectations.matrix().scale().clip(score),
            score,
            base,
            terms,
            raters: candidates.len(),
            source: Source::Neighbours,
            confidence: Some(weight / (1.0 + weight)),
            interval: None,
        }
    }
}
