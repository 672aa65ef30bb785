//! Neighbours that stay exact as ratings arrive.

mod behind;
mod error;
mod index;
mod list;
mod pairs;

pub use error::LiveError;
pub use index::LiveIndex;

use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::{MatrixError, RatingMatrix};
use crate::neighbours::NeighbourIndex;
use crate::parameters::ModelParameters;
use crate::side::Side;

/// Ratings with the neighbours of either side, or of both, that stay exact as ratings change.
///
/// After any sequence of changes the lists are those that [`AllPairs`](crate::AllPairs) would make of
/// the ratings as they are, bit for bit. A rating changes only the pairs of its user with the others
/// who rated its item, and of its item with the others that its user rated; for measures that read
/// a row's length, norm or mean (Jaccard, binary and centred cosine; PCS on a scale without levels)
/// it changes all pairs of its user and of its item. These are computed anew, and the lists patched.
///
/// A change costs what these pairs cost, whatever the number of all rows; but measures that sum real
/// values (centred cosine, and every measure on a scale without levels that sums) also cost a walk
/// through all ratings.
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
/// assert_eq!(live.index(Side::Users).unwrap().of(cleo).len(), 2);
/// assert_eq!(live.take_changed(Side::Users).len(), 3);
/// ```
pub struct Live {
    matrix: RatingMatrix,
    users: Option<LiveIndex>,
    items: Option<LiveIndex>,
}

impl Live {
    /// The ratings, as yet without neighbours.
    pub fn new(matrix: RatingMatrix) -> Self {
        Self { matrix, users: None, items: None }
    }

    /// The ratings.
    pub fn matrix(&self) -> &RatingMatrix {
        &self.matrix
    }

    /// The ratings alone.
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

    /// Keeps an index exact from now on, which was made of exactly these ratings under `parameters`,
    /// in place of any that its side has. It may have been made with a larger k: if
    /// [with some to spare](ModelParameters::with_spare), changes are cheap from the start; if not,
    /// the first neighbour that a list loses costs its being computed anew.
    ///
    /// # Errors
    /// [`LiveError`] if the similarity is global, or the index cannot be of these ratings and
    /// parameters.
    pub fn attach(
        &mut self,
        parameters: ModelParameters,
        index: NeighbourIndex,
    ) -> Result<(), LiveError> {
        let (expected, found) = (self.matrix.rows(parameters.side()).len(), index.rows());
        if found != expected {
            return Err(LiveError::Rows { expected, found });
        }
        *self.place(parameters.side()) = Some(LiveIndex::new(parameters, index, expected)?);
        Ok(())
    }

    /// As [`attach`](Self::attach), with an index that was made of earlier ratings: `touched` are
    /// all rows of its side whose ratings differ since, in any order. Rows that the index does not
    /// have count as touched. Works in the present rayon pool, for about as long as
    /// [`set`](Self::set) takes for each touched row.
    ///
    /// [`take_changed`](Self::take_changed) then tells which lists are not those of the index.
    ///
    /// # Errors
    /// [`LiveError`] if the similarity is global, a touched row unknown, or the index cannot be of
    /// such ratings and parameters.
    pub fn attach_behind(
        &mut self,
        parameters: ModelParameters,
        index: NeighbourIndex,
        touched: &[RowIdx],
    ) -> Result<(), LiveError> {
        self.put(self.index_behind(parameters, index, touched)?)
    }

    /// What [`attach_behind`](Self::attach_behind) would attach, for who must not hold up readers of
    /// the present neighbours meanwhile: to be [`put`](Self::put) before the ratings change again.
    ///
    /// # Errors
    /// As [`attach_behind`](Self::attach_behind).
    pub fn index_behind(
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

    /// Keeps neighbours exact from now on that are those of exactly these ratings, in place of any that
    /// their side has.
    ///
    /// # Errors
    /// [`LiveError::Rows`] if there are more or fewer lists than rows.
    pub fn put(&mut self, index: LiveIndex) -> Result<(), LiveError> {
        let side = index.side();
        let (expected, found) = (self.matrix.rows(side).len(), index.rows());
        if found != expected {
            return Err(LiveError::Rows { expected, found });
        }
        *self.place(side) = Some(index);
        Ok(())
    }

    /// Keeps a side's neighbours no longer, and returns them; `None` if none are attached.
    pub fn detach(&mut self, side: Side) -> Option<LiveIndex> {
        self.place(side).take()
    }

    /// Sets what `user` gives to `item`, and brings the neighbours up to date; the former rating,
    /// `None` if there was none.
    ///
    /// # Errors
    /// [`MatrixError`] as of [`RatingMatrix::set`]. Then nothing has changed.
    pub fn set(
        &mut self,
        user: UserIdx,
        item: ItemIdx,
        rating: f64,
    ) -> Result<Option<f64>, MatrixError> {
        let former = self.matrix.set(user, item, rating)?;
        if former != self.matrix.rating(user, item) {
            self.update(user, item);
        }
        Ok(former)
    }

    /// Takes back what `user` gave to `item`, and brings the neighbours up to date; the former
    /// rating, `None` if there is none or either is unknown.
    pub fn remove(&mut self, user: UserIdx, item: ItemIdx) -> Option<f64> {
        let former = self.matrix.remove(user, item)?;
        self.update(user, item);
        Some(former)
    }

    /// A new user without ratings, after the last.
    ///
    /// # Panics
    /// If all 2³² − 1 indices are in use.
    pub fn add_user(&mut self) -> UserIdx {
        self.users.iter_mut().for_each(LiveIndex::add_row);
        self.matrix.add_user()
    }

    /// A new item without ratings, after the last.
    ///
    /// # Panics
    /// If all 2³² − 1 indices are in use.
    pub fn add_item(&mut self) -> ItemIdx {
        self.items.iter_mut().for_each(LiveIndex::add_row);
        self.matrix.add_item()
    }

    /// The rows of a side whose neighbours have changed since the last call, ascending: what is yet
    /// to be stored. Rows that were added are among them once they have neighbours; none if the side
    /// has no index.
    pub fn take_changed(&mut self, side: Side) -> Vec<RowIdx> {
        self.place(side).as_mut().map_or(Vec::new(), LiveIndex::take_changed)
    }

    fn update(&mut self, user: UserIdx, item: ItemIdx) {
        if let Some(users) = &mut self.users {
            users.update(&self.matrix, user.into(), item.get());
        }
        if let Some(items) = &mut self.items {
            items.update(&self.matrix, item.into(), user.get());
        }
    }

    fn place(&mut self, side: Side) -> &mut Option<LiveIndex> {
        match side {
            Side::Users => &mut self.users,
            Side::Items => &mut self.items,
        }
    }
}
