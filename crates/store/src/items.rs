//! What is known of items besides their ratings.

use crate::bulk::fetch_many;
use crate::data_set::DataSet;
use crate::error::{Fault, StoreError};
use crate::ids::{count, each_found, json_of};
use crate::open::Store;
use crate::row_digests::{RowDigests, Rows, TitleRow};
use crate::search::folded;
use likemind::{Catalogue, ItemIdx, ItemInfo};
use serde::Serialize;
use sqlx::{FromRow, SqliteConnection};

/// An item that [`Store::find_items`] found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FoundItem {
    /// Its index.
    pub item: ItemIdx,
    /// Its id.
    pub id: String,
    /// Its title, year and genres.
    pub info: ItemInfo,
    /// How many rated it.
    pub ratings: u64,
    /// The mean of its ratings; `None` without any.
    pub mean: Option<f64>,
}

/// The columns of an [`ItemInfo`].
#[derive(FromRow)]
pub(crate) struct InfoRow {
    pub(crate) idx: Option<u32>,
    title: Option<String>,
    year: Option<i32>,
    genres: Option<String>,
}

impl InfoRow {
    pub(crate) fn digested(&self) -> TitleRow<'_> {
        TitleRow {
            item: ItemIdx(self.idx.unwrap_or_default()),
            title: self.title.as_deref(),
            year: self.year,
            genres: self.genres.as_deref(),
        }
    }

    pub(crate) fn info(self) -> Result<ItemInfo, Fault> {
        let genres = self.genres.as_deref().map(serde_json::from_str).transpose();
        let genres = genres.map_err(|error| {
            Fault::Damaged(format!("genres that are no list of texts ({error})"))
        })?;
        Ok(ItemInfo { title: self.title, year: self.year, genres: genres.unwrap_or_default() })
    }
}

/// Genres as they are stored; `None` for none.
pub(crate) fn genres_text(genres: &[String]) -> Option<String> {
    (!genres.is_empty()).then(|| serde_json::Value::from(genres).to_string())
}

#[derive(FromRow)]
struct FoundRow {
    id: String,
    rating_count: i64,
    rating_sum: f64,
    #[sqlx(flatten)]
    info: InfoRow,
}

impl FoundRow {
    fn has_in_title(&self, sought: &str) -> bool {
        let title = self.info.title.as_deref().unwrap_or_default();
        sought.is_empty() || folded(title).contains(sought)
    }

    fn found(self) -> Result<FoundItem, Fault> {
        let ratings = count(self.rating_count);
        Ok(FoundItem {
            item: ItemIdx(self.info.idx.unwrap_or_default()),
            id: self.id,
            info: self.info.info()?,
            ratings,
            mean: (ratings > 0).then(|| self.rating_sum / ratings as f64),
        })
    }
}

/// What is known of all items, in the order of their indices, held to the digest that is `kept`.
pub(crate) async fn all_infos(
    connection: &mut SqliteConnection,
    kept: &RowDigests,
) -> Result<Vec<InfoRow>, Fault> {
    let known = "SELECT idx, title, year, genres FROM items \
                 WHERE title IS NOT NULL OR year IS NOT NULL OR genres IS NOT NULL ORDER BY idx";
    let rows: Vec<InfoRow> = fetch_many(connection, sqlx::query(known)).await?;
    let mut digests = RowDigests::of_nothing();
    rows.iter().for_each(|row| digests.add(&row.digested()));
    kept.expect(Rows::Titles, &digests)?;
    Ok(rows)
}

impl Store {
    /// What is known of all items.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it is not as it was written.
    pub async fn catalogue(&self) -> Result<Catalogue, StoreError> {
        self.named(async {
            let mut reading = self.reading().await?;
            let kept = DataSet::read(&mut reading).await?.rows;
            let mut catalogue = Catalogue::new();
            for row in all_infos(&mut reading, &kept).await? {
                catalogue.set(ItemIdx(row.idx.unwrap_or_default()), row.info()?);
            }
            Ok(catalogue)
        })
        .await
    }

    /// What is known of some items, in the order asked for.
    ///
    /// # Errors
    /// [`StoreError::UnknownIndex`] for an index that no item has.
    pub async fn item_infos(&self, items: &[ItemIdx]) -> Result<Vec<ItemInfo>, StoreError> {
        let asked = "SELECT idx, title, year, genres \
                     FROM json_each(?) LEFT JOIN items ON idx = value ORDER BY key";
        self.named(async {
            let query = sqlx::query_as(asked).bind(json_of(items));
            let rows: Vec<InfoRow> = query.fetch_all(&self.pool).await?;
            let found = rows.into_iter().map(|row| row.idx.is_some().then_some(row));
            each_found(items, found)?.into_iter().map(InfoRow::info).collect()
        })
        .await
    }

    /// At most `limit` items whose title contains `query`, in whatever case and with whatever accents
    /// (see [`folded`]), or whose id is `query`. The one with that id comes first, then the most rated.
    /// All items have an empty text in their title.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn find_items(
        &self,
        query: &str,
        limit: usize,
    ) -> Result<Vec<FoundItem>, StoreError> {
        let all = "SELECT idx, id, title, year, genres, rating_count, rating_sum FROM items \
             ORDER BY id = ? DESC, rating_count DESC, idx LIMIT ?";
        let sought = folded(query);
        // SQLite folds no more than ASCII, so titles are compared here.
        let most = if sought.is_empty() { i64::try_from(limit).unwrap_or(i64::MAX) } else { -1 };
        self.named(async {
            let rows: Vec<FoundRow> =
                sqlx::query_as(all).bind(query).bind(most).fetch_all(&self.pool).await?;
            let found = rows.into_iter().filter(|row| row.id == query || row.has_in_title(&sought));
            found.take(limit).map(FoundRow::found).collect()
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genres_are_stored_as_a_list_or_not_at_all() {
        let genres = ["Sci-Fi".to_owned(), "\"Noir\"|é".to_owned()];
        let stored = genres_text(&genres);
        assert_eq!(stored.as_deref(), Some(r#"["Sci-Fi","\"Noir\"|é"]"#));
        let row = |genres| InfoRow { idx: Some(0), title: None, year: None, genres };
        assert_eq!(row(stored).info().unwrap().genres, genres);
        assert_eq!(row(genres_text(&[])).info().unwrap(), ItemInfo::default());
        assert!(row(Some("{".to_owned())).info().is_err());
    }
}
