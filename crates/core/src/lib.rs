//! core

mod all_pairs;
mod baseline;
mod catalogue;
mod dialect;
mod evaluate;
mod ids;
mod matrix;
mod measure;
mod neighbours;
mod parameters;
mod predict;
mod profile;
mod recommend;
mod scale;
mod side;
mod similarity;
mod sums;
mod table;
mod weighting;

pub use all_pairs::{AllPairs, Cancelled, Observer, PartialNeighbours, Progress, Tile, Unobserved};
pub use baseline::{Baseline, BaselineOptions};
pub use catalogue::{Catalogue, ItemInfo};
pub use dialect::Dialect;
pub use evaluate::{RankingQuality, RatingAccuracy, TestRating, ranking_quality, rating_accuracy};
pub use ids::{DenseIdx, IdError, Ids, ItemIdx, UserIdx};
pub use matrix::{MAX_ROW_LENGTH, MatrixError, RatingMatrix, Row, Rows, Values};
pub use measure::Measure;
pub use neighbours::{Neighbour, NeighbourIndex, NeighbourIndexError};
pub use parameters::{
    ModelOptions, ModelParameters, ParameterError, SimilarityOptions, SimilarityParameters,
};
pub use predict::{
    BaselinePredictor, Centre, Fallback, MeanOf, MeanPredictor, Neighbourhood,
    NeighbourhoodPredictor, Prediction, PredictionOptions, Predictor, ReadingOrder, Source, Term,
};
pub use profile::{Profile, ProfileError};
pub use recommend::{
    NeighbourhoodRanker, PopularityRanker, Ranked, Ranker, Recommendation, Recommender,
};
pub use scale::{MAX_LEVELS, RatingScale, ScaleError};
pub use side::{Side, UnknownSide};
pub use similarity::{PairSimilarity, RowSimilarity, Similarities};
pub use sums::{CoRatedSums, levels_of};
pub use table::{Rating, RatingTable};
pub use weighting::Weighting;
