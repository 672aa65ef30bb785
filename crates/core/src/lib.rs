//! Exact neighbourhood-based collaborative filtering: find the users who rate as you do, and
//! recommend what they liked.
//!
//! Given the ratings of items by users, this crate computes the **Pearson correlation similarity
//! (PCS)** of all pairs of users, or of all pairs of items, over their co-rated columns:
//!
//! (nΣxy − ΣxΣy) / √((nΣx² − (Σx)²)(nΣy² − (Σy)²)).
//!
//! It keeps the k nearest neighbours of every row, and uses them to predict ratings and to
//! recommend items with reasons. It performs no I/O and prints nothing; computations run in the
//! rayon pool from which they are called.
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
//! // What to watch next, and why.
//! let best = &recommender.recommend("ada", 10)?[0];
//! assert_eq!(*best.item, "Ran");
//! let reason = &best.reasons[0];
//! assert_eq!((reason.neighbour.to_string(), reason.rating, reason.overlap), ("bob".into(), 5.0, 3));
//!
//! // The predicted rating, and similar users.
//! assert!(recommender.predict("ada", "Ran")?.rating > 4.0);
//! assert_eq!(recommender.similar_users("ada", 5)?.len(), 1); // bob; cleo's taste is the opposite
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Components
//!
//! [`Recommender`] is the high-level interface and accepts ids of any hashable type. It is built
//! from these parts:
//!
//! [`RatingTable`] (ratings under external ids) → [`RatingMatrix`] (by user and by item, on a
//! [`RatingScale`]) → [`AllPairs`], a plan of [tiles](all_pairs::Tile) → [`NeighbourIndex`] →
//! [`NeighbourModel`], which opens a [`Session`] for a person's [`Profile`]: predictions and a
//! ranking, with reasons. The public modules hold the error types and the less common items.
//!
//! Two other models use all ratings of a person at once, and are more accurate: [`KrigingModel`]
//! predicts ratings, with intervals, and [`RidgeModel`] ranks.
//!
//! [`Live`] keeps neighbours exact as ratings arrive, and a [`NeighbourView`] predicts and ranks
//! with them. [`Similarities`] computes single pairs and rows. [`Evaluation`] measures a [`Model`]
//! on held-out ratings. [`Facts`] describes a person by their ratings. The external ids of a table
//! are strings; internally, [`UserIdx`] and [`ItemIdx`] number them by first appearance ([`Ids`]).
//!
//! # Guarantees
//!
//! - On a scale with levels the sums of a pair are integers ([`sums::CoRatedSums`]) and do not
//!   depend on the order of summation; real values are summed in a fixed order. A similarity is
//!   never NaN; an undefined one is `None`.
//! - A model depends, bit for bit, only on the ratings, the order of first appearance and the
//!   parameters: not on the number of threads or the order of the tiles
//!   ([`NeighbourIndex::digest`]).
//! - Neighbours are ordered by similarity, then larger overlap, then first appearance
//!   ([`Neighbour::rank_order`]).
//! - base + contributions = score, for every prediction and every recommendation.
//!
//! [`Measure`] and [`Weighting`] define the similarity; a [`Dialect`] adopts the conventions of
//! another library.
//!
//! # Features
//!
//! - `ndarray` (default): [`Similarities::to_matrix`], all similarities of a small data set as a
//!   matrix.
//! - `openblas`: item kriging and ridge regression solve their systems of equations with the system's
//!   OpenBLAS instead of faer. Set `OPENBLAS_NUM_THREADS=1`, because people are already spread over threads.

pub mod all_pairs;
mod baseline;
pub mod catalogue;
mod csr;
mod dialect;
pub mod evaluate;
pub mod facts;
mod head;
mod held_out;
mod histogram;
pub mod ids;
pub mod kriging;
pub mod linear;
pub mod live;
pub mod matrix;
mod measure;
pub mod model;
pub mod neighbours;
mod opinion;
mod parameters;
pub mod predict;
pub mod profile;
mod rank;
pub mod reach;
pub mod recommender;
pub mod ridge;
pub mod scale;
mod setters;
pub mod side;
mod similarity;
mod span;
pub mod sums;
mod table;
mod top_k;
mod weighting;

pub use all_pairs::{AllPairs, Observer, Progress, Unobserved};
pub use baseline::{Baseline, BaselineOptions};
pub use catalogue::{Catalogue, ItemInfo};
pub use dialect::Dialect;
pub use evaluate::{Evaluation, TestRating};
pub use facts::Facts;
pub use ids::{DenseIdx, Ids, ItemIdx, RowIdx, UserIdx};
pub use kriging::{ItemKriging, KrigingModel, KrigingOptions, KrigingView};
pub use live::Live;
pub use matrix::RatingMatrix;
pub use measure::Measure;
pub use model::{BaselineModel, MeanModel, MeanOf, Model, NeighbourModel, NeighbourView, Session};
pub use neighbours::{
    Neighbour, NeighbourIndex, NeighbourIndexBuilder, NeighbourIndexError, Neighbours,
};
pub use opinion::Opinion;
pub use parameters::{
    ModelOptions, ModelParameters, ParameterError, SimilarityOptions, SimilarityParameters,
};
pub use predict::{Centre, Centring, Fallback, Prediction, PredictionOptions, Source, Term};
pub use profile::Profile;
pub use rank::{Ranked, Recommendation, TopN};
pub use reach::Reach;
pub use recommender::{Recommender, RecommenderOptions};
pub use ridge::{ItemRidge, RidgeModel, RidgeOptions, RidgeView};
pub use scale::RatingScale;
pub use side::Side;
pub use similarity::{PairSimilarity, Similarities};
pub use table::{Rating, RatingTable};
pub use weighting::Weighting;
