//! `likemind recommend`

use crate::args::{PredictionArgs, Shared};
use crate::database;
use crate::messages::note;
use crate::output::{Format, Output};
use crate::recommending::{RecommendOptions, Recommendations, print_reasons, recommend};
use crate::values;
use anyhow::Result;
use clap::{Args, ValueEnum};
use likemind::Side;
use likemind_engine::{Answerer, find_user};
use likemind_store::ModelKind;

/// Recommends items to a user, with reasons
///
/// Lists items that the user has not rated, best first, and leaves out those that are predicted
/// below the user's mean. The best active models answer: ridge regression ranks and item kriging
/// predicts the ratings, if `likemind fit --model` has made them, and otherwise neighbours.
#[derive(Args)]
pub(crate) struct Recommend {
    /// The user's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    user: String,
    /// Number of recommendations
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
    /// Only items with at least this predicted rating; the lowest rating of the scale allows all
    /// [default: the user's mean, unless there are too few such items]
    #[arg(long, value_name = "RATING", allow_negative_numbers = true, value_parser = values::finite)]
    min_prediction: Option<f64>,
    #[command(flatten)]
    prediction: PredictionArgs,
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
        let person = find_user(&store, &self.user).await?;
        // Recommendations by items use the lists of all items.
        let lists = |side| (side == Side::Users).then(|| vec![person.into()]);
        let answerer = Answerer::to_recommend(&store, choice, lists).await?;
        let options = RecommendOptions {
            n: self.n,
            explain: self.explain,
            least_prediction: self.min_prediction,
            prediction: &self.prediction,
        };
        let list = recommend(&store, &answerer, person, &options).await?;
        self.note_short(&list);
        out.many(&list.items)?;
        if self.explain && out.format() == Format::Table {
            print_reasons(&list, out)?;
        }
        Ok(())
    }

    /// Notes if the list is shorter than requested, or filled up.
    fn note_short(&self, list: &Recommendations) {
        let (user, found) = (&self.user, list.items.len());
        match self.min_prediction {
            Some(least) if found < self.n => {
                note(format_args!(
                    "{user:?} has only {found} unrated items predicted at {least} or more"
                ));
            }
            None if found < self.n => note(format_args!("{user:?} has only {found} unrated items")),
            _ => {}
        }
        if let (Some(mean), fillers @ 1..) = (list.mean, list.fillers()) {
            note(format_args!(
                "too few of the best items are predicted at the mean of {user:?}, {mean:.2}, or more; {fillers} below it fill up the list"
            ));
        }
    }
}
