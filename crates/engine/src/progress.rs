//! One shape of progress for all work that takes long.

use likemind::Progress;
use likemind_store::SaveProgress;

/// A step of work that takes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// Ratings are written to the database.
    Importing,
    /// Pairs are compared.
    Comparing,
    /// Lists of neighbours are written to the database.
    Saving,
    /// Held-out ratings are predicted.
    Predicting,
    /// Lists of recommendations are made for users with held-out ratings.
    Ranking,
}

impl Step {
    /// The name, for people and programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Importing => "importing",
            Self::Comparing => "comparing",
            Self::Saving => "saving",
            Self::Predicting => "predicting",
            Self::Ranking => "ranking",
        }
    }

    /// What is counted.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Importing | Self::Predicting => "ratings",
            Self::Comparing => "pairs",
            Self::Saving | Self::Ranking => "lists",
        }
    }
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Advance {
    /// The step.
    pub step: Step,
    /// How many units are done.
    pub done: u64,
    /// How many units there are.
    pub total: u64,
    /// How much of the step's work is done, 0 to 1: units may not cost the same.
    pub share: f64,
}

impl Advance {
    /// Of a step whose units cost the same.
    pub fn new(step: Step, done: u64, total: u64) -> Self {
        let share = if total > 0 { done as f64 / total as f64 } else { 0.0 };
        Self { step, done, total, share }
    }
}

impl From<Progress> for Advance {
    fn from(progress: Progress) -> Self {
        let Progress { pairs_done: done, pairs: total, work_done: share, .. } = progress;
        Self { step: Step::Comparing, done, total, share }
    }
}

impl From<SaveProgress> for Advance {
    fn from(SaveProgress { done, total }: SaveProgress) -> Self {
        Self::new(Step::Saving, done, total)
    }
}
