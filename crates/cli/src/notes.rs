//! Notes that several commands write.

use crate::messages::note;
use likemind::RatingScale;
use likemind_store::ModelInfo;

/// Writes a note about a model that could not be brought up to date, if there is one.
pub(crate) fn note_outdated(model: Option<&ModelInfo>) {
    if let Some(ModelInfo { id, side, .. }) = model {
        note(format_args!(
            "ratings have changed since model {id} was fitted; `likemind fit --side {side}` brings it up to date"
        ));
    }
}

/// Writes a note about a changed scale, if it has changed.
pub(crate) fn note_scale_change(before: Option<RatingScale>, now: Option<RatingScale>) {
    if let Some((before, now)) = before.zip(now).filter(|(before, now)| before != now) {
        note(format_args!(
            "the scale has changed from {before} to {now}; models use the old one until the next fit"
        ));
    }
}
