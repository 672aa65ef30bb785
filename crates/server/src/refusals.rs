//! Conversions of errors to problem documents.

use crate::problem::Problem;
use axum::http::StatusCode;
use likemind_engine::{AnswerError, BeginError, NoModel, NotOpinions, UnknownId};
use likemind_store::{
    JobError, LookupError, ModelError, OffScale, RateError, StoreError, TooManyRatings,
};

impl From<UnknownId> for Problem {
    fn from(error: UnknownId) -> Self {
        Self::unknown(error.what(), &error.id)
    }
}

impl From<NoModel> for Problem {
    fn from(error: NoModel) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{error}; POST /v1/jobs fits one"))
    }
}

impl From<NotOpinions> for Problem {
    fn from(error: NotOpinions) -> Self {
        Self::unprocessable(error.to_string())
    }
}

impl From<AnswerError> for Problem {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::NoModel(error) => error.into(),
            AnswerError::UnknownId(error) => error.into(),
            AnswerError::NotOpinions(error) => error.into(),
            AnswerError::Session(error) => error.into(),
            AnswerError::Store(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::NoRatings { .. } => Self::unavailable("expected ratings, found none yet"),
            StoreError::Locked { .. } => {
                tracing::warn!(%error, "the database is locked");
                Self::unavailable("expected a free database, found that another process is writing")
            }
            StoreError::Full { .. } => {
                tracing::error!(%error, "the disk is full");
                Self::unavailable("expected free space on the disk, found none")
            }
            _ => Self::internal(&error),
        }
    }
}

impl From<RateError> for Problem {
    fn from(error: RateError) -> Self {
        match error {
            RateError::UnknownId { what, id } => Self::unknown(what, &id),
            RateError::OffScale(OffScale { scale, rating, .. }) => Self::unprocessable(format!(
                "expected a rating on the scale {scale}, found {rating}"
            )),
            RateError::Id(cause) => Self::bad(cause.to_string()),
            RateError::Scale(cause) => Self::unprocessable(cause.to_string()),
            RateError::TooManyRatings(TooManyRatings { .. }) => {
                Self::unprocessable(error.to_string())
            }
            RateError::Store(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<LookupError> for Problem {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::Store(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<ModelError> for Problem {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Unknown { id } => Self::unknown("a model", &id.to_string()),
            ModelError::Active { .. } => Self::new(StatusCode::CONFLICT, error.to_string()),
            ModelError::Store(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<BeginError> for Problem {
    fn from(error: BeginError) -> Self {
        match error {
            BeginError::Stopping => {
                Self::unavailable("expected a running service, found one that is stopping")
            }
            BeginError::Busy { job } => Self::busy(job, "this service"),
            BeginError::Job(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Unknown { id } => Self::unknown("a job", &id.to_string()),
            JobError::Busy { job, holder, .. } => Self::busy(Some(job), &holder),
            JobError::Ended { id, state } => {
                let detail =
                    format!("expected a job that has not ended, found job {id}, which is {state}");
                Self::conflict_with(id, detail)
            }
            JobError::Counts => Self::unprocessable(error.to_string()),
            JobError::Store(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}
