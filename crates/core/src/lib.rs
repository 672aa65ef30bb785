//! Exact neighbourhood recommendations: the people who rate as you do, and what they liked.
//!
//! From the ratings that users gave to items this crate computes the **Pearson correlation similarity
//! (PCS)** of all pairs of users, or of all pairs of items, over what both have rated:
//!
//! (nΣxy − ΣxΣy) / √((nΣx² − (Σx)²)(nΣy² − (Σy)²)),
//!
//! keeps the k nearest neighbours of every row, and from them predicts ratings and recommends items
//! with reasons. It does no I/O and prints nothing; work runs in the rayon pool in which it is called.
//!
//! ```
//! use likemind::{
//!     AllPairs, ModelOptions, Neighbourhood, NeighbourhoodPredictor, NeighbourhoodRanker,
//!     PredictionOptions, Predictor, Profile, Ranker, RatingMatrix, RatingScale, RatingTable, Side,
//!     Unobserved,
//! };
//!
//! let mut table = RatingTable::new();
//! for (user, item, rating) in [
//!     ("ada", "Alien", 5.0), ("ada", "Heat", 4.0), ("ada", "Amélie", 1.5),
//!     ("bob", "Alien", 4.5), ("bob", "Heat", 4.0), ("bob", "Amélie", 2.0), ("bob", "Ran", 5.0),
//!     ("cleo", "Alien", 1.0), ("cleo", "Heat", 2.0), ("cleo", "Amélie", 5.0), ("cleo", "Big", 4.5),
//! ] {
//!     table.push(user, item, rating, None)?;
//! }
//! let matrix = RatingMatrix::from_table(&table, RatingScale::HALF_STARS)?;
//!
//! // The nearest neighbours of every user.
//! let parameters = ModelOptions::new(Side::Users).check()?;
//! let index = AllPairs::new(&matrix, parameters).run(&Unobserved)?;
//! let (ada, bob) = (table.users().get("ada").unwrap(), table.users().get("bob").unwrap());
//! assert_eq!(index.of(ada).len(), 1); // bob; cleo's taste is the opposite
//!
//! // What to see next, and why.
//! let person = Profile::of_user(&matrix, ada);
//! let best = &NeighbourhoodRanker::new(&matrix, &index).rank(&person, 10, &|_| true)[0];
//! assert_eq!(table.items().name(best.item), Some("Ran"));
//! let reason = best.terms[0];
//! assert_eq!((reason.neighbour.user(), reason.rating, reason.overlap), (bob, 5.0, 3));
//!
//! // The rating to expect.
//! let stored = Neighbourhood::Stored(&index);
//! let predictor = NeighbourhoodPredictor::new(&matrix, stored, PredictionOptions::default())?;
//! let prediction = predictor.predict(&person, best.item);
//! assert_eq!(prediction.terms.len(), 1);
//! assert!(prediction.rating > matrix.mean());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The way of the data
//!
//! [`RatingTable`] (ratings under outside ids) → [`RatingMatrix`] (by user and by item, on a
//! [`RatingScale`]) → [`AllPairs`], a plan of [`Tile`]s → [`NeighbourIndex`] → a [`Ranker`] and a
//! [`Predictor`], which a [`Recommender`] joins. [`Live`] keeps neighbours exact as ratings arrive. [`Similarities`] answers for single pairs and rows.
//! [`Facts`] says what a person's ratings tell of the person.
//! Outside ids are text; inside, [`UserIdx`] and [`ItemIdx`] count them by first appearance ([`Ids`]).
//!
//! # What holds
//!
//! - On a scale with levels the sums of a pair are integers ([`CoRatedSums`]), so that they are the
//!   same in any order; real values are summed in a fixed order. A similarity is never NaN; one that
//!   is undefined is `None`.
//! - A model's bits depend on the ratings, the order of first appearance, and the parameters: not on
//!   the number of threads, nor on the order of the tiles ([`NeighbourIndex::digest`]).
//! - Neighbours are ordered by similarity, then larger overlap, then first appearance
//!   ([`Neighbour::rank_order`]).
//! - base + contributions = score, for every prediction and every recommendation.
//!
//! What is compared and how is in [`Measure`] and [`Weighting`]; a [`Dialect`] takes over another
//! library's conventions.
//!
//! # Features
//!
//! `ndarray` (default): [`Similarities::to_matrix`], all similarities of a small set as a matrix.

mod all_pairs;
mod baseline;
mod catalogue;
mod csr;
mod dialect;
mod evaluate;
mod facts;
mod histogram;
mod ids;
mod live;
mod matrix;
mod measure;
mod neighbours;
mod parameters;
mod predict;
mod profile;
mod reach;
mod recommend;
mod scale;
mod side;
mod similarity;
mod sums;
mod table;
mod weighting;

pub use all_pairs::{
    AllPairs, Cancelled, Checkpoint, CheckpointError, Incomplete, Kernel, KernelError, MergeError,
    MergedTiles, Observer, PartialNeighbours, Progress, Tile, Unobserved, Work,
};
pub use baseline::{Baseline, BaselineOptions};
pub use catalogue::{Catalogue, InfoTooLong, ItemInfo, MAX_TEXT_BYTES};
pub use csr::Offsets;
pub use dialect::Dialect;
pub use evaluate::{Evaluation, RankingQuality, RatingAccuracy, TestRating};
pub use facts::{DecadeFact, Facts, GenreFact, MostDifferent};
pub use histogram::{RatingCount, histogram};
pub use ids::{DenseIdx, IdError, Ids, ItemIdx, MAX_ID_BYTES, RowIdx, UnknownIndex, UserIdx};
pub use live::{Live, LiveError, LiveIndex};
pub use matrix::{MAX_ROW_LENGTH, MatrixError, RatingMatrix, Row, Rows, Values};
pub use measure::Measure;
pub use neighbours::{Neighbour, NeighbourIndex, NeighbourIndexError, Neighbours};
pub use parameters::{
    ModelOptions, ModelParameters, ParameterError, SimilarityOptions, SimilarityParameters,
};
pub use predict::{
    BaselinePredictor, Centre, Centring, Fallback, MeanOf, MeanPredictor, Neighbourhood,
    NeighbourhoodPredictor, Prediction, PredictionOptions, Predictor, ReadingOrder, Source, Term,
    Ties,
};
pub use profile::{Profile, ProfileError};
pub use reach::{Obstacle, Reach};
pub use recommend::{
    NeighbourhoodRanker, PopularityRanker, Ranked, Ranker, Recommendation, Recommender,
};
pub use scale::{MAX_LEVELS, RatingScale, ScaleError};
pub use side::{Side, UnknownSide};
pub use similarity::{PairSimilarity, Similarities};
pub use sums::{CoRatedSums, levels_of};
pub use table::{Rating, RatingTable};
pub use weighting::Weighting;
