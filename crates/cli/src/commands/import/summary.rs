//! Output of the counts of an import.

use crate::output::{Format, Output};
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::Result;
use likemind_data::Dataset;
use likemind_store::ImportSummary;
use serde::Serialize;
use std::slice::from_ref;

/// The counts of the source, then those of the database.
#[derive(Serialize)]
pub(super) struct Imported {
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
    database_users: u64,
    database_items: u64,
    database_ratings: u64,
    scale: Option<String>,
}

impl Record for Imported {
    fn columns() -> Vec<RecordColumn<Self>> {
        let mut columns = Self::read_columns();
        columns.extend(Self::database_columns());
        columns
    }
}

impl Imported {
    pub(super) fn new(dataset: &Dataset, summary: &ImportSummary) -> Self {
        let (table, now) = (&dataset.ratings, &summary.now);
        Self {
            users: table.users().len() as u64,
            items: table.items().len() as u64,
            rated_items: table.rated_items() as u64,
            ratings: table.len() as u64,
            duplicates: dataset.duplicates as u64,
            skipped_rows: dataset.skipped.count as u64,
            added: summary.added,
            changed: summary.updated,
            unchanged: summary.unchanged,
            kept: summary.kept,
            database_users: now.users,
            database_items: now.items,
            database_ratings: now.ratings,
            scale: now.scale.map(|scale| scale.to_string()),
        }
    }

    /// The columns of the source and of its changes to the database.
    fn read_columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("users", |counts| Field::Count(counts.users)),
            column("items", |counts| Field::Count(counts.items)),
            column("rated_items", |counts| Field::Count(counts.rated_items)),
            column("ratings", |counts| Field::Count(counts.ratings)),
            column("duplicates", |counts| Field::Count(counts.duplicates)),
            column("skipped_rows", |counts| Field::Count(counts.skipped_rows)),
            column("added", |counts| Field::Count(counts.added)),
            column("changed", |counts| Field::Count(counts.changed)),
            column("unchanged", |counts| Field::Count(counts.unchanged)),
            column("kept", |counts| Field::Count(counts.kept)),
        ]
    }

    /// The columns of the database.
    fn database_columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("database_users", |counts| Field::Count(counts.database_users)),
            column("database_items", |counts| Field::Count(counts.database_items)),
            column("database_ratings", |counts| Field::Count(counts.database_ratings)),
            column("scale", |counts| Field::optional_text(counts.scale.as_deref())),
        ]
    }

    /// Writes the counts; for people as two tables, which fit a terminal.
    pub(super) fn print(&self, out: &mut Output<'_>) -> Result<()> {
        if out.format() != Format::Table {
            return out.one(self);
        }
        out.table(&Self::read_columns(), from_ref(self))?;
        out.table(&Self::database_columns(), from_ref(self))
    }
}
