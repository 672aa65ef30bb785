//! Which of two ratings of the same user and item is the newer one.

use super::Keep;
use super::incoming::Incoming;
use super::merge::Staying;
use crate::bulk::fetch_many;
use crate::error::Fault;
use likemind::{ItemIdx, Rating, RatingMatrix, UserIdx};
use sqlx::{AssertSqlSafe, SqliteConnection};
use std::collections::HashMap;

/// How many times a statement asks for.
const TOGETHER: usize = 500;

/// The old ratings that stay where an incoming one has another value. Reads the times of these alone:
/// the packed ratings have none.
pub(super) async fn staying(
    connection: &mut SqliteConnection,
    keep: Keep,
    old: &RatingMatrix,
    incoming: &Incoming<'_>,
) -> Result<Staying, Fault> {
    match keep {
        Keep::Existing => return Ok(Staying::All),
        Keep::Incoming => return Ok(Staying::Some(Vec::new())),
        Keep::Newest if old.ratings() == 0 => return Ok(Staying::Some(Vec::new())),
        Keep::Newest => {}
    }
    let differs = |new: &Rating| {
        let old = old.rating(new.user, new.item);
        new.timestamp.is_some() && old.is_some_and(|old| old != new.rating)
    };
    let differing: Vec<Rating> = incoming.iter().filter(differs).collect();
    let mut staying = Vec::new();
    for part in differing.chunks(TOGETHER) {
        let times = times_of(connection, part).await?;
        let is_older = |new: &&Rating| {
            let stored = times.get(&(new.user.0, new.item.0)).copied().flatten();
            stored.zip(new.timestamp).is_some_and(|(stored, new)| new < stored)
        };
        staying.extend(part.iter().filter(is_older).map(|new| (new.user, new.item)));
    }
    Ok(Staying::Some(staying))
}

type Times = HashMap<(u32, u32), Option<i64>>;

/// The stored times of some pairs.
async fn times_of(connection: &mut SqliteConnection, pairs: &[Rating]) -> Result<Times, Fault> {
    let values = vec!["(?, ?)"; pairs.len()].join(",");
    let sql = format!(
        "WITH wanted (user, item) AS (VALUES {values}) \
         SELECT user, item, timestamp FROM wanted JOIN ratings USING (user, item)"
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(pairs.len() == TOGETHER);
    for &Rating { user: UserIdx(user), item: ItemIdx(item), .. } in pairs {
        query = query.bind(user).bind(item);
    }
    let rows: Vec<(u32, u32, Option<i64>)> = fetch_many(connection, query).await?;
    Ok(rows.into_iter().map(|(user, item, time)| ((user, item), time)).collect())
}
