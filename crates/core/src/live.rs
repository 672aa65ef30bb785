//! Neighbour lists that stay exact as ratings change.

mod catch_up;
mod change;
mod column;
mod error;
mod index;
mod list;
mod lists;
mod pairs;

pub use error::LiveError;
pub use index::LiveIndex;
pub use lists::LiveLists;

use crate::ids::{ItemIdx, RowIdx, UserIdx};
use crate::matrix::{MatrixError, RatingMatrix};
use crate::neighbours::NeighbourIndex;
use crate::parameters::ModelParameters;
use crate::side::Side;
use change::RatingChange;

/// The number of changed pairs from which both sides are updated at the same time. Waking a thread
/// takes as long as a few hundred.
const PAIRS_FOR_TWO_THREADS: usize = 500;

/// A rating matrix with the neighbours of one or both sides, which stay exact as ratings change.
///
/// After any sequence of changes the lists equal those that [`AllPairs`](crate::AllPairs) computes
/// from the current ratings, bit for bit. A rating changes only the pairs of its user with the
/// other raters of its item, and the pairs of its item with the other items its user rated. For
/// measures that read a row's length, norm or mean (Jaccard, binary and centred cosine; PCS on a
/// scale without levels) it changes all pairs of its user and of its item. These pairs are
/// recomputed, and the lists updated.
///
/// The cost of a change is that of these pairs, regardless of the number of rows. Measures that sum
/// real values (centred cosine, and every summing measure on a scale without levels) additionally
/// need one pass over all ratings.
///
/// ```
/// use likemind::{
///     AllPairs, ItemIdx, Live, ModelOptions, RatingMatrix, RatingScale, RatingTable, Side,
///     Unobserved, UserIdx,
/// };
/// let mut table = RatingTable::new();
/// for (user, ratings) in [("ada", [1.0, 2.0, 3.0]), ("bob", [2.0, 4.0, 5.0])] {
///     for (item, rating) in ["x", "y", "z"].into_iter().zip(ratings) {
///         table.push(user, item, rating, None).unwrap();
///     }
/// }
/// let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
/// let parameters = ModelOptions::new(Side::Users).check().unwrap();
/// let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
///
/// let mut live = Live::new(matrix);
/// live.attach(parameters, index).unwrap();
/// let cleo = live.add_user();
/// for (item, rating) in [(0, 1.0), (1, 2.0), (2, 4.0)] {
///     live.set(cleo, ItemIdx(item), rating).unwrap();
/// }
/// assert_eq!(live.index(Side::Users).unwrap().list(cleo).len(), 2);
/// assert_eq!(live.take_changed(Side::Users).len(), 3);
/// ```
pub struct Live {
    matrix: RatingMatrix,
    users: Option<LiveIndex>,
    items: Option<LiveIndex>,
}

impl Live {
    /// Wraps a rating matrix, without neighbours yet.
    pub fn new(matrix: RatingMatrix) -> Self {
        Self { matrix, users: None, items: None }
    }

    /// The rating matrix.
    pub fn matrix(&self) -> &RatingMatrix {
        &self.matrix
    }

    /// Discards the neighbours and returns the rating matrix.
    pub fn into_matrix(self) -> RatingMatrix {
        self.matrix
    }

    /// The neighbours of a side; `None` if none are attached.
    pub fn index(&self, side: Side) -> Option<&LiveIndex> {
        match side {
            Side::Users => self.users.as_ref(),
            Side::Items => self.items.as_ref(),
        }
    }

    /// Attaches an index that was computed from exactly these ratings with `parameters` or with their
    /// [`with_spare`](ModelParameters::with_spare), and keeps it exact from now on. Replaces the
    /// side's previous index. With spare neighbours, changes are cheap from the start; otherwise a
    /// list is recomputed when it loses its first neighbour. Spare neighbours may have been dropped
    /// from some lists, all of those of a list or none. Of an index with another k, attach its
    /// [first k](NeighbourIndex::first) neighbours.
    ///
    /// # Errors
    /// Returns [`LiveError`] if the similarity is global, or the index does not match the ratings
    /// and parameters.
    pub fn attach(
        &mut self,
        parameters: ModelParameters,
        index: NeighbourIndex,
    ) -> Result<(), LiveError> {
        let (expected, found) = (self.matrix.rows(parameters.side()).len(), index.rows());
        if found != expected {
            return Err(LiveError::Rows { expected, found });
        }
        *self.slot(parameters.side()) = Some(LiveIndex::new(parameters, index, expected)?);
        Ok(())
    }

    /// Like [`attach`](Self::attach), but with an index that was computed from earlier ratings:
    /// `touched` lists all rows of its side whose ratings have changed since, in any order. Rows
    /// missing from the index count as touched. Runs in the current rayon pool and takes about as
    /// long as [`set`](Self::set) for each touched row.
    ///
    /// [`take_changed`](Self::take_changed) then returns the rows whose lists differ from the
    /// index.
    ///
    /// # Errors
    /// Returns [`LiveError`] if the similarity is global, a touched row is unknown, or the index
    /// does not match such ratings and parameters.
    pub fn attach_outdated(
        &mut self,
        parameters: ModelParameters,
        index: NeighbourIndex,
        touched: &[RowIdx],
    ) -> Result<(), LiveError> {
        self.put(self.updated_index(parameters, index, touched)?)
    }

    /// Computes the index that [`attach_outdated`](Self::attach_outdated) would attach, without
    /// blocking readers of the current neighbours. It must be [`put`](Self::put) before the ratings
    /// change again.
    ///
    /// # Errors
    /// Same as [`attach_outdated`](Self::attach_outdated).
    pub fn updated_index(
        &self,
        parameters: ModelParameters,
        index: NeighbourIndex,
        touched: &[RowIdx],
    ) -> Result<LiveIndex, LiveError> {
        let known = index.rows();
        let rows = self.matrix.rows(parameters.side()).len();
        let mut live = LiveIndex::new(parameters, index, rows)?;
        if known < rows || !touched.is_empty() {
            live.catch_up(&self.matrix, known, touched)?;
        }
        Ok(live)
    }

    /// Attaches neighbours that match exactly these ratings, and keeps them exact from now on.
    /// Replaces the side's previous index.
    ///
    /// # Errors
    /// Returns [`LiveError::Rows`] if the number of lists differs from the number of rows.
    pub fn put(&mut self, index: LiveIndex) -> Result<(), LiveError> {
        let side = index.side();
        let (expected, found) = (self.matrix.rows(side).len(), index.rows());
        if found != expected {
            return Err(LiveError::Rows { expected, found });
        }
        *self.slot(side) = Some(index);
        Ok(())
    }

    /// Detaches the neighbours of a side and returns them; `None` if none are attached.
    pub fn detach(&mut self, side: Side) -> Option<LiveIndex> {
        self.slot(side).take()
    }

    /// Sets the rating of `item` by `user`, and updates the neighbours. Returns the previous
    /// rating, `None` if there was none.
    ///
    /// # Errors
    /// Returns [`MatrixError`] like [`RatingMatrix::set`]. Nothing has changed then.
    pub fn set(
        &mut self,
        user: UserIdx,
        item: ItemIdx,
        rating: f64,
    ) -> Result<Option<f64>, MatrixError> {
        let previous = self.matrix.set(user, item, rating)?;
        let now = self.matrix.rating(user, item);
        if previous != now {
            self.update(&RatingChange { user, item, before: previous, now });
        }
        Ok(previous)
    }

    /// Removes the rating of `item` by `user`, and updates the neighbours. Returns the removed
    /// rating, `None` if there was none or either is unknown.
    pub fn remove(&mut self, user: UserIdx, item: ItemIdx) -> Option<f64> {
        let previous = self.matrix.remove(user, item)?;
        self.update(&RatingChange { user, item, before: Some(previous), now: None });
        Some(previous)
    }

    /// Adds a user without ratings, with the next index.
    ///
    /// # Panics
    /// Panics if all 2³² − 1 indices are in use.
    pub fn add_user(&mut self) -> UserIdx {
        self.users.iter_mut().for_each(LiveIndex::add_row);
        self.matrix.add_user()
    }

    /// Adds an item without ratings, with the next index.
    ///
    /// # Panics
    /// Panics if all 2³² − 1 indices are in use.
    pub fn add_item(&mut self) -> ItemIdx {
        self.items.iter_mut().for_each(LiveIndex::add_row);
        self.matrix.add_item()
    }

    /// Returns the rows of a side whose neighbours, including spare ones, have changed since the last
    /// call, ascending: those that have to be stored. An added row is included once it has
    /// neighbours. Empty if the side has no index.
    pub fn take_changed(&mut self, side: Side) -> Vec<RowIdx> {
        self.slot(side).as_mut().map_or(Vec::new(), LiveIndex::take_changed)
    }

    fn update(&mut self, change: &RatingChange) {
        let Self { matrix, users, items } = self;
        let (of_user, of_item) = change.by_side(matrix.scale());
        let mut update_users = || users.iter_mut().for_each(|index| index.update(matrix, &of_user));
        let mut update_items = || items.iter_mut().for_each(|index| index.update(matrix, &of_item));
        if change.pairs(matrix) < PAIRS_FOR_TWO_THREADS {
            update_users();
            update_items();
        } else {
            rayon::join(update_users, update_items);
        }
    }

    fn slot(&mut self, side: Side) -> &mut Option<LiveIndex> {
        match side {
            Side::Users => &mut self.users,
            Side::Items => &mut self.items,
        }
    }
}
