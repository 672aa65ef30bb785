//! Hints which command helps against an error. The errors of the other crates mention no commands.

use likemind::Side;
use likemind_data::DataError;
use likemind_engine::{AnswerError, ExportError, NoModel, UnknownId};
use likemind_store::{
    BackupError, ImportError, JobError, LookupError, ModelError, ModelKind, OpenError, RateError,
    StoreError,
};
use std::error::Error;

/// The hint for the first cause that has one.
pub(crate) fn hint(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(hint_of)
}

fn hint_of(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(StoreError::NoRatings { .. }) = store_error(cause) {
        return Some("`likemind import` adds some".to_owned());
    }
    if let Some(OpenError::Missing { .. }) = cause.downcast_ref() {
        return Some("`likemind import` makes one".to_owned());
    }
    if let Some(OpenError::OnBucket { .. }) = cause.downcast_ref() {
        let keep = "keep the database on a disk; `likemind backup - > FILE` copies it to a bucket";
        return Some(keep.to_owned());
    }
    if let Some(NoModel { kind, side }) = missing_model(cause) {
        let flag = match kind {
            ModelKind::Neighbours => side.map_or(String::new(), |side| format!(" --side {side}")),
            kind => format!(" --model {kind}"),
        };
        return Some(format!("`likemind fit{flag}` makes one"));
    }
    if let Some(UnknownId { side: Side::Items, .. }) = unknown_id(cause) {
        return Some("`likemind items --query TEXT` finds ids by title".to_owned());
    }
    if let Some(DataError::BadRow(_)) = cause.downcast_ref() {
        return Some("`likemind import --skip-bad-rows` leaves out such rows".to_owned());
    }
    let off_scale = "`likemind scale` and `--scale` change the scale";
    match cause.downcast_ref() {
        Some(ImportError::ScaleConflict { both, .. }) => {
            return Some(format!(
                "`--scale {both}` takes both in, `--replace` puts the one in the place of the other"
            ));
        }
        Some(ImportError::OffScale(_)) => return Some(off_scale.to_owned()),
        _ => {}
    }
    if let Some(RateError::OffScale(_) | RateError::Scale(ImportError::OffScale(_))) =
        cause.downcast_ref()
    {
        return Some(off_scale.to_owned());
    }
    match cause.downcast_ref()? {
        JobError::Busy { .. } => Some("`likemind jobs watch` shows how far it is".to_owned()),
        JobError::Unknown { .. } => Some("`likemind jobs list` shows them".to_owned()),
        _ => None,
    }
}

/// The database error inside an error of any operation.
fn store_error<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a StoreError> {
    macro_rules! inside {
        ($($error:ident),*) => {
            $(if let Some($error::Store(error)) = cause.downcast_ref() {
                return Some(error);
            })*
        };
    }
    inside!(OpenError, BackupError, ImportError, RateError, LookupError, ModelError, JobError);
    if let Some(AnswerError::Store(error)) = answer_error(cause) {
        return Some(error);
    }
    cause.downcast_ref()
}

/// The answer error inside an error of any operation.
fn answer_error<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a AnswerError> {
    match cause.downcast_ref() {
        Some(ExportError::Answer(error)) => Some(error),
        _ => cause.downcast_ref(),
    }
}

fn missing_model<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a NoModel> {
    match answer_error(cause) {
        Some(AnswerError::NoModel(error)) => Some(error),
        _ => cause.downcast_ref(),
    }
}

fn unknown_id<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a UnknownId> {
    match answer_error(cause) {
        Some(AnswerError::UnknownId(error)) => Some(error),
        _ => cause.downcast_ref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;
    use likemind_data::BadRow;
    use likemind_store::{JobId, Location};

    #[test]
    fn database_errors_are_found_inside_any_error() {
        let location = || Location::File("x.db".into());
        let none = || StoreError::NoRatings { location: location() };
        for error in [
            anyhow!(none()),
            anyhow!(RateError::from(none())),
            anyhow!(JobError::from(none())).context("at the first try"),
        ] {
            assert_eq!(hint(&error).as_deref(), Some("`likemind import` adds some"), "{error}");
        }
        let full = JobError::from(StoreError::Full { location: location() });
        assert_eq!(hint(&anyhow!(full)), None);
    }

    #[test]
    fn hints_name_the_command_that_helps() {
        let missing = OpenError::Missing { location: Location::File("x.db".into()) };
        assert!(hint(&anyhow!(missing)).unwrap().contains("likemind import"));
        let none = NoModel { kind: ModelKind::Neighbours, side: Some(Side::Items) };
        for error in [
            anyhow!(none),
            anyhow!(AnswerError::from(none)),
            anyhow!(ExportError::from(AnswerError::from(none))),
        ] {
            assert_eq!(hint(&error).as_deref(), Some("`likemind fit --side items` makes one"));
        }
        let id = |side| anyhow!(AnswerError::from(UnknownId { side, id: "x".to_owned() }));
        assert!(hint(&id(Side::Items)).unwrap().contains("likemind items"));
        assert_eq!(hint(&id(Side::Users)), None);
        let row = BadRow {
            file: "ratings.csv".to_owned(),
            line: 3,
            expected: "a number as the rating".to_owned(),
            found: "\"good\"".to_owned(),
        };
        assert!(hint(&anyhow!(DataError::BadRow(row))).unwrap().contains("--skip-bad-rows"));
        let unknown = JobError::Unknown { id: JobId(3) };
        assert!(hint(&anyhow!(unknown)).unwrap().contains("jobs list"));
    }
}
