//! `likemind similarity`

use crate::args::{Shared, SimilarityArgs};
use crate::engine;
use crate::output::{self, Field, Record};
use anyhow::{Context, Result, bail};
use clap::Args;
use likemind::{DenseIdx, Dialect, Ids, ItemIdx, Side, Similarities, UserIdx};
use likemind_store::Store;
use serde::Serialize;
use std::fs;
use std::path::PathBuf;

/// Computed from the ratings, not looked up: any pair, by any measure.
#[derive(Args)]
pub(crate) struct SimilarityOf {
    #[command(flatten)]
    pairs: Pairs,
    /// With --pairs: whose ids they are
    #[arg(long, default_value_t = Side::Users, requires = "file")]
    side: Side,
    #[command(flatten)]
    similarity: SimilarityArgs,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Pairs {
    /// Two users
    #[arg(long, num_args = 2, value_names = ["A", "B"], allow_hyphen_values = true)]
    users: Option<Vec<String>>,
    /// Two items
    #[arg(long, num_args = 2, value_names = ["A", "B"], allow_hyphen_values = true)]
    items: Option<Vec<String>>,
    /// A CSV file with a pair of ids a line and no header
    #[arg(long = "pairs", value_name = "FILE", id = "file")]
    file: Option<PathBuf>,
}

/// A pair's similarity.
#[derive(Serialize)]
struct Compared {
    a: String,
    b: String,
    similarity: Option<f64>,
    raw: Option<f64>,
    overlap: u32,
}

impl Record for Compared {
    const COLUMNS: &'static [&'static str] = &["a", "b", "similarity", "raw", "overlap"];

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::Text(self.a.clone()),
            Field::Text(self.b.clone()),
            Field::Real(self.similarity),
            Field::Real(self.raw),
            Field::Count(self.overlap.into()),
        ]
    }
}

impl SimilarityOf {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        let (side, pairs, is_file) = match self.pairs {
            Pairs { users: Some(users), .. } => (Side::Users, pair_of(users)?, false),
            Pairs { items: Some(items), .. } => (Side::Items, pair_of(items)?, false),
            Pairs { file, .. } => (self.side, read_pairs(&file.unwrap_or_default())?, true),
        };
        let options = self.similarity.options(side).similarity;
        let parameters = options.check()?;
        let store = Store::open_existing(shared.db()).await?;
        let matrix = store.matrix().await?;
        let similarities = Similarities::new(&matrix, side, parameters);
        let rows = Rows::of(&store, side, pairs.len()).await?;
        let mut compared = Vec::with_capacity(pairs.len());
        for (a, b) in pairs {
            let (left, right) = (rows.row(&a).await?, rows.row(&b).await?);
            compared.push(compare(&similarities, self.similarity.dialect, (a, left), (b, right)));
        }
        match &compared[..] {
            [one] if !is_file => output::one(shared.format, one),
            several => output::many(shared.format, several),
        }
    }
}

fn compare(
    similarities: &Similarities<'_>,
    dialect: Dialect,
    (a, left): (String, u32),
    (b, right): (String, u32),
) -> Compared {
    let pair = similarities.pair(left, right);
    let own = if left == right { dialect.diagonal() } else { None };
    let similarity = own.or(pair.similarity).or(dialect.undefined());
    Compared { a, b, similarity, raw: pair.raw, overlap: pair.overlap }
}

/// How ids are looked up.
enum Rows<'a> {
    /// One by one in the database.
    Stored(&'a Store, Side),
    Users(Ids<UserIdx>),
    Items(Ids<ItemIdx>),
}

impl<'a> Rows<'a> {
    /// For so many pairs: reading all ids takes as long as looking up a few.
    async fn of(store: &'a Store, side: Side, pairs: usize) -> Result<Self> {
        Ok(match side {
            _ if pairs < 100 => Self::Stored(store, side),
            Side::Users => Self::Users(store.user_ids().await?),
            Side::Items => Self::Items(store.item_ids().await?),
        })
    }

    async fn row(&self, id: &str) -> Result<u32> {
        Ok(match self {
            Self::Stored(store, Side::Users) => engine::user(store, id).await?.get(),
            Self::Stored(store, Side::Items) => engine::item(store, id).await?.get(),
            Self::Users(ids) => ids.get(id).ok_or_else(|| engine::no_user(id))?.get(),
            Self::Items(ids) => ids.get(id).ok_or_else(|| engine::no_item(id))?.get(),
        })
    }
}

fn pair_of(ids: Vec<String>) -> Result<Vec<(String, String)>> {
    match <[String; 2]>::try_from(ids) {
        Ok([a, b]) => Ok(vec![(a, b)]),
        Err(ids) => bail!("expected two ids, found {}", ids.len()),
    }
}

fn read_pairs(path: &std::path::Path) -> Result<Vec<(String, String)>> {
    let file = path.display();
    let text = fs::read(path).with_context(|| format!("{file}: expected a file of pairs"))?;
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text[..]);
    let mut pairs = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("{file}: expected a CSV file in UTF-8"))?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != 2 {
            bail!("{file}:{line}: expected two ids, found {} fields", record.len());
        }
        pairs.push((record[0].trim().to_owned(), record[1].trim().to_owned()));
    }
    Ok(pairs)
}
