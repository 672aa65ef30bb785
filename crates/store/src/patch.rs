//! A matrix with some ratings changed.

use crate::changes::SingleChange;
use crate::error::Fault;
use crate::rows::RowsBuilder;
use likemind::{DenseIdx, RatingMatrix, Side, UserIdx};

/// `matrix` after `changes`, which are in their order. It has a row for every user and item of
/// either. Takes time in proportion to all ratings.
pub(crate) fn patched(
    matrix: &RatingMatrix,
    mut changes: Vec<SingleChange>,
) -> Result<RatingMatrix, Fault> {
    let most = |known: usize, index: u32| known.max(index as usize + 1);
    let users = changes.iter().fold(matrix.users(), |known, change| most(known, change.user.0));
    let items = changes.iter().fold(matrix.items(), |known, change| most(known, change.item.0));
    changes.sort_by_key(|change| (change.user, change.item));
    let size = matrix.ratings() + changes.len();
    let mut rows = RowsBuilder::new(*matrix.scale(), users, size);
    let mut by_user = changes.chunk_by(|a, b| a.user == b.user).peekable();
    for user in (0..users as u32).map(UserIdx) {
        match by_user.next_if(|changes| changes.first().is_some_and(|first| first.user == user)) {
            Some(changes) => patch_row(&mut rows, matrix, user, changes)?,
            None => rows.copy(matrix.rows(Side::Users), user.at()),
        }
        rows.complete(user.at() + 1);
    }
    Ok(rows.finish(items)?)
}

/// Adds the ratings of `user` after `changes`, which are by item, each item's last one last.
fn patch_row(
    rows: &mut RowsBuilder,
    matrix: &RatingMatrix,
    user: UserIdx,
    changes: &[SingleChange],
) -> Result<(), Fault> {
    let mut push = |item: u32, rating: f64| {
        let off =
            || Fault::Damaged(format!("a change to {rating} off the scale {}", matrix.scale()));
        rows.push(item, rating).map(|_| ()).ok_or_else(off)
    };
    let mut old = matrix.of_user(user).peekable();
    for changes in changes.chunk_by(|a, b| a.item == b.item) {
        let Some(last) = changes.last() else { continue };
        while let Some((item, rating)) = old.next_if(|&(item, _)| item < last.item) {
            push(item.0, rating)?;
        }
        old.next_if(|&(item, _)| item == last.item);
        if let Some(rating) = last.rating {
            push(last.item.0, rating)?;
        }
    }
    old.try_for_each(|(item, rating)| push(item.0, rating))
}

#[cfg(test)]
mod tests {
    use super::*;
    use likemind::{ItemIdx, RatingScale, RatingTable};

    fn matrix(rows: &[(&str, &str, f64)]) -> RatingMatrix {
        let mut table = RatingTable::new();
        for index in 0..4 {
            table.users.intern(&format!("u{index}")).unwrap();
            table.items.intern(&format!("i{index}")).unwrap();
        }
        rows.iter().for_each(|&(user, item, rating)| table.push(user, item, rating, None).unwrap());
        RatingMatrix::from_table(&table, RatingScale::HALF_STARS).unwrap()
    }

    #[test]
    fn the_last_change_of_a_pair_counts_and_other_rows_stay() {
        let before = matrix(&[("u0", "i1", 2.5), ("u1", "i0", 1.0), ("u1", "i2", 5.0)]);
        let steps = [
            (1, 2, Some(0.5)),
            (2, 3, Some(4.0)),
            (1, 1, Some(3.0)),
            (1, 2, None),
            (2, 3, Some(4.5)),
            (3, 0, None),
        ];
        let changes = (1..).zip(steps).map(|(sequence, (user, item, rating))| SingleChange {
            sequence,
            user: UserIdx(user),
            item: ItemIdx(item),
            rating,
        });
        let after =
            matrix(&[("u0", "i1", 2.5), ("u1", "i0", 1.0), ("u1", "i1", 3.0), ("u2", "i3", 4.5)]);
        assert_eq!(patched(&before, changes.collect()).unwrap(), after);
    }

    #[test]
    fn new_users_and_items_have_rows_and_what_is_off_the_scale_is_told() {
        let before = matrix(&[("u0", "i1", 2.5)]);
        let change = |rating| SingleChange {
            sequence: 1,
            user: UserIdx(5),
            item: ItemIdx(6),
            rating: Some(rating),
        };
        let after = patched(&before, vec![change(3.5)]).unwrap();
        assert_eq!((after.users(), after.items(), after.ratings()), (6, 7, 2));
        assert_eq!(after.rating(UserIdx(5), ItemIdx(6)), Some(3.5));
        let error = patched(&before, vec![change(3.25)]).unwrap_err();
        assert!(matches!(error, Fault::Damaged(found) if found.contains("3.25 off the scale")));
    }
}
