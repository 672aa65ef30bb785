//! A model that ranks by one model and predicts by another.

use super::{Model, Session, SessionError};
use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::predict::Prediction;
use crate::profile::Profile;
use crate::rank::{Ranked, TopN};

/// Ranks by one model and predicts by another: the model whose lists are best rarely predicts
/// ratings best. Both must answer from the same ratings.
///
/// ```
/// use likemind::model::PairedModel;
/// use likemind::{
///     KrigingModel, KrigingOptions, Model, Profile, RatingMatrix, RatingScale, RatingTable,
///     RidgeModel, RidgeOptions, TopN, UserIdx,
/// };
/// use std::sync::Arc;
/// let mut table = RatingTable::new();
/// for (user, item, rating) in [("ada", "Heat", 5.0), ("bob", "Heat", 3.0), ("bob", "Ran", 4.0)] {
///     table.push(user, item, rating, None)?;
/// }
/// let matrix = Arc::new(RatingMatrix::from_table(&table, RatingScale::FIVE_STARS)?);
/// let ridge = RidgeModel::fit(Arc::clone(&matrix), RidgeOptions::default())?;
/// let kriging = KrigingModel::fit(Arc::clone(&matrix), KrigingOptions::default())?;
/// let model = PairedModel::new(&ridge, &kriging);
/// let ada = Profile::from_user(&matrix, UserIdx(0));
/// let best = &model.session(&ada)?.recommend(TopN::new(1))[0];
/// assert_eq!(table.items().name(best.ranked.item), Some("Ran"));
/// assert!(best.prediction.interval.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct PairedModel<'a> {
    ranking: &'a dyn Model,
    predicting: &'a dyn Model,
}

impl<'a> PairedModel<'a> {
    /// Pairs two models.
    pub fn new(ranking: &'a dyn Model, predicting: &'a dyn Model) -> Self {
        Self { ranking, predicting }
    }
}

impl Model for PairedModel<'_> {
    fn matrix(&self) -> &RatingMatrix {
        self.ranking.matrix()
    }

    fn session<'a>(&'a self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError> {
        let (ranking, predicting) =
            (self.ranking.session(person)?, self.predicting.session(person)?);
        Ok(Box::new(PairedSession { ranking, predicting }))
    }

    fn predict_each(
        &self,
        queries: &[(UserIdx, ItemIdx)],
        take: &(dyn Fn(usize, Prediction) + Sync),
    ) -> Result<(), SessionError> {
        self.predicting.predict_each(queries, take)
    }
}

/// The sessions of both models.
struct PairedSession<'a> {
    ranking: Box<dyn Session + 'a>,
    predicting: Box<dyn Session + 'a>,
}

impl Session for PairedSession<'_> {
    fn predict(&self, item: ItemIdx) -> Prediction {
        self.predicting.predict(item)
    }

    fn predict_items(&self, items: &[ItemIdx]) -> Vec<Prediction> {
        self.predicting.predict_items(items)
    }

    fn rank(&self, top: TopN<'_>) -> Vec<Ranked> {
        self.ranking.rank(top)
    }
}
