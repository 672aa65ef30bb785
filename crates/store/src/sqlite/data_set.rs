//! The single row of `data_set`, and counts.

use super::Connection;
use crate::count::count;
use crate::data_set::{DataSet, ScaleChoice, Summary};
use crate::digest::DataDigest;
use crate::fault::Fault;
use crate::row_digests::{Fields, RowDigests};
use likemind::RatingScale;
use sqlx::FromRow;

/// The columns of `data_set`.
#[derive(FromRow)]
struct Columns {
    name: Option<String>,
    scale: Option<String>,
    scale_choice: Option<String>,
    sequence: i64,
    digest: Vec<u8>,
    row_digests: Option<Vec<u8>>,
    checksum: Option<i64>,
}

impl Columns {
    /// Computes the checksum of all other columns.
    fn computed_checksum(&self) -> i64 {
        Fields::default()
            .optional(self.name.as_deref(), Fields::text)
            .optional(self.scale.as_deref(), Fields::text)
            .optional(self.scale_choice.as_deref(), Fields::text)
            .number(self.sequence)
            .bytes(&self.digest)
            .optional(self.row_digests.as_deref(), Fields::bytes)
            .checksum()
    }

    fn data_set(self) -> Result<DataSet, Fault> {
        if self.checksum.is_some_and(|stored| stored != self.computed_checksum()) {
            let found = "a row of data_set that does not match its checksum";
            return Err(Fault::Damaged(found.to_owned()));
        }
        let choice = match self.scale_choice.as_deref() {
            Some("found") => ScaleChoice::Found,
            _ => ScaleChoice::Given,
        };
        let scale = self.scale.map(|text| text.parse::<RatingScale>()).transpose();
        let scale = scale.map_err(|error| Fault::Damaged(error.to_string()))?;
        Ok(DataSet {
            name: self.name,
            scale: scale.map(|scale| (scale, choice)),
            sequence: self.sequence,
            digest: DataDigest::from_bytes(&self.digest)?,
            rows: RowDigests::from_bytes(self.row_digests.as_deref())?,
        })
    }
}

/// Reads the row.
pub(crate) async fn read(connection: &mut Connection) -> Result<DataSet, Fault> {
    let row: Option<Columns> =
        sqlx::query_as("SELECT * FROM data_set").fetch_optional(connection).await?;
    row.ok_or_else(|| Fault::Damaged("no row in data_set".to_owned()))?.data_set()
}

/// Writes the row.
pub(crate) async fn write(connection: &mut Connection, data_set: &DataSet) -> Result<(), Fault> {
    let mut row = Columns {
        name: data_set.name.clone(),
        scale: data_set.scale.map(|(scale, _)| scale.to_string()),
        scale_choice: data_set.scale.map(|(_, choice)| choice.name().to_owned()),
        sequence: data_set.sequence,
        digest: data_set.digest.to_bytes(),
        row_digests: data_set.rows.to_bytes(),
        checksum: None,
    };
    row.checksum = Some(row.computed_checksum());
    sqlx::query(
        "UPDATE data_set SET name = ?, scale = ?, scale_choice = ?, sequence = ?, digest = ?, \
         row_digests = ?, checksum = ?",
    )
    .bind(row.name)
    .bind(row.scale)
    .bind(row.scale_choice)
    .bind(row.sequence)
    .bind(row.digest)
    .bind(row.row_digests)
    .bind(row.checksum)
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads the counts and the [`DataSet`].
pub(crate) async fn summary(connection: &mut Connection) -> Result<Summary, Fault> {
    let data_set = read(connection).await?;
    let users =
        sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&mut *connection).await?;
    let (items, rated_items, ratings) = sqlx::query_as(
        "SELECT count(*), count(*) FILTER (WHERE rating_count > 0), \
         coalesce(sum(rating_count), 0) FROM items",
    )
    .fetch_one(connection)
    .await?;
    Ok(Summary {
        name: data_set.name,
        users: count(users),
        items: count(items),
        rated_items: count(rated_items),
        ratings: count(ratings),
        scale: data_set.scale.map(|(scale, _)| scale),
        scale_is_found: data_set.scale.is_some_and(|(_, choice)| choice == ScaleChoice::Found),
        sequence: count(data_set.sequence),
    })
}
