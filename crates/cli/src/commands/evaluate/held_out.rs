//! Ratings to learn from and ratings held out, under the same ids.

use crate::args::Shared;
use crate::database;
use crate::messages::note;
use crate::text::grouped;
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use likemind::{Dialect, RatingScale};
use likemind_data::{Choice, ReadOptions, Source, Split, read};
use likemind_engine::HeldOut;

/// What is learnt from, and what is held out.
#[derive(Args)]
pub(super) struct HeldOutArgs {
    #[command(flatten)]
    how: How,
    /// The ratings to learn from: a file, a folder or a .zip
    #[arg(
        long, value_name = "SOURCE", requires = "test",
        conflicts_with_all = ["folds", "leave_one_out", "newest"]
    )]
    train: Option<Source>,
    /// The part of --train that holds the ratings, such as u1.base
    #[arg(long, value_name = "NAME", requires = "train")]
    train_part: Option<String>,
    /// The part of --test that holds the ratings, such as u1.test
    #[arg(long, value_name = "NAME", requires = "test")]
    test_part: Option<String>,
    /// The scale of the two files as MIN:MAX:STEP, or MIN:MAX for any value [default: found]
    #[arg(long, allow_hyphen_values = true, requires = "train")]
    scale: Option<RatingScale>,
    /// With --folds: splits the users, and holds out a share of the ratings of each user of a part
    #[arg(long, requires = "folds", conflicts_with_all = ["test", "leave_one_out", "newest"])]
    by_user: bool,
    /// With --by-user: how much of a user's ratings is held out, above 0 and below 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.2, requires = "by_user")]
    hold_out: f64,
    /// What chance decides in --folds and --leave-one-out=random; never the order of rows
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// How ratings come to be held out: one of these.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct How {
    /// The ratings to be measured on, of another file than --train, or another part of it
    #[arg(long, value_name = "SOURCE", requires = "train")]
    test: Option<Source>,
    /// Splits the database's ratings into so many parts, each of which is held out once
    #[arg(long, value_name = "N")]
    folds: Option<usize>,
    /// Holds out one of each user's ratings in the database, of those who gave two or more
    #[arg(
        long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true,
        default_missing_value = "random"
    )]
    leave_one_out: Option<Left>,
    /// Holds out so much of the database's ratings, above 0 and below 1: the newest of all
    #[arg(long, value_name = "SHARE")]
    newest: Option<f64>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Left {
    /// Any
    Random,
    /// The newest
    Newest,
}

impl HeldOutArgs {
    /// Calls `measure` with each training and test set, its place from 0, and how many there are.
    /// The reading order is kept if the `dialect` goes by it.
    pub(super) async fn each(
        &self,
        shared: &Shared,
        dialect: Dialect,
        measure: &mut dyn FnMut(&HeldOut, usize, usize) -> Result<()>,
    ) -> Result<()> {
        if let (Some(train), Some(test)) = (&self.train, &self.how.test) {
            let held_out = self.read_files(train, test, dialect)?;
            let (known, all) = (held_out.known(), held_out.test.len());
            if known > 0 {
                note(format_args!(
                    "{} of {} test ratings are of a user and an item that the training ratings \
                     have too: errors come out too small, and no list can have such an item",
                    grouped(known as u64),
                    grouped(all as u64)
                ));
            }
            return measure(&held_out, 0, 1);
        }
        let split = self.split()?;
        let store = database::open(&shared.db()).await?;
        let scale = *store.matrix().await?.scale();
        let ratings = store.ratings().await?;
        store.close().await;
        let folds = split.of(&ratings, self.seed)?;
        let count = folds.len();
        for (place, fold) in folds.enumerate() {
            measure(&HeldOut::from_fold(fold, scale, dialect)?, place, count)?;
        }
        Ok(())
    }

    fn split(&self) -> Result<Split> {
        let share = self.hold_out;
        Ok(match self.how {
            How { folds: Some(folds), .. } if self.by_user => Split::Users { folds, share },
            How { folds: Some(folds), .. } => Split::Ratings { folds },
            How { leave_one_out: Some(Left::Random), .. } => Split::LeaveOneOut(Choice::Random),
            How { leave_one_out: Some(Left::Newest), .. } => Split::LeaveOneOut(Choice::Newest),
            How { newest: Some(share), .. } => Split::Newest { share },
            _ => bail!("expected --train with --test, found one of them"),
        })
    }

    /// Reads two files, or two parts of archives.
    fn read_files(&self, train: &Source, test: &Source, dialect: Dialect) -> Result<HeldOut> {
        let options = |part: &Option<String>| {
            ReadOptions::default().with_part(part.clone()).with_scale(self.scale)
        };
        let train = read(train, &options(&self.train_part))?;
        let test = read(test, &options(&self.test_part))?;
        Ok(HeldOut::from_datasets(&train, &test, dialect)?)
    }
}
