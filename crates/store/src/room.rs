//! How many ratings a user or an item may have.

use crate::error::{Fault, StoreError};
use crate::ids::count;
use likemind::{DenseIdx, ItemIdx, UserIdx};
use sqlx::SqliteConnection;

/// Refuses the rating, already written, with which its user or its item has more than `most`: there would be no matrix of
/// such ratings.
pub(crate) async fn check_room(
    connection: &mut SqliteConnection,
    (user, user_id): (UserIdx, &str),
    (item, item_id): (ItemIdx, &str),
    most: usize,
) -> Result<(), Fault> {
    // Counting a user's ratings takes time, and nobody has rated more items than there are.
    let of_user = "SELECT iif((SELECT max(idx) FROM items) < ?2, 0, \
                   (SELECT count(*) FROM ratings WHERE user = ?1))";
    let of_user = sqlx::query_scalar(of_user).bind(user.0).bind(most as i64);
    let of_user: i64 = of_user.fetch_one(&mut *connection).await?;
    let of_item = sqlx::query_scalar("SELECT rating_count FROM items WHERE idx = ?").bind(item.0);
    let of_item: i64 = of_item.fetch_one(connection).await?;
    let rows = [(UserIdx::WHAT, user_id, of_user), (ItemIdx::WHAT, item_id, of_item)];
    match rows.into_iter().find(|&(_, _, ratings)| count(ratings) > most as u64) {
        Some((what, id, ratings)) => {
            let (id, found) = (id.to_owned(), count(ratings));
            Err(StoreError::TooManyRatings { what, id, found }.into())
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ImportBatch, ImportMode, Keep, ScaleChoice, Store};
    use likemind::{Catalogue, RatingScale, RatingTable};

    /// A store in which Ada rated four items, one of which Bob rated, too.
    async fn store(folder: &tempfile::TempDir) -> Store {
        let store = Store::create_or_open(&folder.path().join("a.db")).await.unwrap();
        let mut table = RatingTable::new();
        for item in ["Heat", "Alien", "Brazil", "Diva"] {
            table.push("ada", item, 3.0, None).unwrap();
        }
        table.push("bob", "Alien", 3.0, None).unwrap();
        let batch = ImportBatch {
            name: None,
            table: &table,
            catalogue: &Catalogue::new(),
            scale: RatingScale::HALF_STARS,
            scale_choice: ScaleChoice::Given,
            keep: Keep::Newest,
            mode: ImportMode::Add,
        };
        store.import(batch, &mut |_| {}).await.unwrap();
        store
    }

    #[tokio::test]
    async fn neither_a_user_nor_an_item_has_more_than_it_may() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let mut reading = store.reading().await.unwrap();
        for (user, item, most, refused) in [
            ((0, "ada"), (1, "Alien"), 4, None),
            ((0, "ada"), (0, "Heat"), 3, Some(("user", "ada", 4))),
            ((1, "bob"), (1, "Alien"), 2, None),
            ((1, "bob"), (1, "Alien"), 1, Some(("item", "Alien", 2))),
        ] {
            let (user, item) = ((UserIdx(user.0), user.1), (ItemIdx(item.0), item.1));
            let found = check_room(&mut reading, user, item, most).await;
            let found = found.map_err(|fault| fault.at(store.path()));
            match (&found, refused) {
                (Ok(()), None) => {}
                (Err(StoreError::TooManyRatings { what, id, found }), Some(expected)) => {
                    assert_eq!((*what, id.as_str(), *found), expected);
                }
                _ => panic!("{found:?} in place of {refused:?}"),
            }
        }
    }
}
