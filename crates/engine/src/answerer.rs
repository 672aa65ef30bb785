//! The models of a database, read for a single answer.

use crate::choice::{AnsweringModel, Candidates, ModelChoice};
use crate::error::{AnswerError, NoModel, NotOpinions};
use crate::live::{ItemModels, LiveModel};
use crate::snapshot::{Snapshot, SnapshotView};
use likemind::{Centring, RatingMatrix, RowIdx, Side};
use likemind_store::{ModelKind, Store};

/// The ratings of a database and the models that answer a question, for programs that exit after it;
/// long-running ones use an [`Engine`](crate::Engine).
pub struct Answerer {
    choice: ModelChoice,
    ratings: Ratings,
    item_models: ItemModels,
}

enum Ratings {
    /// With neighbours.
    Snapshot(Snapshot),
    Only(Box<RatingMatrix>),
}

impl Answerer {
    /// Reads what is needed to recommend items: the models that rank and predict. `rows` returns the
    /// rows of a side whose neighbours are needed; `None` stands for all.
    ///
    /// # Errors
    /// [`AnswerError::NoModel`] if there is no such model.
    pub async fn to_recommend(
        store: &Store,
        choice: ModelChoice,
        rows: impl FnOnce(Side) -> Option<Vec<RowIdx>>,
    ) -> Result<Self, AnswerError> {
        let kinds = [choice.ranking_kind(), choice.predicting_kind()];
        Self::read(store, choice, &kinds, rows).await
    }

    /// Reads what is needed to predict ratings: the model that predicts. `rows` is as in
    /// [`to_recommend`](Self::to_recommend).
    ///
    /// # Errors
    /// [`AnswerError::NoModel`] if there is no such model, and [`AnswerError::NotOpinions`] if ratings are
    /// counts.
    pub async fn to_predict(
        store: &Store,
        choice: ModelChoice,
        rows: impl FnOnce(Side) -> Option<Vec<RowIdx>>,
    ) -> Result<Self, AnswerError> {
        if let Some(scale) = store.summary().await?.scale {
            NotOpinions::check(&scale)?;
        }
        Self::read(store, choice, &[choice.predicting_kind()], rows).await
    }

    /// Reads the models of all items of these kinds, and neighbours if one of them is missing.
    async fn read(
        store: &Store,
        choice: ModelChoice,
        kinds: &[Option<ModelKind>],
        rows: impl FnOnce(Side) -> Option<Vec<RowIdx>>,
    ) -> Result<Self, AnswerError> {
        let wanted: Vec<ModelKind> = kinds.iter().copied().flatten().collect();
        let item_models = ItemModels::read(store, &wanted).await?;
        if let Some(kind) = choice.item_kind()
            && wanted.contains(&kind)
            && item_models.id(kind).is_none()
        {
            return Err(NoModel { kind, side: None }.into());
        }
        let found = item_models.ids().into_iter().flatten().count();
        let ratings = if found == kinds.len() {
            Ratings::Only(Box::new(store.matrix().await?))
        } else {
            match Snapshot::open_for(store, choice.side, rows).await {
                // Ridge regression can predict, too, by the baseline.
                Err(AnswerError::NoModel(_)) if found > 0 => {
                    Ratings::Only(Box::new(store.matrix().await?))
                }
                snapshot => Ratings::Snapshot(snapshot?),
            }
        };
        Ok(Self { choice, ratings, item_models })
    }

    /// Returns a view of its contents.
    pub fn view(&self) -> AnswererView<'_> {
        let ratings = match &self.ratings {
            Ratings::Snapshot(snapshot) => View::Snapshot(snapshot.view()),
            Ratings::Only(matrix) => View::Only(matrix),
        };
        AnswererView { choice: self.choice, ratings, item_models: &self.item_models }
    }
}

/// A view of the contents of an [`Answerer`].
pub struct AnswererView<'a> {
    choice: ModelChoice,
    ratings: View<'a>,
    item_models: &'a ItemModels,
}

enum View<'a> {
    Snapshot(SnapshotView<'a>),
    Only(&'a RatingMatrix),
}

impl AnswererView<'_> {
    /// The ratings.
    pub fn matrix(&self) -> &RatingMatrix {
        match &self.ratings {
            View::Snapshot(snapshot) => snapshot.matrix(),
            View::Only(matrix) => matrix,
        }
    }

    /// The neighbours, if they were read.
    pub fn neighbours(&self) -> Option<LiveModel<'_>> {
        match &self.ratings {
            View::Snapshot(snapshot) => snapshot.model().ok(),
            View::Only(_) => None,
        }
    }

    /// The model that ranks items. `centring` is fitted for the [`neighbours`](Self::neighbours).
    ///
    /// # Errors
    /// [`NoModel`] if there is no such model.
    pub fn ranking<'v>(
        &'v self,
        centring: Option<&'v Centring>,
    ) -> Result<AnsweringModel<'v>, NoModel> {
        self.candidates(centring).ranking(self.choice)
    }

    /// The model that predicts ratings. `centring` is as in [`ranking`](Self::ranking).
    ///
    /// # Errors
    /// [`NoModel`] if there is no such model.
    pub fn predicting<'v>(
        &'v self,
        centring: Option<&'v Centring>,
    ) -> Result<AnsweringModel<'v>, NoModel> {
        self.candidates(centring).predicting(self.choice)
    }

    fn candidates<'v>(&'v self, centring: Option<&'v Centring>) -> Candidates<'v> {
        let found = self.neighbours().zip(centring);
        let neighbours = [Side::Users, Side::Items]
            .map(|side| found.filter(|(model, _)| model.info.side == side));
        Candidates {
            matrix: self.matrix(),
            neighbours,
            prefers_items: false,
            item_models: self.item_models,
        }
    }
}
