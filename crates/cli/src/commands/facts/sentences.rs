//! Facts as sentences.

use super::{Closest, FactsOf, MostDifferent};
use crate::output::Output;
use crate::text::{grouped, printable};
use crate::wording::Wording;
use anyhow::Result;
use likemind::RatingScale;
use likemind::facts::RatingCount;
use likemind_store::Summary;

/// Differences below this are not worth mentioning.
const NOTICEABLE: f64 = 0.05;

/// Maximum number of genres, or decades, named above and below the mean.
const NAMED: usize = 3;

/// Length of the longest bar of the histogram.
const LONGEST_BAR: u64 = 40;

/// Writes the facts as a histogram and sentences.
pub(super) fn print(facts: &FactsOf, data: &Summary, out: &mut Output<'_>) -> Result<()> {
    let Some(mean) = facts.mean else {
        return out.line(&format!("{} has no ratings.", printable(&facts.user)));
    };
    let (user, ratings) = (printable(&facts.user), grouped(facts.ratings));
    let wording = Wording::of(data);
    let did = wording.did();
    out.line(&match wording.has_counts() {
        false => format!("{user} gave {ratings} ratings, {mean:.1} on average:\n"),
        true => {
            let mean = grouped(mean.round() as u64);
            format!("{user} {did} {ratings} items, each {mean} times on average:\n")
        }
    })?;
    for bar in bars(&facts.histogram) {
        out.line(&bar)?;
    }
    out.line("")?;
    let (usualness, closest) =
        (facts.usualness.map(usualness), facts.closest.as_ref().map(closest));
    // The means of counts depend on a few very large ones, so differences from them say little.
    let differences = if wording.has_counts() { vec![] } else { differences(facts, data.scale) };
    differences.iter().chain(&usualness).chain(&closest).try_for_each(|sentence| out.line(sentence))
}

/// Sentences about differences between the means of ratings.
fn differences(facts: &FactsOf, scale: Option<RatingScale>) -> Vec<String> {
    let sentences = [
        facts.generosity.zip(scale).map(|(difference, scale)| generosity(difference, scale)),
        groups("Genres", facts.genres.iter().map(|g| (printable(&g.genre), g.difference, g.count))),
        groups("Decades", facts.decades.iter().map(|d| decade(d.decade, d.difference, d.count))),
        facts.most_different.as_ref().map(most_different),
    ];
    sentences.into_iter().flatten().collect()
}

/// The lines of the histogram; the most frequent rating has the longest bar.
fn bars(histogram: &[RatingCount]) -> impl Iterator<Item = String> {
    let most = histogram.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    histogram.iter().map(move |&RatingCount { rating, count }| {
        let bar = "█".repeat((count * LONGEST_BAR).div_ceil(most) as usize);
        let space = if count > 0 { " " } else { "" };
        format!("{rating:>9} {bar}{space}{}", grouped(count))
    })
}

fn generosity(difference: f64, scale: RatingScale) -> String {
    let is_of_stars = scale.min() > 0.0 && scale.max() <= 5.0;
    let unit = if is_of_stars { "stars" } else { "points" };
    match difference {
        more if more >= NOTICEABLE => {
            format!("{more:.1} {unit} more generous than others who rated the same items.")
        }
        less if less <= -NOTICEABLE => {
            format!("{:.1} {unit} stricter than others who rated the same items.", -less)
        }
        _ => "As generous as others who rated the same items.".to_owned(),
    }
}

fn decade(decade: i32, difference: f64, count: usize) -> (String, f64, usize) {
    (format!("{decade}s"), difference, count)
}

/// Names the groups above and below the user's own mean, the furthest first; `None` if there are none.
fn groups(
    what: &str,
    groups: impl DoubleEndedIterator<Item = (String, f64, usize)> + Clone,
) -> Option<String> {
    let name = |(name, difference, count): (String, f64, usize)| {
        format!("{name} ({difference:+.1} over {count})")
    };
    let above = groups.clone().filter(|group| group.1 >= NOTICEABLE).take(NAMED).map(name);
    let below = groups.rev().filter(|group| group.1 <= -NOTICEABLE).take(NAMED).map(name);
    let (above, below) = (above.collect::<Vec<_>>(), below.collect::<Vec<_>>());
    let parts = [("above", above), ("below", below)];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(place, names)| format!("{place} your mean: {}", names.join(", ")))
        .collect();
    (!parts.is_empty()).then(|| format!("{what} {}.", parts.join("; ")))
}

fn most_different(most: &MostDifferent) -> String {
    let title = printable(if most.title.is_empty() { &most.item } else { &most.title });
    let MostDifferent { rating, mean, .. } = most;
    format!("Most different opinion: {title}, which you gave {rating} and others {mean:.1}.")
}

fn usualness(correlation: f64) -> String {
    let taste = match correlation {
        c if c >= 0.7 => "very typical",
        c if c >= 0.4 => "fairly typical",
        c if c >= 0.1 => "somewhat typical",
        c if c > -0.1 => "unlike most people's",
        _ => "the opposite of most people's",
    };
    format!("Taste: {taste} (correlation {correlation:.2} with the means of others).")
}

fn closest(closest: &Closest) -> String {
    let Closest { neighbour, similarity, overlap } = closest;
    let who = printable(neighbour);
    format!("Closest neighbour: {who} (similarity {similarity:.3} over {overlap} co-ratings).")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generosity_has_unit_and_sign() {
        let says = |difference| generosity(difference, RatingScale::HALF_STARS);
        assert!(says(0.42).starts_with("0.4 stars more generous"));
        assert!(says(-0.42).starts_with("0.4 stars stricter"));
        assert!(says(0.04).starts_with("As generous"));
        let ten: RatingScale = "0:10:1".parse().unwrap();
        assert!(generosity(1.0, ten).starts_with("1.0 points"));
    }

    #[test]
    fn groups_above_and_below_the_mean_are_named() {
        let of = |groups: &[(&str, f64)]| {
            let groups: Vec<_> = groups.iter().map(|&(name, d)| (name.to_owned(), d, 9)).collect();
            super::groups("Genres", groups.into_iter())
        };
        let found = of(&[("War", 0.8), ("Noir", 0.01), ("Drama", -0.2), ("Horror", -1.0)]);
        let wanted = "Genres above your mean: War (+0.8 over 9); \
                      below your mean: Horror (-1.0 over 9), Drama (-0.2 over 9).";
        assert_eq!(found.as_deref(), Some(wanted));
        assert_eq!(of(&[("Noir", 0.01)]), None);
    }

    #[test]
    fn the_most_frequent_rating_has_the_longest_bar() {
        let counts = [(1.0, 0), (2.0, 1), (3.0, 400)];
        let counts = counts.map(|(rating, count)| RatingCount { rating, count });
        let lengths: Vec<_> = bars(&counts).map(|bar| bar.matches('█').count()).collect();
        assert_eq!(lengths, [0, 1, 40]);
    }
}
