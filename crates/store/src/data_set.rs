//! What the database holds: its one row of `data_set`, and counts.

use crate::digest::DataDigest;
use crate::error::Fault;
use crate::open::Store;
use crate::row_digests::{Fields, RowDigests};
use crate::{StoreError, ids::count};
use likemind::RatingScale;
use serde::Serialize;
use sqlx::{FromRow, SqliteConnection};

/// How a scale came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ScaleChoice {
    /// Given by a person: it takes the place of the one that the database has. Ratings off it are
    /// errors.
    Given,
    /// Documented by the publisher of the data set: it goes with the one that the database has, or
    /// the import is an error. Ratings off it are errors.
    Documented,
    /// Found from the ratings: a description, not a limit. It becomes wider where later ratings
    /// need it.
    Found,
}

impl ScaleChoice {
    /// As it is stored: where a scale that is no description came from makes no difference later.
    fn name(self) -> &'static str {
        match self {
            Self::Given | Self::Documented => "fixed",
            Self::Found => "found",
        }
    }
}

/// What a database holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The name of the data set, where it has one.
    pub name: Option<String>,
    /// Users, also those without a rating.
    pub users: u64,
    /// Items, also those without a rating.
    pub items: u64,
    /// Items with a rating.
    pub rated_items: u64,
    /// Ratings.
    pub ratings: u64,
    /// The scale; `None` before the first import.
    pub scale: Option<RatingScale>,
    /// Whether the scale is a description of the ratings alone, and not a limit.
    pub scale_is_found: bool,
    /// Counts the changes of users, items and ratings; 0 before the first.
    pub sequence: u64,
}

/// Which ratings the database holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataState {
    /// The number of the last change.
    pub sequence: u64,
    /// [`Store::data_digest`] after it.
    pub digest: String,
}

/// The row of `data_set`.
#[derive(Clone, Debug)]
pub(crate) struct DataSet {
    pub(crate) name: Option<String>,
    pub(crate) scale: Option<(RatingScale, ScaleChoice)>,
    pub(crate) sequence: i64,
    pub(crate) digest: DataDigest,
    pub(crate) rows: RowDigests,
}

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
    /// Of all columns but the checksum.
    fn sum(&self) -> i64 {
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
        if self.checksum.is_some_and(|kept| kept != self.sum()) {
            let found = "a row of data_set that does not have its checksum";
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

impl DataSet {
    pub(crate) async fn read(connection: &mut SqliteConnection) -> Result<Self, Fault> {
        let row: Option<Columns> =
            sqlx::query_as("SELECT * FROM data_set").fetch_optional(connection).await?;
        row.ok_or_else(|| Fault::Damaged("no row in data_set".to_owned()))?.data_set()
    }

    pub(crate) async fn write(&self, connection: &mut SqliteConnection) -> Result<(), Fault> {
        let mut row = Columns {
            name: self.name.clone(),
            scale: self.scale.map(|(scale, _)| scale.to_string()),
            scale_choice: self.scale.map(|(_, choice)| choice.name().to_owned()),
            sequence: self.sequence,
            digest: self.digest.to_bytes(),
            row_digests: self.rows.to_bytes(),
            checksum: None,
        };
        row.checksum = Some(row.sum());
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

    /// Which ratings these are.
    pub(crate) fn state(&self) -> DataState {
        let digest = self.digest.text(self.scale.map(|(scale, _)| scale).as_ref());
        DataState { sequence: count(self.sequence), digest }
    }

    /// The scale.
    ///
    /// # Errors
    /// [`StoreError::NoRatings`] before the first import.
    pub(crate) fn scale(&self) -> Result<RatingScale, Fault> {
        self.scale.map(|(scale, _)| scale).ok_or(Fault::NoRatings)
    }
}

/// The counts, and what [`DataSet`] tells.
pub(crate) async fn summary(connection: &mut SqliteConnection) -> Result<Summary, Fault> {
    let data_set = DataSet::read(connection).await?;
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

impl Store {
    /// What the database holds; all counts are 0 in a new one. Takes milliseconds at any size.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn summary(&self) -> Result<Summary, StoreError> {
        self.named(async { summary(&mut *self.reading().await?).await }).await
    }

    /// Digest of the scale, the ids in the order of first appearance, and the ratings, as 32
    /// hexadecimal digits: of all that a model depends on besides its parameters. The same however
    /// many imports the data came in.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn data_digest(&self) -> Result<String, StoreError> {
        Ok(self.data_state().await?.digest)
    }

    /// The sequence, and the digest of the data at that sequence, whatever is written meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn data_state(&self) -> Result<DataState, StoreError> {
        self.named(async { Ok(DataSet::read(&mut *self.reading().await?).await?.state()) }).await
    }
}
