//! `likemind similarity`

use crate::args::{Shared, SimilarityArgs};
use crate::database;
use crate::ids::read_ids;
use crate::output::Output;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::Result;
use clap::Args;
use likemind::{Ids, ItemIdx, PairSimilarity, RowIdx, Side, Similarities, UserIdx};
use likemind_engine::{UnknownId, find_row};
use likemind_store::Store;
use serde::Serialize;
use std::path::PathBuf;

/// Computes the similarity of pairs of users or of items
///
/// The similarity is computed from the ratings, so any pair and any measure is possible.
#[derive(Args)]
pub(crate) struct SimilarityOf {
    #[command(flatten)]
    pairs: Pairs,
    /// With --pairs: the side of the ids
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
    /// CSV file with a pair of ids per line, without a header
    #[arg(long = "pairs", value_name = "FILE", id = "file")]
    file: Option<PathBuf>,
}

/// The similarity of a pair.
#[derive(Serialize)]
struct Compared<'a> {
    a: &'a str,
    b: &'a str,
    similarity: Option<f64>,
    raw: Option<f64>,
    overlap: u32,
}

impl Record for Compared<'_> {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("a", |pair| Field::text(pair.a)),
            column("b", |pair| Field::text(pair.b)),
            column("similarity", |pair| Field::Real(pair.similarity)),
            column("raw", |pair| Field::Real(pair.raw)),
            column("overlap", |pair| Field::Count(pair.overlap.into())),
        ]
    }
}

impl SimilarityOf {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let (side, two) = match &self.pairs {
            Pairs { users: Some(users), .. } => (Side::Users, &users[..]),
            Pairs { items: Some(items), .. } => (Side::Items, &items[..]),
            _ => (self.side, &[][..]),
        };
        let store = database::open(&shared.db()).await?;
        let matrix = store.matrix().await?;
        let options = self.similarity.options(side, Some(*matrix.scale()));
        let parameters = options.similarity.check()?;
        let similarities = Similarities::new(&matrix, side, parameters);
        let dialect = self.similarity.dialect;
        let compare = |names: (_, _), rows: (RowIdx, RowIdx), pair: PairSimilarity| {
            let own = if rows.0 == rows.1 { dialect.diagonal() } else { None };
            let similarity = own.or(pair.similarity).or(dialect.undefined());
            let (raw, overlap) = (pair.raw, pair.overlap);
            Compared { a: names.0, b: names.1, similarity, raw, overlap }
        };
        if let [a, b] = two {
            let rows = (find_row(&store, side, a).await?, find_row(&store, side, b).await?);
            let pair = similarities.pair(rows.0, rows.1);
            return out.one(&compare((a, b), rows, pair));
        }
        let ids = Names::of(&store, side).await?;
        let look_up = |[a, b]: [&str; 2]| Ok((ids.row(a)?, ids.row(b)?));
        let pairs = read_ids(&self.pairs.file.clone().unwrap_or_default(), look_up)?;
        let names = pairs.iter().map(|&(a, b)| (ids.name(a), ids.name(b)));
        let found = names.zip(&pairs).zip(similarities.pairs(&pairs));
        let compared = found.map(|((names, &rows), pair)| compare(names, rows, pair));
        out.many(&compared.collect::<Vec<_>>())
    }
}

/// The ids of a side.
enum Names {
    Users(Ids<UserIdx>),
    Items(Ids<ItemIdx>),
}

impl Names {
    async fn of(store: &Store, side: Side) -> Result<Self> {
        Ok(match side {
            Side::Users => Self::Users(store.user_ids().await?),
            Side::Items => Self::Items(store.item_ids().await?),
        })
    }

    fn row(&self, id: &str) -> Result<RowIdx, UnknownId> {
        let (side, row) = match self {
            Self::Users(ids) => (Side::Users, ids.get(id).map(RowIdx::from)),
            Self::Items(ids) => (Side::Items, ids.get(id).map(RowIdx::from)),
        };
        row.ok_or_else(|| UnknownId { side, id: id.to_owned() })
    }

    fn name(&self, row: RowIdx) -> &str {
        match self {
            Self::Users(ids) => ids.name(row.user()),
            Self::Items(ids) => ids.name(row.item()),
        }
        .unwrap_or_default()
    }
}
