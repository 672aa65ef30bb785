//! `likemind recommend`

use crate::args::{PredictionArgs, Shared};
use crate::database;
use crate::messages::note;
use crate::output::{Format, Output};
use crate::recommending::{RecommendOptions, print_reasons, recommend};
use crate::values;
use anyhow::Result;
use clap::Args;
use likemind::Side;
use likemind_engine::{Snapshot, find_user};

/// Recommends items to a user, with reasons
///
/// Lists items that the user has not rated, best first, by the neighbours of the active model.
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
    /// Side of the model [default: users, or items if there is only such a model]
    #[arg(long)]
    side: Option<Side>,
    #[command(flatten)]
    prediction: PredictionArgs,
}

impl Recommend {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        let person = find_user(&store, &self.user).await?;
        // Recommendations by items use the lists of all items.
        let lists = |side| (side == Side::Users).then(|| vec![person.into()]);
        let snapshot = Snapshot::open_for(&store, self.side, lists).await?;
        let options =
            RecommendOptions { n: self.n, explain: self.explain, prediction: &self.prediction };
        let list = recommend(&store, &snapshot, person, &options).await?;
        if list.len() < self.n {
            note(format_args!("{:?} has only {} unrated items", self.user, list.len()));
        }
        out.many(&list)?;
        if self.explain && out.format() == Format::Table {
            print_reasons(&list, snapshot.side(), out)?;
        }
        Ok(())
    }
}
