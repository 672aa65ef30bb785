//! The counts of an import.

use crate::output::{self, Field, Format, Record};
use anyhow::Result;
use likemind_data::Dataset;
use likemind_store::ImportSummary;
use serde::Serialize;

/// What was read and what came of it: the file's counts, then the database's.
#[derive(Serialize)]
pub(super) struct Imported {
    #[serde(flatten)]
    read: Read,
    #[serde(flatten)]
    database: Database,
}

/// What was read, and what it was to the database.
#[derive(Serialize)]
struct Read {
    users: u64,
    items: u64,
    rated_items: u64,
    ratings: u64,
    duplicates: u64,
    skipped_rows: u64,
    added: u64,
    changed: u64,
    unchanged: u64,
    kept: u64,
}

/// What the database holds now.
#[derive(Serialize)]
struct Database {
    database_users: u64,
    database_items: u64,
    database_ratings: u64,
    scale: Option<String>,
}

impl Record for Read {
    const COLUMNS: &'static [&'static str] = &[
        "users",
        "items",
        "rated_items",
        "ratings",
        "duplicates",
        "skipped_rows",
        "added",
        "changed",
        "unchanged",
        "kept",
    ];

    fn fields(&self) -> Vec<Field<'_>> {
        let counts = [
            self.users,
            self.items,
            self.rated_items,
            self.ratings,
            self.duplicates,
            self.skipped_rows,
            self.added,
            self.changed,
            self.unchanged,
            self.kept,
        ];
        counts.map(Field::Count).into()
    }
}

impl Record for Database {
    const COLUMNS: &'static [&'static str] =
        &["database_users", "database_items", "database_ratings", "scale"];

    fn fields(&self) -> Vec<Field<'_>> {
        let counts = [self.database_users, self.database_items, self.database_ratings];
        let scale = Field::text(self.scale.as_deref().unwrap_or_default());
        counts.map(Field::Count).into_iter().chain([scale]).collect()
    }
}

impl Record for Imported {
    const COLUMNS: &'static [&'static str] = &both::<14>(Read::COLUMNS, Database::COLUMNS);

    fn fields(&self) -> Vec<Field<'_>> {
        self.read.fields().into_iter().chain(self.database.fields()).collect()
    }
}

/// The names of one record and then those of another.
const fn both<const N: usize>(
    first: &[&'static str],
    second: &[&'static str],
) -> [&'static str; N] {
    assert!(N == first.len() + second.len());
    let mut names = [""; N];
    let mut place = 0;
    while place < N {
        names[place] = match place < first.len() {
            true => first[place],
            false => second[place - first.len()],
        };
        place += 1;
    }
    names
}

impl Imported {
    pub(super) fn new(dataset: &Dataset, summary: &ImportSummary) -> Self {
        let read = Read {
            users: dataset.ratings.users().len() as u64,
            items: dataset.ratings.items().len() as u64,
            rated_items: dataset.ratings.rated_items() as u64,
            ratings: dataset.ratings.len() as u64,
            duplicates: dataset.duplicates as u64,
            skipped_rows: dataset.skipped.count as u64,
            added: summary.added,
            changed: summary.updated,
            unchanged: summary.unchanged,
            kept: summary.kept,
        };
        let now = &summary.now;
        let database = Database {
            database_users: now.users,
            database_items: now.items,
            database_ratings: now.ratings,
            scale: now.scale.map(|scale| scale.to_string()),
        };
        Self { read, database }
    }

    /// For people in two tables, which fit a terminal.
    pub(super) fn print(&self, format: Format) -> Result<()> {
        if format == Format::Table {
            output::one(format, &self.read)?;
            return output::one(format, &self.database);
        }
        output::one(format, self)
    }
}
