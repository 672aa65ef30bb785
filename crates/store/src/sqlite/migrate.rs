//! Migrations of the schema.

use super::Connection;
use crate::error::OpenError;
use crate::fault::Failure;
use crate::location::Location;
use sqlx::Connection as _;

/// "lkmd"; the first migration sets it.
pub(crate) const APPLICATION_ID: u32 = 0x6c6b_6d64;

/// All migrations, oldest first; the number of the schema is the number of migrations applied.
/// Append only: existing databases have applied these as they are.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_ratings_and_models.sql"),
    include_str!("../../migrations/0002_jobs_and_changes.sql"),
    include_str!("../../migrations/0003_titles_folded_as_they_are_read.sql"),
    include_str!("../../migrations/0004_digests_of_rows.sql"),
    include_str!("../../migrations/0005_erasures.sql"),
    include_str!("../../migrations/0006_kinds.sql"),
    include_str!("../../migrations/0007_spare_neighbours.sql"),
    include_str!("../../migrations/0008_item_models.sql"),
];

/// Applies the missing migrations. Each runs in one transaction that also updates the schema
/// number, so that a crash leaves either schema, and only one of two concurrent processes migrates.
pub(crate) async fn up(
    connection: &mut Connection,
    location: &Location,
) -> Result<(), Failure<OpenError>> {
    while schema_of(connection, location).await? < MIGRATIONS.len() {
        let mut step = connection.begin_with("BEGIN IMMEDIATE").await?;
        let done = schema_of(&mut step, location).await?;
        if let Some(&migration) = MIGRATIONS.get(done) {
            sqlx::raw_sql(migration).execute(&mut *step).await?;
            let number = format!("PRAGMA user_version = {}", done + 1);
            sqlx::raw_sql(sqlx::AssertSqlSafe(number)).execute(&mut *step).await?;
        }
        step.commit().await?;
    }
    Ok(())
}

/// Reads the number of migrations that were applied.
async fn schema_of(
    connection: &mut Connection,
    location: &Location,
) -> Result<usize, Failure<OpenError>> {
    let found: u32 = sqlx::query_scalar("PRAGMA user_version").fetch_one(connection).await?;
    let known = MIGRATIONS.len();
    if found as usize > known {
        let location = location.clone();
        return Err(OpenError::Newer { location, found, known: known as u32 }.into());
    }
    Ok(found as usize)
}
