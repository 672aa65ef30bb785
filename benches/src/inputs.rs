//! Synthetic ratings, and models fitted to them.

use anyhow::Context;
use likemind::matrix::{Offsets, Values};
use likemind::{
    AllPairs, ItemIdx, ModelOptions, NeighbourIndex, NeighbourModel, PredictionOptions,
    RatingMatrix, RowIdx, Side, Unobserved,
};
use likemind_data::{Dataset, Shape, generate};
use likemind_store::{ImportBatch, ScaleChoice};
use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;

/// The random seed of all benches.
pub const SEED: u64 = 1;

/// Both sides, in the order of the benches.
pub const SIDES: [Side; 2] = [Side::Users, Side::Items];

/// Generates the rating matrix of the shape of MovieLens 1M.
///
/// # Errors
/// If the ratings are not a valid matrix, which would be a bug of the generator.
pub fn ml_1m() -> anyhow::Result<Arc<RatingMatrix>> {
    let shape = Shape::named("ml-1m", 1.0, SEED).context("a known shape")?;
    Ok(Arc::new(matrix(&shape)?))
}

/// Generates the rating matrix of a shape. It equals the one read from [`csv`], but is built without
/// an intermediate table, so 25 million ratings take 250 MB while it is built.
///
/// # Errors
/// If the ratings are not a valid matrix, which would be a bug of the generator.
pub fn matrix(shape: &Shape) -> anyhow::Result<RatingMatrix> {
    let scale = shape.scale();
    let mut items = FirstSeen::new(shape.items);
    let (mut offsets, mut columns) = (Offsets::default(), Vec::with_capacity(shape.ratings));
    let mut levels = Vec::with_capacity(shape.ratings);
    let mut row: Vec<(u32, u8)> = Vec::new();
    let mut finish_row = |row: &mut Vec<(u32, u8)>| {
        row.sort_unstable();
        offsets.push(row.len());
        columns.extend(row.iter().map(|&(item, _)| item));
        levels.extend(row.drain(..).map(|(_, level)| level));
    };
    let mut user = 1;
    generate(shape, |rating| {
        if rating.user != user {
            finish_row(&mut row);
            user = rating.user;
        }
        let level = scale.level_of(rating.rating).context("a rating off the scale")?;
        row.push((items.index_of(rating.item), u8::try_from(level)?));
        anyhow::Ok(())
    })?;
    finish_row(&mut row);
    Ok(RatingMatrix::from_rows(scale, items.seen, &offsets, columns, Values::Levels(levels))?)
}

/// Assigns dense indices to small numeric ids, in order of first appearance.
struct FirstSeen {
    indices: Vec<Option<u32>>,
    seen: usize,
}

impl FirstSeen {
    fn new(largest: usize) -> Self {
        Self { indices: vec![None; largest + 1], seen: 0 }
    }

    fn index_of(&mut self, id: u32) -> u32 {
        let seen = &mut self.seen;
        *self.indices[id as usize].get_or_insert_with(|| {
            *seen += 1;
            *seen as u32 - 1
        })
    }
}

/// Generates the ratings of a shape as CSV with a header.
pub fn csv(shape: &Shape) -> String {
    let mut text = String::from("userId,movieId,rating,timestamp\n");
    let written = generate(shape, |row| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{},{},{},{}", row.user, row.item, row.rating, row.timestamp);
        Ok::<(), Infallible>(())
    });
    let Ok(()) = written;
    text
}

/// An import of a complete data set.
pub fn batch(read: &Dataset) -> ImportBatch<'_> {
    ImportBatch::new(&read.ratings, read.scale)
        .with_catalogue(&read.catalogue)
        .with_scale_choice(ScaleChoice::Found)
}

/// Computes the neighbours of a side with the default parameters.
///
/// # Errors
/// Never in practice: the defaults are valid, and the computation is not cancelled.
pub fn neighbours(matrix: &RatingMatrix, side: Side) -> anyhow::Result<NeighbourIndex> {
    Ok(AllPairs::new(matrix, ModelOptions::new(side).check()?).run(&Unobserved)?)
}

/// Fits the model of a side with the default parameters.
///
/// # Errors
/// Never in practice: the defaults are valid.
pub fn model(matrix: &Arc<RatingMatrix>, side: Side) -> anyhow::Result<NeighbourModel> {
    let parameters = ModelOptions::new(side).check()?;
    Ok(NeighbourModel::fit(Arc::clone(matrix), parameters, PredictionOptions::default())?)
}

/// The size of a matrix as part of a bench id: users × items × ratings.
pub fn size(matrix: &RatingMatrix) -> String {
    format!("{}x{}x{}", matrix.users(), matrix.items(), matrix.ratings())
}

/// The rows of a side, longest first; rows of equal length are ordered by index.
pub fn longest_first(matrix: &RatingMatrix, side: Side) -> Vec<RowIdx> {
    let rows = matrix.rows(side);
    let mut order: Vec<RowIdx> = rows.indices().collect();
    order.sort_by_key(|&row| std::cmp::Reverse(rows.row_len(row)));
    order
}

/// The most popular item that `user` has not rated; `None` if they have rated all.
pub fn most_popular_unrated(matrix: &RatingMatrix, user: likemind::UserIdx) -> Option<ItemIdx> {
    let by_popularity = longest_first(matrix, Side::Items).into_iter().map(RowIdx::item);
    by_popularity.into_iter().find(|&item| matrix.rating(user, item).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    use likemind_data::{ReadOptions, read_from};

    fn small() -> Shape {
        Shape::named("ml-100k", 0.1, SEED).unwrap()
    }

    #[test]
    fn matrix_equals_that_of_the_csv() {
        let options = ReadOptions::default().with_scale(small().scale());
        let read = read_from(csv(&small()).as_bytes(), "generated.csv", &options).unwrap();
        assert_eq!(read.duplicates, 0);
        let from_table = RatingMatrix::from_table(&read.ratings, read.scale).unwrap();
        assert_eq!(matrix(&small()).unwrap(), from_table);
    }

    #[test]
    fn rows_are_ordered_by_length() {
        let matrix = matrix(&small()).unwrap();
        for side in SIDES {
            let rows = matrix.rows(side);
            let order = longest_first(&matrix, side);
            assert_eq!(order.len(), rows.len());
            let lengths = order.iter().map(|&row| rows.row_len(row));
            assert!(lengths.rev().is_sorted());
        }
    }

    #[test]
    fn the_most_popular_unrated_item_is_unrated() {
        let matrix = matrix(&small()).unwrap();
        let user = longest_first(&matrix, Side::Users)[0].user();
        let item = most_popular_unrated(&matrix, user).unwrap();
        assert_eq!(matrix.rating(user, item), None);
    }
}
