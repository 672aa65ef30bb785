//! `likemind facts`

mod sentences;

use crate::args::Shared;
use crate::database;
use crate::engine;
use crate::output::{Format, Output};
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::Result;
use clap::Args;
use likemind::facts::{DecadeFact, GenreFact, RatingCount};
use likemind::{Catalogue, ItemIdx, Neighbour, Profile, Side, UserIdx};
use likemind_store::Store;
use serde::Serialize;

/// Tells what a user's ratings say: how generous, which genres, how usual, whose like
///
/// How generous, which genres and decades, how usual, whose like: what the user's ratings say. CSV has
/// what is one value; JSON has all.
#[derive(Args)]
pub(crate) struct Facts {
    /// The user's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    user: String,
}

/// The facts about a person, by outside ids.
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
            column("most_different", |facts| Field::some_text(facts.most_different_item())),
            column("usualness", |facts| Field::Real(facts.usualness)),
            column("closest", |facts| Field::some_text(facts.closest_neighbour())),
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
        let user = engine::user(&store, &self.user).await?;
        let matrix = store.matrix().await?;
        let person = Profile::of_user(&matrix, user);
        let catalogue = catalogue_of(&store, &person).await?;
        let neighbours = neighbours_of(&store, user).await?;
        let facts = likemind::Facts::of(&matrix, &person, &catalogue, &neighbours);
        let facts = named(&store, self.user, facts).await?;
        match out.format() {
            Format::Table => sentences::print(&facts, matrix.scale(), out),
            _ => out.one(&facts),
        }
    }
}

/// What is known of the items that a person rated.
async fn catalogue_of(store: &Store, person: &Profile) -> Result<Catalogue> {
    let items: Vec<ItemIdx> = person.ratings().iter().map(|&(item, _)| item).collect();
    let infos = store.item_infos(&items).await?;
    let mut catalogue = Catalogue::new();
    items.into_iter().zip(infos).for_each(|(item, info)| catalogue.set(item, info));
    Ok(catalogue)
}

/// The neighbours by the active model of users; none without one.
async fn neighbours_of(store: &Store, user: UserIdx) -> Result<Vec<Neighbour>> {
    match store.active_model(Side::Users).await? {
        Some(_) => engine::neighbours_of(store, Side::Users, user.into()).await,
        None => Ok(Vec::new()),
    }
}

/// The facts, with indices replaced by ids and titles.
async fn named(store: &Store, user: String, facts: likemind::Facts) -> Result<FactsOf> {
    let most_different = match facts.most_different {
        Some(most) => {
            let item = engine::names(store, Side::Items, &[most.item.into()]).await?.concat();
            let title = engine::titles(store, &[most.item]).await?.concat();
            let likemind::facts::MostDifferent { rating, mean, difference, .. } = most;
            Some(MostDifferent { item, title, rating, mean, difference })
        }
        None => None,
    };
    let closest = match facts.closest {
        Some(Neighbour { index, similarity, overlap }) => {
            let neighbour = engine::names(store, Side::Users, &[index]).await?.concat();
            Some(Closest { neighbour, similarity, overlap })
        }
        None => None,
    };
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
