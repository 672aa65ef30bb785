//! `likemind similarity`

use crate::args::{Shared, SimilarityArgs};
use crate::engine;
use crate::output::{self, Field, Record};
use crate::pairs::read_pairs;
use anyhow::Result;
use clap::Args;
use likemind::{DenseIdx, Dialect, Ids, ItemIdx, Side, Similarities, UserIdx};
use likemind_store::Store;
use rayon::prelude::*;
use serde::Serialize;
use std::path::PathBuf;

/// Computes the similarity of pairs of users or of items
///
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
struct Compared<'a> {
    a: &'a str,
    b: &'a str,
    similarity: Option<f64>,
    raw: Option<f64>,
    overlap: u32,
}

impl Record for Compared<'_> {
    const COLUMNS: &'static [&'static str] = &["a", "b", "similarity", "raw", "overlap"];

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::Text(self.a.to_owned()),
            Field::Text(self.b.to_owned()),
            Field::Real(self.similarity),
            Field::Real(self.raw),
            Field::Count(self.overlap.into()),
        ]
    }
}

impl SimilarityOf {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        let (side, two) = match &self.pairs {
            Pairs { users: Some(users), .. } => (Side::Users, &users[..]),
            Pairs { items: Some(items), .. } => (Side::Items, &items[..]),
            _ => (self.side, &[][..]),
        };
        let parameters = self.similarity.options(side).similarity.check()?;
        let store = Store::open_existing(shared.db()).await?;
        let matrix = store.matrix().await?;
        let similarities = Similarities::new(&matrix, side, parameters);
        let dialect = self.similarity.dialect;
        if let [a, b] = two {
            let rows = (row(&store, side, a).await?, row(&store, side, b).await?);
            return output::one(shared.format, &compare(&similarities, dialect, (a, b), rows));
        }
        let pairs = read_pairs(&self.pairs.file.unwrap_or_default())?;
        let rows = Rows::of(&store, side).await?;
        let compared = pairs.par_iter().map(|(a, b)| {
            let of_pair = (rows.row(a)?, rows.row(b)?);
            Ok(compare(&similarities, dialect, (a, b), of_pair))
        });
        output::many(shared.format, &compared.collect::<Result<Vec<_>>>()?)
    }
}

fn compare<'a>(
    similarities: &Similarities<'_>,
    dialect: Dialect,
    (a, b): (&'a str, &'a str),
    (left, right): (u32, u32),
) -> Compared<'a> {
    let pair = similarities.pair(left, right);
    let own = if left == right { dialect.diagonal() } else { None };
    let similarity = own.or(pair.similarity).or(dialect.undefined());
    Compared { a, b, similarity, raw: pair.raw, overlap: pair.overlap }
}

async fn row(store: &Store, side: Side, id: &str) -> Result<u32> {
    Ok(match side {
        Side::Users => engine::user(store, id).await?.get(),
        Side::Items => engine::item(store, id).await?.get(),
    })
}

/// All ids of a side.
enum Rows {
    Users(Ids<UserIdx>),
    Items(Ids<ItemIdx>),
}

impl Rows {
    async fn of(store: &Store, side: Side) -> Result<Self> {
        Ok(match side {
            Side::Users => Self::Users(store.user_ids().await?),
            Side::Items => Self::Items(store.item_ids().await?),
        })
    }

    fn row(&self, id: &str) -> Result<u32> {
        Ok(match self {
            Self::Users(ids) => ids.get(id).ok_or_else(|| engine::no_user(id))?.get(),
            Self::Items(ids) => ids.get(id).ok_or_else(|| engine::no_item(id))?.get(),
        })
    }
}
