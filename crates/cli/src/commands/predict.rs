//! `likemind predict`

use crate::args::{PredictionArgs, Shared};
use crate::database;
use crate::notes::note_outdated;
use crate::output::Output;
use crate::pairs::read_pairs;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::{Result, bail};
use clap::Args;
use likemind::{Centring, ItemIdx, Model, RowIdx, Side, Source, UserIdx};
use likemind_engine::{Snapshot, UnknownId, find_item, find_user};
use likemind_store::Store;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Predicts the rating of a user for an item
///
/// Uses the stored neighbours that rated the item. The source in the output is `neighbours` or the fallback.
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
    /// Side of the model [default: users, or items if there is only such a model]
    #[arg(long)]
    side: Option<Side>,
    #[command(flatten)]
    prediction: PredictionArgs,
}

#[derive(Serialize)]
struct Predicted {
    user: String,
    item: String,
    prediction: f64,
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
                let queries = read_pairs(file, |user, item| {
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
        let snapshot = Snapshot::open_for(store, self.side, |side| Some(of_side(side))).await?;
        let view = snapshot.view();
        let model = view.model()?;
        note_outdated(model.outdated());
        let centring = Centring::fit(view.matrix(), self.prediction.of_model(&model))?;
        let predictions = model.view(view.matrix(), &centring).predict_all(queries)?;
        let predicted = ids.iter().zip(predictions).map(|((user, item), prediction)| Predicted {
            user: (*user).to_owned(),
            item: (*item).to_owned(),
            prediction: prediction.rating,
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
