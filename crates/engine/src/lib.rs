//! The application layer of likemind: everything that a frontend needs on top of the database.
//!
//! - [`fit`] computes a model as a job in the database, with checkpoints and heartbeats; [`expect`]
//!   estimates its time and memory beforehand. [`Worker`] runs fits inside a long-running program.
//! - [`LiveStore`] holds ratings and neighbours in memory and keeps them exact as ratings arrive.
//!   [`Engine`] adds names and the fitted baseline of predictions; each answer is computed from one
//!   [`Moment`] of it.
//! - [`Snapshot`] and [`Answerer`] read only what a single answer needs, for programs that exit after
//!   it. A [`ModelChoice`] says which models answer.
//! - [`recommend`] makes recommendations, and leaves out what is predicted below the person's mean.
//!   [`recommend_each`] makes them for many people; [`Guests`] are people who are not stored.
//!   [`Recommended`] and [`NamedNeighbour`] are answers with names. [`Moment::facts`] and
//!   [`facts_of`] return [`Facts`](likemind::Facts).
//! - [`import`] writes a data set to the database, [`export_ratings`], [`export_fold`], [`export_neighbours`] and
//!   [`export_recommendations`] write files, and [`evaluate`] measures models on held-out ratings.
//!
//! All long operations report their progress as an [`StepProgress`].
//!
//! ```
//! use likemind::{ModelOptions, Side};
//! use likemind_data::sample;
//! use likemind_engine::{
//!     Engine, FitOptions, FitStop, ModelChoice, RecommendationRequest, fit, import, recommend,
//! };
//! use likemind_store::{ImportMode, Keep, Store};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! # let folder = tempfile::tempdir().unwrap();
//! let store = Store::create_or_open(&folder.path().join("likemind.db")).await?;
//! import(&store, &sample(0), ImportMode::Add, Keep::Newest, &mut |_| ()).await?;
//! let options = FitOptions::new(ModelOptions::new(Side::Users).check()?, "an example");
//! fit(&store, options, &FitStop::default(), &mut |_| ()).await?;
//!
//! let engine = Engine::open(store).await?;
//! let moment = engine.moment();
//! let (best, ada) = (ModelChoice::default(), moment.person("Ada")?);
//! let (ranking, predicting) = (moment.ranking(best, &ada)?, moment.predicting(best, &ada)?);
//! let list = recommend(&ranking, &predicting, &ada, &RecommendationRequest::new(3))?;
//! for film in list.named(moment.names()) {
//!     println!("{:?}, by {} neighbours", film.info.title, film.reasons.len());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```

mod answerer;
mod answers;
mod browse;
mod choice;
mod engine;
mod error;
mod evaluate;
mod export;
mod facts;
mod fit;
mod guests;
mod import;
mod live;
mod lookup;
mod models;
mod naming;
mod progress;
mod snapshot;
mod worker;

pub use answerer::{Answerer, AnswererView};
pub use answers::{
    ItemFilter, NamedNeighbour, Person, Reason, RecommendationRequest, Recommendations,
    Recommended, Years, YearsError, recommend, recommend_each,
};
pub use choice::{AnsweringModel, ModelChoice};
pub use engine::{Engine, Mark, Moment};
pub use error::{AnswerError, NoModel, NotOpinions, UnknownId};
pub use evaluate::{
    Candidate, EvaluateError, Figures, HeldOut, HeldOutError, RankingOptions, Raters, evaluate,
};
pub use export::{
    ExportError, export_fold, export_neighbours, export_ratings, export_recommendations,
};
pub use facts::facts_of;
pub use fit::{
    Expected, FitEnd, FitEvent, FitOptions, FitQuality, FitStart, FitStop, Fitted, ItemQuality,
    RestartReason, expect, fit, resume_job,
};
pub use guests::{GuestError, Guests, guest_rating};
pub use import::{Imported, import};
pub use live::{ItemModels, LiveModel, LiveStore, LiveView, Names, StoredItemModel};
pub use lookup::{find_item, find_row, find_user};
pub use models::{ModelState, Outdated, models};
pub use naming::{FewNames, Naming};
pub use progress::{Step, StepProgress};
pub use snapshot::{NeighboursOf, Snapshot, SnapshotView, active_model, neighbours_of};
pub use worker::{BeginError, RunningJob, Worker};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
