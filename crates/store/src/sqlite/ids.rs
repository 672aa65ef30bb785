//! External ids and dense indices.

use super::Connection;
use super::bulk::fetch_many;
use crate::count::count;
use crate::error::LookupError;
use crate::fault::{Failure, Fault};
use crate::ids::{AllIds, Counts, StoredIdx};
use crate::row_digests::{IdRow, RowDigests, Rows};
use likemind::ids::IdError;
use likemind::{DenseIdx, Ids, Side, UserIdx};

/// The statements for one kind of ids.
struct Statements {
    all: &'static str,
    find: &'static str,
    /// The ids of several indices, given as a JSON array.
    names: &'static str,
    /// The index of the next new id, which is the number of ids.
    next: &'static str,
    insert: &'static str,
}

const OF_USERS: Statements = Statements {
    all: "SELECT idx, id FROM users ORDER BY idx",
    find: "SELECT idx FROM users WHERE id = ?",
    names: "SELECT users.id FROM json_each(?) LEFT JOIN users ON idx = value ORDER BY key",
    next: "SELECT coalesce(max(idx) + 1, 0) FROM users",
    insert: "INSERT INTO users (idx, id) VALUES (?, ?)",
};

const OF_ITEMS: Statements = Statements {
    all: "SELECT idx, id FROM items ORDER BY idx",
    find: "SELECT idx FROM items WHERE id = ?",
    names: "SELECT items.id FROM json_each(?) LEFT JOIN items ON idx = value ORDER BY key",
    next: "SELECT coalesce(max(idx) + 1, 0) FROM items",
    insert: "INSERT INTO items (idx, id, rating_count, rating_sum) VALUES (?, ?, 0, 0)",
};

fn statements<I: StoredIdx>() -> &'static Statements {
    match I::SIDE {
        Side::Users => &OF_USERS,
        Side::Items => &OF_ITEMS,
    }
}

/// Reads all ids, in order of first appearance, and checks their digest against `expected`.
pub(crate) async fn all<I: StoredIdx>(
    connection: &mut Connection,
    expected: &RowDigests,
) -> Result<Ids<I>, Fault> {
    let (mut ids, mut digests) = (Ids::<I>::new(), RowDigests::empty());
    let rows: Vec<(i64, String)> =
        fetch_many(connection, sqlx::query(statements::<I>().all)).await?;
    for (next, (index, id)) in (0..).zip(rows) {
        let interned = ids.intern(&id).map_err(|error| Fault::Damaged(error.to_string()))?;
        if index != next || i64::from(interned.get()) != next {
            let found = format!("the {} {id:?} out of the order of first appearance", I::WHAT);
            return Err(Fault::Damaged(found));
        }
        digests.add(&IdRow { index: I::from_u32(index as u32), id: &id });
    }
    expected.check(Rows::ids_of(I::SIDE), &digests)?;
    Ok(ids)
}

/// Reads all ids of both kinds, and checks their digests against `expected`.
pub(crate) async fn all_of_both(
    connection: &mut Connection,
    expected: &RowDigests,
) -> Result<AllIds, Fault> {
    Ok(AllIds { users: all(connection, expected).await?, items: all(connection, expected).await? })
}

/// Returns the index of an id.
pub(crate) async fn find<I: StoredIdx>(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<I>, Fault> {
    let find = sqlx::query_scalar(statements::<I>().find).bind(id);
    Ok(find.fetch_optional(connection).await?.map(I::from_u32))
}

/// Returns the ids of some indices, in the given order.
pub(crate) async fn names<I: StoredIdx>(
    connection: &mut Connection,
    indices: &[I],
) -> Result<Vec<String>, Failure<LookupError>> {
    let names = sqlx::query_scalar(statements::<I>().names).bind(json_of(indices));
    Ok(each_found(indices, names.fetch_all(connection).await?)?)
}

/// Returns the number of users or items.
pub(crate) async fn len<I: StoredIdx>(connection: &mut Connection) -> Result<usize, Fault> {
    let next = sqlx::query_scalar(statements::<I>().next).fetch_one(connection).await?;
    Ok(count(next) as usize)
}

/// Returns the numbers of users and items.
pub(crate) async fn counts(connection: &mut Connection) -> Result<Counts, Fault> {
    let count = "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM items)";
    let (users, items): (i64, i64) = sqlx::query_as(count).fetch_one(connection).await?;
    Ok(Counts { users: users as usize, items: items as usize })
}

/// Inserts a new id and returns its index; the inner error is returned if there are too many.
pub(crate) async fn insert<I: StoredIdx>(
    connection: &mut Connection,
    id: &str,
) -> Result<Result<I, IdError>, Fault> {
    let next = len::<I>(connection).await?;
    let next = u32::try_from(next).ok().filter(|&next| next < u32::MAX);
    let Some(next) = next else { return Ok(Err(IdError::TooMany { what: I::WHAT })) };
    sqlx::query(statements::<I>().insert).bind(next).bind(id).execute(connection).await?;
    Ok(Ok(I::from_u32(next)))
}

/// Changes the id of a user.
pub(crate) async fn rename_user(
    connection: &mut Connection,
    user: UserIdx,
    id: &str,
) -> Result<(), Fault> {
    let rename = sqlx::query("UPDATE users SET id = ? WHERE idx = ?").bind(id).bind(user.0);
    rename.execute(connection).await?;
    Ok(())
}

/// Formats the indices as a JSON array for `json_each`.
pub(super) fn json_of<I: DenseIdx>(indices: &[I]) -> String {
    let numbers: Vec<String> = indices.iter().map(|index| index.get().to_string()).collect();
    format!("[{}]", numbers.join(","))
}

/// Returns the value found for each index; the error names the first index without one.
pub(super) fn each_found<I: StoredIdx, T>(
    indices: &[I],
    found: impl IntoIterator<Item = Option<T>>,
) -> Result<Vec<T>, LookupError> {
    let unknown = |index: I| LookupError::UnknownIndex { what: I::ONE, index: index.get() };
    let each = indices.iter().zip(found);
    each.map(|(&index, found)| found.ok_or_else(|| unknown(index))).collect()
}
