//! Notes that several commands make.

use crate::messages::note;
use likemind::RatingScale;
use likemind_store::ModelInfo;

/// Says which model could not take in ratings that came after it, if one could not.
pub(crate) fn note_outdated(model: Option<&ModelInfo>) {
    if let Some(ModelInfo { id, side, .. }) = model {
        note(format_args!(
            "ratings changed since model {id} was made; `likemind fit --side {side}` brings it up to date"
        ));
    }
}

/// Says that the scale is another one, if it is.
pub(crate) fn note_scale_change(before: Option<RatingScale>, now: Option<RatingScale>) {
    if let Some((before, now)) = before.zip(now).filter(|(before, now)| before != now) {
        note(format_args!(
            "the scale was {before}, and is {now}; models are of the former one until the \
             next fit"
        ));
    }
}
