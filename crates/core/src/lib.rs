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
//! use likemind::Recommender;
//!
//! let ratings = [
//!     ("ada", "Alien", 5.0), ("ada", "Heat", 4.0), ("ada", "Amélie", 1.5),
//!     ("bob", "Alien", 4.5), ("bob", "Heat", 4.0), ("bob", "Amélie", 2.0), ("bob", "Ran", 5.0),
//!     ("cleo", "Alien", 1.0), ("cleo", "Heat", 2.0), ("cleo", "Amélie", 5.0), ("cleo", "Big", 4.5),
//! ];
//! let recommender = Recommender::fit(ratings)?;
//!
//! // What to see next, and why.
//! let best = &recommender.recommend("ada", 10)?[0];
//! assert_eq!(*best.item, "Ran");
//! let reason = &best.reasons[0];
//! assert_eq!((reason.neighbour.to_string(), reason.rating, reason.overlap), ("bob".into(), 5.0, 3));
//!
//! // The rating to expect, and who is alike.
//! assert!(recommender.predict("ada", "Ran")?.rating > 4.0);
//! assert_eq!(recommender.similar_users("ada", 5)?.len(), 1); // bob; cleo's taste is the opposite
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it is made of
//!
//! [`Recommender`] is the whole under outside ids. Its parts:
//!
//! [`RatingTable`] (ratings under outside ids) → [`RatingMatrix`] (by user and by item, on a
//! [`RatingScale`]) → [`AllPairs`], a plan of [`Tile`]s → [`NeighbourIndex`] → [`NeighbourModel`], which
//! opens a [`Session`] for a person's [`Profile`]: predictions and a ranking, with their reasons.
//!
//! [`Live`] keeps neighbours exact as ratings arrive; a [`NeighbourView`] answers by them.
//! [`Similarities`] answers for single pairs and rows. [`Evaluation`] measures a [`Model`] on ratings
//! that were held out. [`Facts`] says what a person's ratings tell of the person.
//! In a table outside ids are text; inside, [`UserIdx`] and [`ItemIdx`] count them by first appearance
//! ([`Ids`]).
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
mod model;
mod neighbours;
mod parameters;
mod predict;
mod profile;
mod rank;
mod reach;
mod recommender;
mod scale;
mod setters;
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
pub use model::{
    BaselineModel, MeanModel, MeanOf, Model, ModelError, NeighbourModel, NeighbourView, Session,
    SessionError,
};
pub use neighbours::{Neighbour, NeighbourIndex, NeighbourIndexError, Neighbours};
pub use parameters::{
    ModelOptions, ModelParameters, ParameterError, SimilarityOptions, SimilarityParameters,
};
pub use predict::{
    Centre, Centring, Fallback, Prediction, PredictionOptions, ReadingOrder, Source, Term, Ties,
};
pub use profile::{Profile, ProfileError};
pub use rank::{Ranked, Recommendation, TopN};
pub use reach::{Obstacle, Reach};
pub use recommender::{
    AskError, FitError, Reason, Recommended, Recommender, RecommenderOptions, RowId, Similar,
};
pub use scale::{MAX_LEVELS, RatingScale, ScaleError};
pub use side::{Side, UnknownSide};
pub use similarity::{PairSimilarity, Similarities};
pub use sums::{CoRatedSums, levels_of};
pub use table::{Rating, RatingTable};
pub use weighting::Weighting;
