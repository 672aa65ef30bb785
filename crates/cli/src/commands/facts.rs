//! `likemind facts`

mod sentences;

use crate::args::Shared;
use crate::database;
use crate::engine;
use crate::output::{self, Field, Format, Record};
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
    const COLUMNS: &'static [&'static str] =
        &["user", "ratings", "mean", "generosity", "most_different", "usualness", "closest"];

    fn fields(&self) -> Vec<Field<'_>> {
        let most_different = self.most_different.as_ref().map(|most| most.item.clone());
        let closest = self.closest.as_ref().map(|closest| closest.neighbour.clone());
        vec![
            Field::text(&self.user),
            Field::Count(self.ratings),
            Field::Real(self.mean),
            Field::Real(self.generosity),
            Field::text(most_different.unwrap_or_default()),
            Field::Real(self.usualness),
            Field::text(closest.unwrap_or_default()),
        ]
    }
}

impl Facts {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        let store = database::open(shared.db()).await?;
        let user = engine::user(&store, &self.user).await?;
        let matrix = store.matrix().await?;
        let person = Profile::of_user(&matrix, user);
        let catalogue = catalogue_of(&store, &person).await?;
        let neighbours = neighbours_of(&store, user).await?;
        let facts = likemind::Facts::of(&matrix, &person, &catalogue, &neighbours);
        let facts = named(&store, self.user, facts).await?;
        match shared.format {
            Format::Table => sentences::print(&facts, matrix.scale()),
            _ => output::one(shared.format, &facts),
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
