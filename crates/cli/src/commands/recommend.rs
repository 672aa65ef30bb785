//! `likemind recommend`

mod many;
mod people;

use crate::args::{PredictionArgs, Shared};
use crate::database;
use crate::messages::note;
use crate::output::{Format, Output};
use crate::recommending::{
    FilterArgs, RecommendOptions, Recommendations, print_reasons, recommend,
};
use crate::values;
use anyhow::Result;
use clap::{Args, ValueEnum};
use likemind::Side;
use likemind_data::TableFormat;
use likemind_engine::{Answerer, ModelChoice, find_user};
use likemind_store::{ModelKind, Store};
use people::{PeopleArgs, RatingsArgs};
use std::path::PathBuf;

/// Recommends items to a user, with reasons, or to many people
///
/// Lists items that the user has not rated, best first, and leaves out those that are predicted
/// below the user's mean. The best active models answer: ridge regression ranks and item kriging
/// predicts the ratings, if `likemind fit --model` has made them, and otherwise neighbours.
#[derive(Args)]
pub(crate) struct Recommend {
    #[command(flatten)]
    people: PeopleArgs,
    #[command(flatten)]
    ratings: RatingsArgs,
    /// Number of recommendations to each user
    #[arg(short, long, default_value_t = 10, value_parser = values::count())]
    n: usize,
    /// Adds the reasons: the neighbours, and their contributions to the score
    #[arg(long)]
    explain: bool,
    /// Kind of the model that ranks [default: ridge, or neighbours if there is no such model]
    #[arg(long, value_enum)]
    model: Option<Kind>,
    /// Only neighbours of this side [default: users, or items if there are only such neighbours]
    #[arg(long)]
    side: Option<Side>,
    #[command(flatten)]
    filter: FilterArgs,
    /// Only items with at least this predicted rating; the lowest rating of the scale allows all
    /// [default: the user's mean, unless there are too few such items]
    #[arg(long, value_name = "RATING", allow_negative_numbers = true, value_parser = values::finite)]
    min_prediction: Option<f64>,
    #[command(flatten)]
    prediction: PredictionArgs,
    /// Writes the lists to this file, as CSV, JSON Lines or Parquet. It appears complete or not at
    /// all
    #[arg(long, value_name = "FILE", conflicts_with = "explain", value_parser = values::new_file())]
    out: Option<PathBuf>,
    /// Format of that file: csv, jsonl or parquet [default: by the file name]
    #[arg(long = "as", value_name = "KIND", requires = "out")]
    kind: Option<TableFormat>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// The nearest neighbours of users or items
    #[value(alias = "knn")]
    Neighbours,
    /// Ridge regression of all ratings of the user
    Ridge,
}

impl From<Kind> for ModelKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Neighbours => Self::Neighbours,
            Kind::Ridge => Self::Ridge,
        }
    }
}

impl Recommend {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let choice = self.prediction.choice(self.model.map(ModelKind::from), self.side)?;
        let store = database::open(&shared.db()).await?;
        let allowed = self.filter.find(&store).await?;
        let options = RecommendOptions {
            n: self.n,
            explain: self.explain,
            least_prediction: self.min_prediction,
            allowed: &allowed,
            with_rated: self.filter.include_rated,
            prediction: &self.prediction,
        };
        match &self.people.user {
            Some(user) if self.out.is_none() => {
                self.to_one(user, &store, choice, &options, out).await
            }
            _ => self.to_many(&store, choice, &options, shared, out).await,
        }
    }

    async fn to_one(
        &self,
        user: &str,
        store: &Store,
        choice: ModelChoice,
        options: &RecommendOptions<'_>,
        out: &mut Output<'_>,
    ) -> Result<()> {
        let person = find_user(store, user).await?;
        // Recommendations by items use the lists of all items.
        let lists = |side| (side == Side::Users).then(|| vec![person.into()]);
        let answerer = Answerer::to_recommend(store, choice, lists).await?;
        let list = recommend(store, &answerer, person, options).await?;
        self.note_short(user, &list, options);
        out.many(&list.items)?;
        if self.explain && out.format() == Format::Table {
            print_reasons(&list.items, list.ranker, out)?;
        }
        Ok(())
    }

    /// Notes if the list is shorter than requested, or filled up.
    fn note_short(&self, user: &str, list: &Recommendations, options: &RecommendOptions<'_>) {
        let found = list.items.len();
        if found < self.n {
            let unrated = if options.with_rated { "" } else { "unrated " };
            let items = if found == 1 { "item" } else { "items" };
            let filters = if options.allowed.are_filtered() {
                " among those that the filters allow"
            } else {
                ""
            };
            let least = self.min_prediction.map(|least| format!(" predicted at {least} or more"));
            let least = least.unwrap_or_default();
            note(format_args!("{user:?} has only {found} {unrated}{items}{filters}{least}"));
        }
        if let (Some(mean), fillers @ 1..) = (list.mean, list.fillers()) {
            note(format_args!(
                "too few of the best items are predicted at the mean of {user:?}, {mean:.2}, or more; {fillers} below it fill up the list"
            ));
        }
    }
}
