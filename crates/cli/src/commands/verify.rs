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

/// Looks at everything in the database: whether all is as it was written
///
/// Finds bits that changed by themselves on a disk, and what other programs changed. Takes one to two
/// seconds a million ratings; others go on reading and writing. Fails if anything is damaged, and says
/// what to do.
#[derive(Args)]
pub(crate) struct Verify {
    /// Makes damaged packed ratings and changes anew from the ratings row by row, if these are sound
    #[arg(long)]
    repair: bool,
}

#[derive(Serialize)]
struct Looked {
    part: String,
    rows: u64,
    damage: Option<String>,
}

impl Record for Looked {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("part", |looked| Field::text(&looked.part)),
            column("rows", |looked| Field::Count(looked.rows)),
            column("damage", |looked| Field::some_text(looked.damage.as_deref())),
        ]
    }
}

impl Looked {
    fn new(part: &VerifiedPart) -> Self {
        let VerifiedPart { part, rows, damage } = part;
        Self { part: part.to_string(), rows: *rows, damage: damage.clone() }
    }
}

impl Verify {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        let mut verified = look(&store, shared.progress).await?;
        if self.repair && verified.damaged().any(|part| follows_from_rows(part.part)) {
            store.repack().await?;
            note("the packed ratings and the changes were made anew from the ratings");
            verified = look(&store, shared.progress).await?;
        }
        let looked: Vec<Looked> = verified.parts.iter().map(Looked::new).collect();
        out.many(&looked)?;
        if verified.is_sound() {
            if !verified.had_digests {
                note(
                    "an earlier version wrote this database, without digests of its rows; they \
                     were taken now, and what changes by itself is found from now on",
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

/// Verifies; what takes long is told.
async fn look(store: &Store, progress: ProgressMode) -> Result<Verified> {
    let begun = Instant::now();
    let mut tell = |part| {
        let for_people = matches!(progress, ProgressMode::Auto | ProgressMode::Bar);
        if for_people && begun.elapsed() > Duration::from_secs(1) {
            say(format_args!("verifying: {part}"));
        }
    };
    Ok(store.verify(&mut tell).await?)
}

/// Whether a part can be made anew from the ratings row by row.
fn follows_from_rows(part: Part) -> bool {
    matches!(part, Part::PackedRatings | Part::Changes)
}

fn remedy(part: Part) -> String {
    match part {
        Part::PackedRatings | Part::Changes => {
            "`likemind verify --repair` makes it anew from the ratings, if these are sound"
                .to_owned()
        }
        Part::Model(id) => format!(
            "`likemind fit` with the same options makes it anew, then `likemind models delete {id}`"
        ),
        _ => "put the last backup in the database's place, or import everything into a new one"
            .to_owned(),
    }
}
