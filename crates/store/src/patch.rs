//! Applying single changes in memory.

use crate::changes::SingleChange;
use crate::fault::Fault;
use likemind::matrix::MatrixError;
use likemind::{DenseIdx, Live, RatingMatrix};

/// Returns `matrix` after `changes`, which must be in order. The result has a row for every user
/// and item of either. The time is proportional to the number of rows that change.
pub(crate) fn patched(
    matrix: RatingMatrix,
    changes: &[SingleChange],
) -> Result<RatingMatrix, Fault> {
    let mut live = Live::new(matrix);
    let applied = changes.iter().try_for_each(|change| change.apply_to(&mut live));
    applied
        .map_err(|error| Fault::Damaged(format!("a change that cannot be applied ({error})")))?;
    Ok(live.into_matrix())
}

impl SingleChange {
    /// Applies the change in memory. Missing users and items up to those of the change are added.
    /// Neighbour lists of `live` stay exact.
    ///
    /// # Errors
    /// As for [`Live::set`], if the change does not fit these ratings. They are then unchanged,
    /// except that users and items may have been added.
    pub fn apply_to(&self, live: &mut Live) -> Result<(), MatrixError> {
        while live.matrix().users() <= self.user.at() {
            live.add_user();
        }
        while live.matrix().items() <= self.item.at() {
            live.add_item();
        }
        match self.rating {
            Some(rating) => live.set(self.user, self.item, rating)?,
            None => live.remove(self.user, self.item),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use likemind::{ItemIdx, RatingScale, RatingTable, UserIdx};

    fn matrix(rows: &[(&str, &str, f64)]) -> RatingMatrix {
        let mut table = RatingTable::new();
        for index in 0..4 {
            table.add_user(&format!("u{index}")).unwrap();
            table.add_item(&format!("i{index}")).unwrap();
        }
        rows.iter().for_each(|&(user, item, rating)| table.push(user, item, rating, None).unwrap());
        RatingMatrix::from_table(&table, RatingScale::HALF_STARS).unwrap()
    }

    #[test]
    fn the_last_change_of_a_pair_wins_and_other_rows_stay() {
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
        assert_eq!(patched(before, &changes.collect::<Vec<_>>()).unwrap(), after);
    }

    #[test]
    fn adds_new_users_and_items_and_rejects_ratings_off_the_scale() {
        let before = matrix(&[("u0", "i1", 2.5)]);
        let change = |rating| SingleChange {
            sequence: 1,
            user: UserIdx(5),
            item: ItemIdx(6),
            rating: Some(rating),
        };
        let after = patched(before.clone(), &[change(3.5)]).unwrap();
        assert_eq!((after.users(), after.items(), after.ratings()), (6, 7, 2));
        assert_eq!(after.rating(UserIdx(5), ItemIdx(6)), Some(3.5));
        let error = patched(before, &[change(3.25)]).unwrap_err();
        assert!(matches!(error, Fault::Damaged(found) if found.contains("3.25")));
    }
}
