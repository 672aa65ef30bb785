//! Reasons of recommendations as sentences.

use super::{Ranker, Reason, Recommended};
use crate::output::Output;
use crate::text::printable;
use anyhow::Result;
use likemind::Side;
use likemind_store::ModelKind;

/// Number of reasons per item; JSON has all.
const SHOWN: usize = 3;

/// Writes the strongest reasons of each item as sentences.
pub(crate) fn print_reasons<'a>(
    items: impl IntoIterator<Item = &'a Recommended>,
    ranker: Ranker,
    out: &mut Output<'_>,
) -> Result<()> {
    for recommended in items {
        let title = named(&recommended.title, &recommended.item);
        out.line(&format!("\n{title}"))?;
        let reasons = strongest_first(recommended, ranker);
        if reasons.is_empty() {
            let did = ranker.wording.did();
            out.line(&format!("  popular: none of your neighbours {did} it"))?;
        }
        for reason in reasons.iter().take(SHOWN) {
            out.line(&format!("  {}", sentence(reason, ranker)))?;
        }
        if let Some(rest) = rest(&reasons, ranker) {
            out.line(&format!("  {rest}"))?;
        }
    }
    Ok(())
}

fn strongest_first(recommended: &Recommended, ranker: Ranker) -> Vec<&Reason> {
    let mut reasons: Vec<&Reason> = recommended.reasons.iter().flatten().collect();
    if ranker.side == Side::Users && !ranker.wording.has_counts() {
        // A neighbour who liked the item is a more convincing reason than one who only rated it.
        let weight = |reason: &Reason| reason.contribution * reason.rating;
        reasons.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    }
    reasons
}

fn sentence(reason: &Reason, ranker: Ranker) -> String {
    let who = named(&reason.title, &reason.neighbour);
    let &Reason { similarity, overlap, rating, contribution, .. } = reason;
    let wording = ranker.wording;
    let (you_gave, did) = (wording.you_gave(rating), wording.did());
    let shared = if wording.has_counts() { "shared items" } else { "co-ratings" };
    match (ranker.kind, ranker.side) {
        (ModelKind::Ridge, _) => {
            let speaks = if contribution < 0.0 { "against" } else { "for" };
            format!(
                "{who}, which {you_gave}, speaks {speaks} it (weight {similarity:.3}, {overlap} people {did} both, adds {contribution:.4})"
            )
        }
        (_, Side::Users) => format!(
            "{who} {} (similarity {similarity:.3} over {overlap} {shared}, adds {contribution:.4})",
            wording.gave_it(rating)
        ),
        (_, Side::Items) => format!(
            "{who}, which {you_gave}, is similar (similarity {similarity:.3} by {overlap} people, adds {contribution:.4})"
        ),
    }
}

/// What is said of the reasons that are not shown.
fn rest(reasons: &[&Reason], ranker: Ranker) -> Option<String> {
    let more = reasons.len().checked_sub(SHOWN).filter(|&more| more > 0)?;
    Some(match ranker.side {
        Side::Users if ranker.wording.has_counts() => format!("and {more} more"),
        Side::Users => {
            let mean = reasons.iter().map(|r| r.rating).sum::<f64>() / reasons.len() as f64;
            format!("and {more} more; their mean rating is {mean:.1}")
        }
        Side::Items if ranker.wording.has_counts() => format!("and {more} more of your items"),
        Side::Items => format!("and {more} more of your ratings"),
    })
}

fn named(title: &str, id: &str) -> String {
    printable(if title.is_empty() { id } else { title })
}
