//! What is known of items besides their ratings, and how they are rated.

use super::Connection;
use super::bulk::fetch_many;
use super::ids::{each_found, json_of};
use crate::count::count;
use crate::error::LookupError;
use crate::fault::{Failure, Fault};
use crate::items::FoundItem;
use crate::row_digests::{RowDigests, Rows, TitleRow};
use crate::search::folded;
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
    connection: &mut Connection,
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

/// What is known of some items, in the order asked for.
pub(crate) async fn infos(
    connection: &mut Connection,
    items: &[ItemIdx],
) -> Result<Vec<ItemInfo>, Failure<LookupError>> {
    let asked = "SELECT idx, title, year, genres \
                 FROM json_each(?) LEFT JOIN items ON idx = value ORDER BY key";
    let query = sqlx::query_as(asked).bind(json_of(items));
    let rows: Vec<InfoRow> = query.fetch_all(connection).await?;
    let found = rows.into_iter().map(|row| row.idx.is_some().then_some(row));
    let infos = each_found(items, found)?.into_iter().map(InfoRow::info);
    Ok(infos.collect::<Result<_, _>>()?)
}

/// The titles of some items, in the order asked for; none of items that are not there.
pub(crate) async fn titles(
    connection: &mut Connection,
    items: &[ItemIdx],
) -> Result<Vec<Option<String>>, Fault> {
    let query = "SELECT title FROM json_each(?) LEFT JOIN items ON idx = value ORDER BY key";
    let query = sqlx::query(query).bind(json_of(items));
    let titles: Vec<(Option<String>,)> = fetch_many(connection, query).await?;
    Ok(titles.into_iter().map(|(title,)| title).collect())
}

/// At most `limit` items with `query` in their title or as their id: that one first, then the most
/// rated.
pub(crate) async fn find(
    connection: &mut Connection,
    query: &str,
    limit: usize,
) -> Result<Vec<FoundItem>, Fault> {
    let all = "SELECT idx, id, title, year, genres, rating_count, rating_sum FROM items \
               ORDER BY id = ? DESC, rating_count DESC, idx LIMIT ?";
    let sought = folded(query);
    // SQLite folds no more than ASCII, so titles are compared here.
    let most = if sought.is_empty() { i64::try_from(limit).unwrap_or(i64::MAX) } else { -1 };
    let rows: Vec<FoundRow> =
        sqlx::query_as(all).bind(query).bind(most).fetch_all(connection).await?;
    let found = rows.into_iter().filter(|row| row.id == query || row.has_in_title(&sought));
    found.take(limit).map(FoundRow::found).collect()
}

/// An item's totals as they are stored.
#[derive(FromRow)]
pub(crate) struct Totals {
    pub(crate) idx: u32,
    pub(crate) rating_count: i64,
    pub(crate) rating_sum: f64,
}

/// The totals of all items.
pub(crate) async fn totals(connection: &mut Connection) -> Result<Vec<Totals>, Fault> {
    let query = sqlx::query_as("SELECT idx, rating_count, rating_sum FROM items");
    Ok(query.fetch_all(connection).await?)
}

/// Keeps an item's count and sum after a rating of it changed. Without ratings the sum is 0, whatever
/// was rounded before.
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

/// How many ratings an item has.
pub(crate) async fn ratings_of(connection: &mut Connection, item: ItemIdx) -> Result<u64, Fault> {
    let query = sqlx::query_scalar("SELECT rating_count FROM items WHERE idx = ?").bind(item.0);
    Ok(count(query.fetch_one(connection).await?))
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
