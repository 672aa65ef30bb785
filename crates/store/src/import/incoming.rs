//! The ratings of an import, in the order of the database.

use crate::error::{ImportError, OffScale};
use likemind::{DenseIdx, ItemIdx, Rating, RatingScale, RatingTable, UserIdx};

/// The ratings of an import by the indices of the database, ascending by user and item. All are on
/// the scale, and no pair occurs twice.
pub(crate) struct Incoming<'a> {
    table: &'a RatingTable,
    /// User and item combined into one number, and the row in the table.
    order: Vec<(u64, usize)>,
}

impl<'a> Incoming<'a> {
    /// Sorts the table. `users` and `items` map the indices of the table to those of the database.
    pub(crate) fn new(
        table: &'a RatingTable,
        users: &[UserIdx],
        items: &[ItemIdx],
        scale: &RatingScale,
    ) -> Result<Self, ImportError> {
        let mut order = Vec::with_capacity(table.len());
        for (row, rating) in table.iter().enumerate() {
            if !scale.contains(rating.rating) {
                return Err(off_scale(table, &rating, *scale).into());
            }
            let (user, item) = (users[rating.user.at()], items[rating.item.at()]);
            order.push((u64::from(user.0) << 32 | u64::from(item.0), row));
        }
        order.sort_unstable();
        if let Some(pair) = order.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let [user, item] = names(table, &table.row(pair[1].1));
            return Err(ImportError::Duplicate { user, item });
        }
        Ok(Self { table, order })
    }

    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = Rating> + Send + '_ {
        self.order.iter().map(|&(pair, row)| {
            // The two halves that `new` combined.
            let (user, item) = (UserIdx((pair >> 32) as u32), ItemIdx(pair as u32));
            Rating { user, item, ..self.table.row(row) }
        })
    }
}

fn off_scale(table: &RatingTable, rating: &Rating, scale: RatingScale) -> OffScale {
    let [user, item] = names(table, rating);
    OffScale { scale, rating: rating.rating, user, item }
}

fn names(table: &RatingTable, rating: &Rating) -> [String; 2] {
    let (user, item) = (table.users().name(rating.user), table.items().name(rating.item));
    [user, item].map(|name| name.unwrap_or_default().to_owned())
}
