//! Notes that several commands write.

use crate::messages::note;
use likemind::RatingScale;
use likemind_engine::Outdated;
use likemind_store::ModelInfo;

/// Writes a note about a model that could not be brought up to date, if there is one.
pub(crate) fn note_outdated(outdated: Option<Outdated<'_>>) {
    if let Some(outdated) = outdated {
        let Outdated { model: ModelInfo { id, side, .. }, behind } = outdated;
        let changes = if behind == 1 { "change" } else { "changes" };
        let why = match outdated.is_global() {
            true => "its measure depends on all ratings",
            false => "these are too many to follow",
        };
        note(format_args!(
            "model {id} is {behind} {changes} of ratings behind, since {why}; `likemind fit --side {side}` refreshes it"
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
