//! The common progress report of all long operations.

use likemind::Progress;
use likemind_store::SaveProgress;

/// A step of a long operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// Writing ratings to the database.
    Importing,
    /// Comparing pairs.
    Comparing,
    /// Writing neighbour lists to the database.
    Saving,
    /// Predicting held-out ratings.
    Predicting,
    /// Computing recommendation lists.
    Ranking,
}

impl Step {
    /// The name of the step, such as `"importing"`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Importing => "importing",
            Self::Comparing => "comparing",
            Self::Saving => "saving",
            Self::Predicting => "predicting",
            Self::Ranking => "ranking",
        }
    }

    /// The unit in which progress is counted, in plural.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Importing | Self::Predicting => "ratings",
            Self::Comparing => "pairs",
            Self::Saving | Self::Ranking => "lists",
        }
    }
}

/// The progress of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepProgress {
    /// The step.
    pub step: Step,
    /// Number of finished units.
    pub done: u64,
    /// Total number of units.
    pub total: u64,
    /// The finished share of the work, 0 to 1. It differs from `done / total` if units differ in cost.
    pub share: f64,
}

impl StepProgress {
    /// The progress of a step whose units all cost the same.
    pub fn new(step: Step, done: u64, total: u64) -> Self {
        let share = if total > 0 { done as f64 / total as f64 } else { 0.0 };
        Self { step, done, total, share }
    }
}

impl From<Progress> for StepProgress {
    fn from(progress: Progress) -> Self {
        let Progress { pairs_done: done, pairs: total, work_done: share, .. } = progress;
        Self { step: Step::Comparing, done, total, share }
    }
}

impl From<SaveProgress> for StepProgress {
    fn from(SaveProgress { done, total }: SaveProgress) -> Self {
        Self::new(Step::Saving, done, total)
    }
}
