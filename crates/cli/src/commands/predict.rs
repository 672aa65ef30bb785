//! `likemind predict`

use crate::args::{PredictionArgs, Shared};
use crate::database;
use crate::ids::read_ids;
use crate::output::Output;
use crate::recommending::fitted_centring;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use likemind::{ItemIdx, Model, RowIdx, Side, Source, UserIdx};
use likemind_engine::{Answerer, UnknownId, find_item, find_user};
use likemind_store::{ModelKind, Store};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Predicts the rating of a user for an item
///
/// By item kriging, if `likemind fit --model item-kriging` has made it, with an 80 % interval; otherwise by the
/// stored neighbours that rated the item. The source in the output is `neighbours` or the fallback.
#[derive(Args)]
pub(crate) struct Predict {
    /// The user's id
    #[arg(
        long,
        value_name = "ID",
        allow_hyphen_values = true,
        requires = "item",
        required_unless_present = "pairs"
    )]
    user: Option<String>,
    /// The item's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true, requires = "user")]
    item: Option<String>,
    /// CSV file with a user id and an item id per line, without a header
    #[arg(long, value_name = "FILE", conflicts_with_all = ["user", "item"])]
    pairs: Option<PathBuf>,
    /// Kind of the model [default: item-kriging, or neighbours if there is no such model]
    #[arg(long, value_enum)]
    model: Option<Kind>,
    /// Only neighbours of this side [default: users, or items if there are only such neighbours]
    #[arg(long)]
    side: Option<Side>,
    #[command(flatten)]
    prediction: PredictionArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// The nearest neighbours of users or items
    #[value(alias = "knn")]
    Neighbours,
    /// Item kriging from all ratings of the user
    ItemKriging,
}

impl From<Kind> for ModelKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Neighbours => Self::Neighbours,
            Kind::ItemKriging => Self::ItemKriging,
        }
    }
}

#[derive(Serialize)]
struct Predicted {
    user: String,
    item: String,
    prediction: f64,
    interval: Option<[f64; 2]>,
    raters: u64,
    confidence: Option<f64>,
    source: Source,
}

impl Record for Predicted {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("user", |predicted| Field::text(&predicted.user)),
            column("item", |predicted| Field::text(&predicted.item)),
            column("prediction", |predicted| Field::Real(Some(predicted.prediction))),
            column("low", |predicted| Field::optional_real(predicted.interval.map(|[low, _]| low))),
            column("high", |predicted| {
                Field::optional_real(predicted.interval.map(|[_, high]| high))
            }),
            column("raters", |predicted| Field::Count(predicted.raters)),
            column("confidence", |predicted| Field::Real(predicted.confidence)),
            column("source", |predicted| Field::text(predicted.source.name())),
        ]
    }
}

impl Predict {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        match (&self.user, &self.item, &self.pairs) {
            (Some(user), Some(item), _) => {
                let query = (find_user(&store, user).await?, find_item(&store, item).await?);
                let predicted = self.predict(&store, &[(user, item)], &[query]).await?;
                predicted.first().map_or(Ok(()), |one| out.one(one))
            }
            (_, _, Some(file)) => {
                let (users, items) = (store.user_ids().await?, store.item_ids().await?);
                let queries = read_ids(file, |[user, item]| {
                    let unknown = |side, id: &str| UnknownId { side, id: id.to_owned() };
                    let row = users.get(user).ok_or_else(|| unknown(Side::Users, user))?;
                    Ok((row, items.get(item).ok_or_else(|| unknown(Side::Items, item))?))
                })?;
                let name = |&(user, item): &(UserIdx, ItemIdx)| {
                    (users.name(user).unwrap_or_default(), items.name(item).unwrap_or_default())
                };
                let ids: Vec<_> = queries.iter().map(name).collect();
                out.many(&self.predict(&store, &ids, &queries).await?)
            }
            _ => bail!("expected --user and --item, or --pairs, found neither"),
        }
    }

    async fn predict(
        &self,
        store: &Store,
        ids: &[(&str, &str)],
        queries: &[(UserIdx, ItemIdx)],
    ) -> Result<Vec<Predicted>> {
        let of_side = |side| match side {
            Side::Users => distinct(queries.iter().map(|&(user, _)| user.into())),
            Side::Items => distinct(queries.iter().map(|&(_, item)| item.into())),
        };
        let choice = self.prediction.choice(self.model.map(ModelKind::from), self.side)?;
        let answerer = Answerer::to_predict(store, choice, |side| Some(of_side(side))).await?;
        let view = answerer.view();
        let centring = fitted_centring(&view, &self.prediction)?;
        let predictions = view.predicting(centring.as_ref())?.predict_all(queries)?;
        let predicted = ids.iter().zip(predictions).map(|((user, item), prediction)| Predicted {
            user: (*user).to_owned(),
            item: (*item).to_owned(),
            prediction: prediction.rating,
            interval: prediction.interval,
            raters: prediction.raters as u64,
            confidence: prediction.confidence,
            source: prediction.source,
        });
        Ok(predicted.collect())
    }
}

fn distinct(rows: impl Iterator<Item = RowIdx>) -> Vec<RowIdx> {
    rows.collect::<BTreeSet<_>>().into_iter().collect()
}
