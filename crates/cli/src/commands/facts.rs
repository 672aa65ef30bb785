//! `likemind facts`

mod sentences;

use crate::args::Shared;
use crate::database;
use crate::notes::note_outdated;
use crate::output::{Format, Output};
use crate::record::{Field, Record, RecordColumn, column};
use crate::text::title;
use anyhow::Result;
use clap::Args;
use likemind::facts::{DecadeFact, GenreFact, RatingCount};
use likemind::{Neighbour, Side, UserIdx};
use likemind_engine::{AnswerError, FewNames, Naming, facts_of, find_user, neighbours_of};
use likemind_store::Store;
use serde::Serialize;

/// Describes a user: generosity, genres, how typical their taste is, closest neighbour
///
/// Compares the user's ratings with those of others: generosity, favourite genres and decades, how typical
/// their taste is, and their closest neighbour. CSV has only single values; JSON has all.
#[derive(Args)]
pub(crate) struct Facts {
    /// The user's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    user: String,
}

/// The facts about a user, with external ids.
#[derive(Serialize)]
struct FactsOf {
    user: String,
    ratings: u64,
    mean: Option<f64>,
    generosity: Option<f64>,
    genres: Vec<GenreFact>,
    decades: Vec<DecadeFact>,
    most_different: Option<MostDifferent>,
    usualness: Option<f64>,
    closest: Option<Closest>,
    histogram: Vec<RatingCount>,
}

#[derive(Serialize)]
struct MostDifferent {
    item: String,
    title: String,
    rating: f64,
    mean: f64,
    difference: f64,
}

#[derive(Serialize)]
struct Closest {
    neighbour: String,
    similarity: f64,
    overlap: u32,
}

impl Record for FactsOf {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("user", |facts| Field::text(&facts.user)),
            column("ratings", |facts| Field::Count(facts.ratings)),
            column("mean", |facts| Field::Real(facts.mean)),
            column("generosity", |facts| Field::Real(facts.generosity)),
            column("most_different", |facts| Field::optional_text(facts.most_different_item())),
            column("usualness", |facts| Field::Real(facts.usualness)),
            column("closest", |facts| Field::optional_text(facts.closest_neighbour())),
        ]
    }
}

impl FactsOf {
    fn most_different_item(&self) -> Option<&str> {
        self.most_different.as_ref().map(|most| &*most.item)
    }

    fn closest_neighbour(&self) -> Option<&str> {
        self.closest.as_ref().map(|closest| &*closest.neighbour)
    }
}

impl Facts {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        let user = find_user(&store, &self.user).await?;
        let neighbours = neighbours(&store, user).await?;
        let facts = facts_of(&store, user, &neighbours).await?;
        let facts = named(&store, self.user, facts).await?;
        match out.format() {
            Format::Table => sentences::print(&facts, &store.summary().await?, out),
            _ => out.one(&facts),
        }
    }
}

/// The neighbours in the active users' model; empty if there is none.
async fn neighbours(store: &Store, user: UserIdx) -> Result<Vec<Neighbour>, AnswerError> {
    match neighbours_of(store, Side::Users, user.into()).await {
        Err(AnswerError::NoModel(_)) => Ok(Vec::new()),
        found => {
            let found = found?;
            note_outdated(found.outdated());
            Ok(found.list)
        }
    }
}

/// Replaces indices by ids and titles.
async fn named(store: &Store, user: String, facts: likemind::Facts) -> Result<FactsOf> {
    let different = facts.most_different.map(|most| (Side::Items, most.item.into()));
    let closest = facts.closest.map(|neighbour| (Side::Users, neighbour.index));
    let names = FewNames::read(store, different.into_iter().chain(closest)).await?;
    let most_different = facts.most_different.map(|most| {
        let likemind::facts::MostDifferent { item, rating, mean, difference } = most;
        let (title, item) = (title(names.info(item)), names.item(item).to_owned());
        MostDifferent { item, title, rating, mean, difference }
    });
    let closest = facts.closest.map(|Neighbour { index, similarity, overlap }| {
        let neighbour = names.user(index.user()).to_owned();
        Closest { neighbour, similarity, overlap }
    });
    Ok(FactsOf {
        user,
        ratings: facts.ratings as u64,
        mean: facts.mean,
        generosity: facts.generosity,
        genres: facts.genres,
        decades: facts.decades,
        most_different,
        usualness: facts.usualness,
        closest,
        histogram: facts.histogram,
    })
}
