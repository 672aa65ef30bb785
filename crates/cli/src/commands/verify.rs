//! `likemind verify`

use crate::args::Shared;
use crate::database;
use crate::messages::{note, say};
use crate::output::Output;
use crate::progress::ProgressMode;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::{Result, bail};
use clap::Args;
use likemind_store::{Part, Store, Verified, VerifiedPart};
use serde::Serialize;
use std::time::{Duration, Instant};

/// Checks that everything in the database is as it was written
///
/// Finds corruption on the disk, and changes by other programs. Takes one to two seconds per million ratings;
/// other processes can read and write meanwhile. Fails if anything is damaged, and says what to do.
#[derive(Args)]
pub(crate) struct Verify {
    /// Rebuilds damaged packed ratings and changes from the rows of ratings, if these are intact
    #[arg(long)]
    repair: bool,
}

#[derive(Serialize)]
struct CheckedPart {
    part: String,
    rows: u64,
    damage: Option<String>,
}

impl Record for CheckedPart {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("part", |checked| Field::text(&checked.part)),
            column("rows", |checked| Field::Count(checked.rows)),
            column("damage", |checked| Field::optional_text(checked.damage.as_deref())),
        ]
    }
}

impl CheckedPart {
    fn new(part: &VerifiedPart) -> Self {
        let VerifiedPart { part, rows, damage } = part;
        Self { part: part.to_string(), rows: *rows, damage: damage.clone() }
    }
}

impl Verify {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        let mut verified = verify(&store, shared.progress).await?;
        if self.repair && verified.damaged().any(|part| can_be_rebuilt(part.part)) {
            store.repack().await?;
            note("the packed ratings and the changes were rebuilt from the ratings");
            verified = verify(&store, shared.progress).await?;
        }
        let checked: Vec<CheckedPart> = verified.parts.iter().map(CheckedPart::new).collect();
        out.many(&checked)?;
        if verified.is_sound() {
            if !verified.had_digests {
                note(
                    "this database was written by an earlier version, without digests of its rows; they \
                     have been computed now, so that corruption is found from now on",
                );
            }
            return Ok(());
        }
        let damaged: Vec<String> = verified
            .damaged()
            .map(|part| format!("{} ({})", part.part, remedy(part.part)))
            .collect();
        bail!("expected everything as it was written, found damage in: {}", damaged.join("; "))
    }
}

/// Verifies the database, reporting progress if it takes long.
async fn verify(store: &Store, progress: ProgressMode) -> Result<Verified> {
    let start = Instant::now();
    let mut report = |part| {
        let for_people = matches!(progress, ProgressMode::Auto | ProgressMode::Bar);
        if for_people && start.elapsed() > Duration::from_secs(1) {
            say(format_args!("verifying: {part}"));
        }
    };
    Ok(store.verify(&mut report).await?)
}

/// Whether a part can be rebuilt from the rows of ratings.
fn can_be_rebuilt(part: Part) -> bool {
    matches!(part, Part::PackedRatings | Part::Changes)
}

fn remedy(part: Part) -> String {
    match part {
        Part::PackedRatings | Part::Changes => {
            "`likemind verify --repair` rebuilds it from the ratings, if these are intact"
                .to_owned()
        }
        Part::Model(id) => format!(
            "`likemind fit` with the same options replaces it; then `likemind models delete {id}`"
        ),
        _ => "restore the last backup, or import everything into a new database".to_owned(),
    }
}
