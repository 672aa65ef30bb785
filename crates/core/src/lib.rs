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
//! [`RatingScale`]) → [`AllPairs`], a plan of [tiles](all_pairs::Tile) → [`NeighbourIndex`] →
//! [`NeighbourModel`], which opens a [`Session`] for a person's [`Profile`]: predictions and a ranking,
//! with their reasons. Each part has a module of its own for what few need; errors are there.
//!
//! [`Live`] keeps neighbours exact as ratings arrive; a [`NeighbourView`] answers by them.
//! [`Similarities`] answers for single pairs and rows. [`Evaluation`] measures a [`Model`] on ratings
//! that were held out. [`Facts`] says what a person's ratings tell of the person.
//! In a table outside ids are text; inside, [`UserIdx`] and [`ItemIdx`] count them by first appearance
//! ([`Ids`]).
//!
//! # What holds
//!
//! - On a scale with levels the sums of a pair are integers ([`sums::CoRatedSums`]), so that they are the
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

pub mod all_pairs;
mod baseline;
pub mod catalogue;
mod csr;
mod dialect;
pub mod evaluate;
pub mod facts;
mod histogram;
pub mod ids;
pub mod live;
pub mod matrix;
mod measure;
pub mod model;
pub mod neighbours;
mod parameters;
pub mod predict;
pub mod profile;
mod rank;
pub mod reach;
pub mod recommender;
pub mod scale;
mod setters;
pub mod side;
mod similarity;
pub mod sums;
mod table;
mod weighting;

pub use all_pairs::{AllPairs, Observer, Progress, Unobserved};
pub use baseline::{Baseline, BaselineOptions};
pub use catalogue::{Catalogue, ItemInfo};
pub use dialect::Dialect;
pub use evaluate::{Evaluation, TestRating};
pub use facts::Facts;
pub use ids::{DenseIdx, Ids, ItemIdx, RowIdx, UserIdx};
pub use live::Live;
pub use matrix::RatingMatrix;
pub use measure::Measure;
pub use model::{BaselineModel, MeanModel, MeanOf, Model, NeighbourModel, NeighbourView, Session};
pub use neighbours::{Neighbour, NeighbourIndex, Neighbours};
pub use parameters::{
    ModelOptions, ModelParameters, ParameterError, SimilarityOptions, SimilarityParameters,
};
pub use predict::{Centre, Centring, Fallback, Prediction, PredictionOptions, Source, Term};
pub use profile::Profile;
pub use rank::{Ranked, Recommendation, TopN};
pub use reach::Reach;
pub use recommender::{Recommender, RecommenderOptions};
pub use scale::RatingScale;
pub use side::Side;
pub use similarity::{PairSimilarity, Similarities};
pub use table::{Rating, RatingTable};
pub use weighting::Weighting;
