//! Titles, years, genres and rating totals of items.

use super::Connection;
use super::bulk::fetch_many;
use super::ids::{each_found, json_of};
use crate::count::count;
use crate::error::LookupError;
use crate::fault::{Failure, Fault};
use crate::items::FoundItem;
use crate::row_digests::{RowDigests, Rows, TitleRow};
use crate::search::fold_for_search;
use likemind::{ItemIdx, ItemInfo};
use sqlx::FromRow;

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
            Fault::Damaged(format!("genres that are not a list of strings ({error})"))
        })?;
        Ok(ItemInfo { title: self.title, year: self.year, genres: genres.unwrap_or_default() })
    }
}

/// Formats genres for storage; `None` if there are none.
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
    fn title_contains(&self, needle: &str) -> bool {
        let title = self.info.title.as_deref().unwrap_or_default();
        needle.is_empty() || fold_for_search(title).contains(needle)
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

/// Reads the titles, years and genres of all items that have any, ordered by index, and checks
/// their digest against `expected`.
pub(crate) async fn all_infos(
    connection: &mut Connection,
    expected: &RowDigests,
) -> Result<Vec<InfoRow>, Fault> {
    let known = "SELECT idx, title, year, genres FROM items \
                 WHERE title IS NOT NULL OR year IS NOT NULL OR genres IS NOT NULL ORDER BY idx";
    let rows: Vec<InfoRow> = fetch_many(connection, sqlx::query(known)).await?;
    let mut digests = RowDigests::empty();
    rows.iter().for_each(|row| digests.add(&row.digested()));
    expected.check(Rows::Titles, &digests)?;
    Ok(rows)
}

/// Returns the titles, years and genres of some items, in the given order.
pub(crate) async fn infos(
    connection: &mut Connection,
    items: &[ItemIdx],
) -> Result<Vec<ItemInfo>, Failure<LookupError>> {
    let select = "SELECT idx, title, year, genres \
                 FROM json_each(?) LEFT JOIN items ON idx = value ORDER BY key";
    let query = sqlx::query_as(select).bind(json_of(items));
    let rows: Vec<InfoRow> = query.fetch_all(connection).await?;
    let found = rows.into_iter().map(|row| row.idx.is_some().then_some(row));
    let infos = each_found(items, found)?.into_iter().map(InfoRow::info);
    Ok(infos.collect::<Result<_, _>>()?)
}

/// Returns the titles of some items, in the given order; `None` for unknown items.
pub(crate) async fn titles(
    connection: &mut Connection,
    items: &[ItemIdx],
) -> Result<Vec<Option<String>>, Fault> {
    let query = "SELECT title FROM json_each(?) LEFT JOIN items ON idx = value ORDER BY key";
    let query = sqlx::query(query).bind(json_of(items));
    let titles: Vec<(Option<String>,)> = fetch_many(connection, query).await?;
    Ok(titles.into_iter().map(|(title,)| title).collect())
}

/// Returns at most `limit` items whose title contains `query` or whose id is `query`: the latter
/// first, then by number of ratings, descending.
pub(crate) async fn find(
    connection: &mut Connection,
    query: &str,
    limit: usize,
) -> Result<Vec<FoundItem>, Fault> {
    let all = "SELECT idx, id, title, year, genres, rating_count, rating_sum FROM items \
               ORDER BY id = ? DESC, rating_count DESC, idx LIMIT ?";
    let needle = fold_for_search(query);
    // SQLite only folds ASCII, so titles are compared here.
    let max = if needle.is_empty() { i64::try_from(limit).unwrap_or(i64::MAX) } else { -1 };
    let rows: Vec<FoundRow> =
        sqlx::query_as(all).bind(query).bind(max).fetch_all(connection).await?;
    let found = rows.into_iter().filter(|row| row.id == query || row.title_contains(&needle));
    found.take(limit).map(FoundRow::found).collect()
}

/// The stored totals of an item.
#[derive(FromRow)]
pub(crate) struct Totals {
    pub(crate) idx: u32,
    pub(crate) rating_count: i64,
    pub(crate) rating_sum: f64,
}

/// Reads the totals of all items.
pub(crate) async fn totals(connection: &mut Connection) -> Result<Vec<Totals>, Fault> {
    let query = sqlx::query_as("SELECT idx, rating_count, rating_sum FROM items");
    Ok(query.fetch_all(connection).await?)
}

/// Updates the count and sum of an item after one of its ratings changed. Without ratings the sum
/// is reset to 0, which discards rounding errors.
pub(crate) async fn count_rating(
    connection: &mut Connection,
    item: ItemIdx,
    before: Option<f64>,
    after: Option<f64>,
) -> Result<(), Fault> {
    let query = sqlx::query(
        "UPDATE items SET rating_count = rating_count + ?2, \
         rating_sum = iif(rating_count + ?2 = 0, 0.0, rating_sum + ?3) \
         WHERE idx = ?1",
    )
    .bind(item.0)
    .bind(i64::from(after.is_some()) - i64::from(before.is_some()))
    .bind(after.unwrap_or(0.0) - before.unwrap_or(0.0));
    query.execute(connection).await?;
    Ok(())
}

/// Returns the number of ratings of an item.
pub(crate) async fn ratings_of(connection: &mut Connection, item: ItemIdx) -> Result<u64, Fault> {
    let query = sqlx::query_scalar("SELECT rating_count FROM items WHERE idx = ?").bind(item.0);
    Ok(count(query.fetch_one(connection).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_genres_as_a_list_or_not_at_all() {
        let genres = ["Sci-Fi".to_owned(), "\"Noir\"|é".to_owned()];
        let stored = genres_text(&genres);
        assert_eq!(stored.as_deref(), Some(r#"["Sci-Fi","\"Noir\"|é"]"#));
        let row = |genres| InfoRow { idx: Some(0), title: None, year: None, genres };
        assert_eq!(row(stored).info().unwrap().genres, genres);
        assert_eq!(row(genres_text(&[])).info().unwrap(), ItemInfo::default());
        assert!(row(Some("{".to_owned())).info().is_err());
    }
}
