//! The maximum number of ratings of a user or an item.

use crate::error::TooManyRatings;
use crate::fault::Fault;
use crate::sqlite::{Connection, items, ratings};
use likemind::{DenseIdx, ItemIdx, UserIdx};

/// A user and an item, by index and id.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) user: UserIdx,
    pub(super) item: ItemIdx,
    pub(super) user_id: &'a str,
    pub(super) item_id: &'a str,
}

/// Returns an error if the user or the item of a rating, which is already written, has more than
/// `max` ratings: such rows do not fit into a matrix.
pub(super) async fn exceeded(
    connection: &mut Connection,
    pair: Pair<'_>,
    max: usize,
) -> Result<Option<TooManyRatings>, Fault> {
    let of_user = ratings::count_of_user(connection, pair.user, max).await?;
    let of_item = items::ratings_of(connection, pair.item).await?;
    let rows = [(UserIdx::WHAT, pair.user_id, of_user), (ItemIdx::WHAT, pair.item_id, of_item)];
    let long = rows.into_iter().find(|&(_, _, found)| found > max as u64);
    Ok(long.map(|(what, id, found)| TooManyRatings { what, id: id.to_owned(), found }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ImportBatch, Store};
    use likemind::{RatingScale, RatingTable};

    /// Creates a store in which Ada rated four items, and Bob one of these.
    async fn store(folder: &tempfile::TempDir) -> Store {
        let store = Store::create_or_open(&folder.path().join("a.db")).await.unwrap();
        let mut table = RatingTable::new();
        for item in ["Heat", "Alien", "Brazil", "Diva"] {
            table.push("ada", item, 3.0, None).unwrap();
        }
        table.push("bob", "Alien", 3.0, None).unwrap();
        let batch = ImportBatch::new(&table, RatingScale::HALF_STARS);
        store.import(batch, &mut |_| {}).await.unwrap();
        store
    }

    #[tokio::test]
    async fn finds_users_and_items_above_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let mut tx = store.database.begin_read().await.unwrap();
        for (user, item, max, refused) in [
            ((0, "ada"), (1, "Alien"), 4, None),
            ((0, "ada"), (0, "Heat"), 3, Some(("user", "ada", 4))),
            ((1, "bob"), (1, "Alien"), 2, None),
            ((1, "bob"), (1, "Alien"), 1, Some(("item", "Alien", 2))),
        ] {
            let (user, user_id, item, item_id) = (UserIdx(user.0), user.1, ItemIdx(item.0), item.1);
            let pair = Pair { user, item, user_id, item_id };
            let found = exceeded(&mut tx, pair, max).await.unwrap();
            let found = found.as_ref().map(|many| (many.what, many.id.as_str(), many.found));
            assert_eq!(found, refused);
        }
    }
}
