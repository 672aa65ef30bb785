//! Options of training and test ratings.

use crate::args::Shared;
use crate::database;
use crate::messages::note;
use crate::text::grouped;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use likemind::{Dialect, RatingScale};
use likemind_data::{Fold, HeldOutRating, ReadOptions, Source, Split, TableFormat, read};
use likemind_engine::{HeldOut, export_fold};
use std::fs;
use std::path::{Path, PathBuf};

/// The training and test ratings.
#[derive(Args)]
pub(super) struct HeldOutArgs {
    #[command(flatten)]
    split_args: SplitArgs,
    /// Training ratings: a file, a folder or a .zip
    #[arg(
        long, value_name = "SOURCE", requires = "test",
        conflicts_with_all = ["folds", "leave_one_out", "newest"]
    )]
    train: Option<Source>,
    /// The file with the ratings inside --train, such as u1.base
    #[arg(long, value_name = "NAME", requires = "train")]
    train_part: Option<String>,
    /// The file with the ratings inside --test, such as u1.test
    #[arg(long, value_name = "NAME", requires = "test")]
    test_part: Option<String>,
    /// Scale of the two files as MIN:MAX:STEP, MIN:MAX for any value, or MIN:MAX:count [default:
    /// detected]
    #[arg(long, allow_hyphen_values = true, requires = "train")]
    scale: Option<RatingScale>,
    /// With --folds: splits the users, and holds out a share of each user's ratings in a fold; with --folds 1 a
    /// share of all users' ratings
    #[arg(long, requires = "folds", conflicts_with_all = ["test", "leave_one_out", "newest"])]
    by_user: bool,
    /// With --by-user: the held-out share of a user's ratings, above 0 and below 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.2, requires = "by_user")]
    hold_out: f64,
    /// Writes the training and test ratings of each fold to this folder, too, as fold-1.train.csv,
    /// fold-1.test.csv and so on, for comparisons with other programs
    #[arg(long, value_name = "FOLDER", conflicts_with = "test")]
    write_split: Option<PathBuf>,
    /// Random seed of --folds and --leave-one-out=random; the order of rows has no influence
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// The way of holding out ratings; exactly one is required.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct SplitArgs {
    /// Test ratings, in another file than --train or in another part of it
    #[arg(long, value_name = "SOURCE", requires = "train")]
    test: Option<Source>,
    /// Cross-validation: splits the ratings of the database into N folds
    #[arg(long, value_name = "N")]
    folds: Option<usize>,
    /// Holds out one rating of each user in the database with at least two
    #[arg(
        long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true,
        default_missing_value = "random"
    )]
    leave_one_out: Option<Left>,
    /// Holds out the newest ratings of the database, a share above 0 and below 1
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
    /// Calls `measure` with each pair of training and test set, its index from 0, and the number of pairs.
    /// The reading order is kept if the `dialect` depends on it.
    pub(super) async fn each(
        &self,
        shared: &Shared,
        dialect: Dialect,
        measure: &mut dyn FnMut(&HeldOut, usize, usize) -> Result<()>,
    ) -> Result<()> {
        if let (Some(train), Some(test)) = (&self.train, &self.split_args.test) {
            let held_out = self.read_files(train, test, dialect)?;
            let (known, all) = (held_out.known(), held_out.test.len());
            if known > 0 {
                note(format_args!(
                    "{} of {} test ratings are also in the training ratings, for the same user and item: \
                     errors come out too small, and lists never contain such items",
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
            if let Some(folder) = &self.write_split {
                write_fold(&fold, folder, place + 1)?;
            }
            measure(&HeldOut::from_fold(fold, scale, dialect)?, place, count)?;
        }
        Ok(())
    }

    fn split(&self) -> Result<Split> {
        let share = self.hold_out;
        Ok(match self.split_args {
            SplitArgs { folds: Some(folds), .. } if self.by_user => Split::Users { folds, share },
            SplitArgs { folds: Some(folds), .. } => Split::Ratings { folds },
            SplitArgs { leave_one_out: Some(Left::Random), .. } => {
                Split::LeaveOneOut(HeldOutRating::Random)
            }
            SplitArgs { leave_one_out: Some(Left::Newest), .. } => {
                Split::LeaveOneOut(HeldOutRating::Newest)
            }
            SplitArgs { newest: Some(share), .. } => Split::Newest { share },
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

fn write_fold(fold: &Fold, folder: &Path, number: usize) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| {
        format!("{}: expected a folder that can be written to", folder.display())
    })?;
    let file = |part: &str| folder.join(format!("fold-{number}.{part}.csv"));
    Ok(export_fold(fold, &file("train"), &file("test"), TableFormat::Csv)?)
}
