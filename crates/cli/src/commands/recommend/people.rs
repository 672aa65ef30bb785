//! Whom to recommend to.

use crate::args::ImplicitChoice;
use crate::messages::note;
use crate::text::{grouped, printable};
use anyhow::{Result, bail};
use clap::Args;
use likemind::{Profile, RatingMatrix, Side, UserIdx};
use likemind_data::{Dataset, Implicit, ReadOptions, Source, read};
use likemind_engine::{Guests, Names, Person, UnknownId};

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct PeopleArgs {
    /// The user's id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(super) user: Option<String>,
    /// Recommends to all users
    #[arg(long)]
    all: bool,
    /// Recommends to people who are not stored, by their ratings in this file (- for standard
    /// input), of any layout that `import` detects
    #[arg(long, value_name = "FILE")]
    ratings: Option<Source>,
}

/// Options of the file of ratings.
#[derive(Args)]
pub(super) struct RatingsArgs {
    /// With --ratings: for rows without ratings, such as purchases or views: counts them, or uses 1 for
    /// any number
    #[arg(long, value_enum, value_name = "HOW", num_args = 0..=1, require_equals = true,
        default_missing_value = "count", requires = "ratings")]
    implicit: Option<ImplicitChoice>,
}

type People<'a> = Box<dyn ExactSizeIterator<Item = Person<'a>> + 'a>;

impl PeopleArgs {
    /// Reads the ratings of people who are not stored, if there is a file of them.
    pub(super) fn read_guests(&self, args: &RatingsArgs) -> Result<Option<Dataset>> {
        let options = ReadOptions::default().with_implicit(args.implicit.map(Implicit::from));
        let read = |source| read(source, &options);
        Ok(self.ratings.as_ref().map(read).transpose()?)
    }

    /// The people, with their ratings.
    pub(super) fn find<'a>(
        &self,
        guests: Option<&'a Dataset>,
        matrix: &'a RatingMatrix,
        names: &'a Names,
    ) -> Result<People<'a>> {
        if let Some(dataset) = guests {
            return Ok(Box::new(known_guests(dataset, matrix, names)?.into_iter()));
        }
        let users = match &self.user {
            None => 0..matrix.users() as u32,
            Some(id) => {
                let unknown = || UnknownId { side: Side::Users, id: id.clone() };
                let UserIdx(user) = names.users().get(id).ok_or_else(unknown)?;
                user..user + 1
            }
        };
        Ok(Box::new(users.map(|user| Person {
            id: names.users().name(UserIdx(user)).unwrap_or_default(),
            profile: Profile::from_user(matrix, UserIdx(user)),
        })))
    }
}

/// The people of a data set. Ratings of items that are not in the database are left out.
fn known_guests<'a>(
    dataset: &'a Dataset,
    matrix: &RatingMatrix,
    names: &Names,
) -> Result<Vec<Person<'a>>> {
    let Guests { people, unknown } = Guests::find(dataset, names.items(), matrix.scale())?;
    let (name, all) = (printable(&dataset.name), dataset.ratings.len());
    if unknown == all {
        bail!("expected ratings of items in the database, found none in {name}");
    }
    if unknown > 0 {
        note(format_args!(
            "{} of the {} ratings in {name} are left out, because their items are not in the database",
            grouped(unknown as u64),
            grouped(all as u64)
        ));
    }
    Ok(people)
}
