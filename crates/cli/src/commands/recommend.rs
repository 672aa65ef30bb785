//! `likemind recommend`

use crate::args::{PredictionArgs, Shared};
use crate::database;
use crate::engine::{self, Engine};
use crate::messages::note;
use crate::output::{Format, Output};
use crate::record::{Field, Record, RecordColumn, column};
use crate::text::printable;
use crate::values;
use anyhow::Result;
use clap::Args;
use likemind::{Model, Profile, Recommendation, RowIdx, Side, Source, Term, TopN, UserIdx};
use likemind_store::Store;
use serde::Serialize;

/// How many reasons a table shows for an item; JSON has all.
const SHOWN: usize = 3;

/// Recommends items to a user, with reasons
///
/// Items that the user has not rated, best first, from the active model's neighbours.
#[derive(Args)]
pub(crate) struct Recommend {
    /// The user's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    user: String,
    /// How many
    #[arg(short, long, default_value_t = 10, value_parser = values::count())]
    n: usize,
    /// Adds the reasons: which neighbours rated it, and what each adds to the score
    #[arg(long)]
    explain: bool,
    /// Whose neighbours to recommend by [default: users, else items, whichever has a model]
    #[arg(long)]
    side: Option<Side>,
    #[command(flatten)]
    rule: PredictionArgs,
}

/// A recommended item.
#[derive(Serialize)]
pub(crate) struct Recommended {
    item: String,
    title: String,
    prediction: f64,
    score: f64,
    source: Source,
    base: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<Reason>>,
}

/// What one neighbour adds to a score.
#[derive(Serialize)]
struct Reason {
    neighbour: String,
    /// The neighbour's title, where it is an item.
    #[serde(skip)]
    title: String,
    similarity: f64,
    overlap: u32,
    rating: f64,
    contribution: f64,
}

impl Record for Recommended {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("item", |recommended| Field::text(&recommended.item)),
            column("title", |recommended| Field::text(&recommended.title)),
            column("prediction", |recommended| Field::Real(Some(recommended.prediction))),
            column("score", |recommended| Field::Real(Some(recommended.score))),
            column("source", |recommended| Field::text(recommended.source.name())),
            column("base", |recommended| Field::Real(Some(recommended.base))),
        ]
    }
}

impl Recommend {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        let person = engine::user(&store, &self.user).await?;
        // By items, a person is recommended what is in the lists of any item.
        let lists = |side| (side == Side::Users).then(|| vec![person.into()]);
        let engine = Engine::open_for(&store, self.side, lists).await?;
        let asked = Asked { n: self.n, explain: self.explain, rule: &self.rule };
        let list = recommend(&store, &engine, person, &asked).await?;
        if list.len() < self.n {
            note(format_args!("{} items are left that {:?} has not rated", list.len(), self.user));
        }
        out.many(&list)?;
        if self.explain && out.format() == Format::Table {
            print_reasons(&list, engine.side(), out)?;
        }
        Ok(())
    }
}

/// What is asked for of a list.
pub(crate) struct Asked<'a> {
    /// How many items.
    pub(crate) n: usize,
    /// Whether with reasons.
    pub(crate) explain: bool,
    /// How ratings are predicted.
    pub(crate) rule: &'a PredictionArgs,
}

/// The best items for a person, with names.
pub(crate) async fn recommend(
    store: &Store,
    engine: &Engine,
    person: UserIdx,
    asked: &Asked<'_>,
) -> Result<Vec<Recommended>> {
    let list = ranked(engine, person, asked)?;
    let items: Vec<_> = list.iter().map(|recommendation| recommendation.ranked.item).collect();
    let ids = engine::names(store, Side::Items, &indices(&items)).await?;
    let titles = engine::titles(store, &items).await?;
    let mut recommended = Vec::with_capacity(list.len());
    for ((Recommendation { ranked, prediction }, item), title) in
        list.into_iter().zip(ids).zip(titles)
    {
        let reasons = match asked.explain {
            true => Some(reasons(store, engine.side(), &ranked.terms).await?),
            false => None,
        };
        recommended.push(Recommended {
            item,
            title,
            prediction: prediction.rating,
            score: ranked.score,
            source: ranked.source,
            base: ranked.base,
            reasons,
        });
    }
    Ok(recommended)
}

fn ranked(engine: &Engine, person: UserIdx, asked: &Asked<'_>) -> Result<Vec<Recommendation>> {
    let view = engine.view();
    let person = Profile::of_user(view.matrix(), person);
    let centring = engine.centring(&view, asked.rule)?;
    let answers = engine.answers(&view, &centring)?;
    Ok(answers.session(&person)?.recommend(TopN::new(asked.n)))
}

fn indices(items: &[likemind::ItemIdx]) -> Vec<RowIdx> {
    items.iter().map(|&item| item.into()).collect()
}

/// What the neighbours add, largest first.
async fn reasons(store: &Store, side: Side, terms: &[Term]) -> Result<Vec<Reason>> {
    let rows: Vec<RowIdx> = terms.iter().map(|term| term.neighbour).collect();
    let names = engine::names(store, side, &rows).await?;
    let titles = match side {
        Side::Users => names.clone(),
        Side::Items => {
            let items: Vec<_> = rows.iter().map(|&row| row.item()).collect();
            engine::titles(store, &items).await?
        }
    };
    let reason = |((term, neighbour), title): ((&Term, String), String)| Reason {
        neighbour,
        title,
        similarity: term.similarity,
        overlap: term.overlap,
        rating: term.rating,
        contribution: term.contribution,
    };
    let mut reasons: Vec<_> = terms.iter().zip(names).zip(titles).map(reason).collect();
    reasons.sort_by(|a, b| b.contribution.total_cmp(&a.contribution));
    Ok(reasons)
}

/// Writes the strongest reasons of each item, in words.
pub(crate) fn print_reasons(list: &[Recommended], side: Side, out: &mut Output<'_>) -> Result<()> {
    for recommended in list {
        let title = printable(if recommended.title.is_empty() {
            &recommended.item
        } else {
            &recommended.title
        });
        out.line(&format!("\n{title}"))?;
        let reasons = recommended.reasons.as_deref().unwrap_or_default();
        if reasons.is_empty() {
            out.line("  popular: no neighbour of yours knows it")?;
        }
        // A person believes a neighbour who liked it sooner than one who only knows it.
        let mut shown: Vec<&Reason> = reasons.iter().collect();
        let weight = |reason: &Reason| reason.contribution * reason.rating;
        shown.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        for reason in shown.into_iter().take(SHOWN) {
            let who =
                printable(if reason.title.is_empty() { &reason.neighbour } else { &reason.title });
            let Reason { similarity, overlap, rating, contribution, .. } = reason;
            out.line(&match side {
                Side::Users => format!(
                    "  {who} gave it {rating} (similarity {similarity:.3} over {overlap} in common, adds {contribution:.4})"
                ),
                Side::Items => format!(
                    "  {who}, which you gave {rating}, is like it (similarity {similarity:.3} by {overlap} people, adds {contribution:.4})"
                ),
            })?;
        }
        if reasons.len() > SHOWN {
            let mean = reasons.iter().map(|r| r.rating).sum::<f64>() / reasons.len() as f64;
            let more = reasons.len() - SHOWN;
            out.line(&format!("  and {more} more; their mean rating is {mean:.1}"))?;
        }
    }
    Ok(())
}
