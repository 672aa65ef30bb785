//! `likemind recommend`

use crate::args::{PredictionArgs, Shared};
use crate::database;
use crate::messages::note;
use crate::output::{Format, Output};
use crate::recommending::{Asked, print_reasons, recommend};
use crate::values;
use anyhow::Result;
use clap::Args;
use likemind::Side;
use likemind_engine::{Snapshot, find_user};

/// Recommends items to a user, with reasons
///
/// Items that the user has not rated, best first, from the active model's neighbours.
#[derive(Args)]
pub(crate) struct Recommend {
    /// The user's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    user: String,
    /// How many
    #[arg(short, long, default_value_t = 10, value_parser = values::count())]
    n: usize,
    /// Adds the reasons: which neighbours rated it, and what each adds to the score
    #[arg(long)]
    explain: bool,
    /// Whose neighbours to recommend by [default: users, else items, whichever has a model]
    #[arg(long)]
    side: Option<Side>,
    #[command(flatten)]
    rule: PredictionArgs,
}

impl Recommend {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        let person = find_user(&store, &self.user).await?;
        // By items, a person is recommended what is in the lists of any item.
        let lists = |side| (side == Side::Users).then(|| vec![person.into()]);
        let snapshot = Snapshot::open_for(&store, self.side, lists).await?;
        let asked = Asked { n: self.n, explain: self.explain, rule: &self.rule };
        let list = recommend(&store, &snapshot, person, &asked).await?;
        if list.len() < self.n {
            note(format_args!("{} items are left that {:?} has not rated", list.len(), self.user));
        }
        out.many(&list)?;
        if self.explain && out.format() == Format::Table {
            print_reasons(&list, snapshot.side(), out)?;
        }
        Ok(())
    }
}
