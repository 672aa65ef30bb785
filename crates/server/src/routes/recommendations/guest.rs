//! People who are not stored: what they think of items, and what they ask for.

use super::request::{Request, checked_choice, checked_count, checked_years};
use crate::extract::{Id, Object};
use crate::problem::{Answer, Problem};
use crate::routes::model_kind::RankerName;
use crate::routes::side::SideName;
use likemind::profile::ProfileError;
use likemind::{ItemIdx, Opinion, Profile};
use likemind_engine::{ItemFilter, Moment, Naming, guest_rating};
use serde::Deserialize;
use utoipa::ToSchema;

/// A request for recommendations to a person who is not stored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GuestRequest {
    /// The ratings of the person, at most one per item.
    #[serde(default)]
    #[schema(value_type = Vec<GuestRating>)]
    ratings: Vec<Object<GuestRating>>,
    /// Items that the person likes. Each counts as a rating three quarters of the way up the scale.
    #[serde(default)]
    liked: Vec<Id>,
    /// Items that the person dislikes. Each counts as a rating a quarter of the way up the scale.
    #[serde(default)]
    disliked: Vec<Id>,
    /// Items not to recommend, in addition to those above. Unknown ids have no effect.
    #[serde(default)]
    exclude: Vec<Id>,
    /// Only items of at least one of these genres, ignoring case; all genres if the list is empty.
    #[serde(default)]
    genres: Vec<String>,
    /// Only items of these years: `1990-1999`, `1990-`, `-1999` or `1999`.
    #[schema(
        pattern = "^([0-9]{1,9}|[0-9]{1,9}-|-[0-9]{1,9}|[0-9]{1,9}-[0-9]{1,9})$",
        example = "1990-1999"
    )]
    years: Option<String>,
    /// Only items with at least this predicted rating; the lowest rating of the scale allows all.
    /// By default items predicted below the person's mean are left out, unless there are too few
    /// others.
    min_prediction: Option<f64>,
    /// Whether to include items that the person has rated, liked or disliked.
    #[serde(default)]
    include_rated: bool,
    /// Number of items.
    #[schema(minimum = 1, maximum = 1000, default = 10)]
    n: Option<u32>,
    /// Whether to include the reasons.
    #[serde(default)]
    explain: bool,
    /// Only neighbours of this side. By default ridge regression ranks, or else the neighbours of
    /// users, or else of items. The neighbours of items come before those of users with equal ratings
    /// only, because the correlation with other users is undefined, and with counts, because the
    /// usual measure of these ignores how often a person uses an item.
    side: Option<SideName>,
    /// Only models of this kind.
    model_kind: Option<RankerName>,
}

/// A rating of a person who is not stored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GuestRating {
    /// The item's id.
    item: Id,
    /// The rating, on the scale of the data set. Counts may be above it.
    rating: f64,
}

impl GuestRequest {
    /// The person's profile and the validated request, by the items of this moment.
    pub(super) fn checked(self, moment: &Moment<'_>) -> Answer<(Profile, Request)> {
        let profile = self.profile(moment)?;
        let excluded = self.exclude.iter().filter_map(|id| moment.item(id.as_str()).ok());
        let filter = ItemFilter::default().without_items(excluded);
        let request = Request {
            n: checked_count(self.n).map_err(Problem::of_body)?,
            explain: self.explain,
            filter: filter
                .with_genres(self.genres)
                .with_years(checked_years(self.years).map_err(Problem::of_body)?),
            least_prediction: self.min_prediction,
            with_rated: self.include_rated,
            choice: checked_choice(self.model_kind, self.side)?,
        };
        Ok((profile, request))
    }

    fn profile(&self, moment: &Moment<'_>) -> Answer<Profile> {
        let scale = moment.matrix().scale();
        let of_opinion = |opinion: Opinion| move |id| (id, opinion.rating_on(scale));
        let rated = self.ratings.iter().map(|Object(rated)| (&rated.item, rated.rating));
        let liked = self.liked.iter().map(of_opinion(Opinion::Liked));
        let disliked = self.disliked.iter().map(of_opinion(Opinion::Disliked));
        let known = |(id, rating): (&Id, f64)| {
            Ok((known_item(moment, id.as_str())?, guest_rating(scale, rating)))
        };
        let all = rated.chain(liked).chain(disliked).map(known);
        let ratings: Vec<(ItemIdx, f64)> = all.collect::<Answer<_>>()?;
        Profile::from_ratings(ratings, scale).map_err(|error| match error {
            ProfileError::Duplicate { item } => {
                let id = moment.names().item(ItemIdx(item));
                Problem::unprocessable(format!("expected one rating per item, found two of {id:?}"))
            }
            off_scale => Problem::unprocessable(off_scale.to_string()),
        })
    }
}

fn known_item(moment: &Moment<'_>, id: &str) -> Answer<ItemIdx> {
    moment.item(id).map_err(|_| {
        Problem::unprocessable(format!(
            "expected ratings of known items, found one of {id:?}, which does not exist"
        ))
    })
}
