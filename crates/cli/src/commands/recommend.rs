//! `likemind recommend`

use crate::args::{PredictionArgs, Shared};
use crate::database;
use crate::messages::note;
use crate::output::{Format, Output};
use crate::recommending::{RecommendOptions, print_reasons, recommend};
use crate::values;
use anyhow::Result;
use clap::{Args, ValueEnum};
use likemind::Side;
use likemind_engine::{Answerer, find_user};
use likemind_store::ModelKind;

/// Recommends items to a user, with reasons
///
/// Lists items that the user has not rated, best first. The best active models answer: ridge regression ranks
/// and item kriging predicts the ratings, if `likemind fit --model` has made them, and otherwise neighbours.
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
        let options =
            RecommendOptions { n: self.n, explain: self.explain, prediction: &self.prediction };
        let list = recommend(&store, &answerer, person, &options).await?;
        if list.items.len() < self.n {
            note(format_args!("{:?} has only {} unrated items", self.user, list.items.len()));
        }
        out.many(&list.items)?;
        if self.explain && out.format() == Format::Table {
            print_reasons(&list, out)?;
        }
        Ok(())
    }
}
