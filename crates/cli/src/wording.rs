//! The words for what people think of items, or how often they used them.

use crate::text::grouped;
use likemind_store::Summary;

/// How ratings are spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wording {
    /// Opinions.
    Rated,
    /// Counts of plays.
    Played,
    /// Other counts.
    Chosen,
}

impl Wording {
    pub(crate) fn of(data: &Summary) -> Self {
        let has_counts = data.scale.is_some_and(|scale| scale.has_counts());
        // The web page recognises plays in the same way.
        let name = data.name.as_deref().unwrap_or_default().to_lowercase();
        match has_counts {
            false => Self::Rated,
            true if name.contains("lastfm") || name.contains("last.fm") => Self::Played,
            true => Self::Chosen,
        }
    }

    pub(crate) fn has_counts(self) -> bool {
        self != Self::Rated
    }

    /// What people did: `rated`, `played` or `chose`.
    pub(crate) fn did(self) -> &'static str {
        match self {
            Self::Rated => "rated",
            Self::Played => "played",
            Self::Chosen => "chose",
        }
    }

    /// What somebody did to `it`: `gave it 4`, `played it 31 times`, `chose it once`.
    pub(crate) fn gave_it(self, rating: f64) -> String {
        match self {
            Self::Rated => format!("gave it {rating}"),
            _ => format!("{} it {}", self.did(), times(rating)),
        }
    }

    /// What you did, after "which": `you gave 4`, `you played 31 times`, `you chose once`.
    pub(crate) fn you_gave(self, rating: f64) -> String {
        match self {
            Self::Rated => format!("you gave {rating}"),
            _ => format!("you {} {}", self.did(), times(rating)),
        }
    }
}

fn times(count: f64) -> String {
    if count == 1.0 { "once".to_owned() } else { format!("{} times", grouped(count as u64)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opinions_are_given_and_items_are_played() {
        assert_eq!(Wording::Rated.gave_it(4.5), "gave it 4.5");
        assert_eq!(Wording::Rated.you_gave(4.5), "you gave 4.5");
        assert_eq!(Wording::Played.gave_it(3100.0), "played it 3,100 times");
        assert_eq!(Wording::Chosen.you_gave(1.0), "you chose once");
    }
}
