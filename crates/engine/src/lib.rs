//! likemind at work: what every frontend of it needs, between the database and the people.
//!
//! - [`fit`] computes a model as a job of the database, with checkpoints and signs of life; [`expect`]
//!   says beforehand what it would take. [`Worker`] runs fits inside a program that goes on.
//! - [`LiveStore`] holds ratings and neighbours in memory, exact as ratings come. [`Engine`] holds names
//!   besides, and what predictions are measured from: answers are computed from one [`Moment`] of it.
//! - [`Snapshot`] is for a program that answers once: it reads no more than it must.
//! - [`Recommended`] and [`NamedNeighbour`] are answers with names; [`Facts`](likemind::Facts) come from
//!   [`Moment::facts`], or [`facts_of`].
//! - [`import`] and [`export_ratings`] bring files into the database and out of it, [`evaluate`] measures
//!   models on ratings that were held out.
//!
//! All work that takes long tells how far it is in one shape, [`Advance`].
//!
//! ```
//! use likemind::{Model, ModelOptions, Side, TopN};
//! use likemind_data::sample;
//! use likemind_engine::{Engine, FitOptions, FitStop, Recommended, fit, import};
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
//! let (model, ada) = (moment.model(None)?, moment.person("Ada")?);
//! for recommendation in moment.answers(&model).session(&ada)?.recommend(TopN::new(3)) {
//!     let named = Recommended::named(recommendation, model.info.side, moment.names());
//!     println!("{:?}, by {} neighbours", named.info.title, named.reasons.len());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```

mod answers;
mod browse;
mod engine;
mod error;
mod evaluate;
mod export;
mod facts;
mod fit;
mod import;
mod live;
mod lookup;
mod naming;
mod progress;
mod snapshot;
mod worker;

pub use answers::{NamedNeighbour, Reason, Recommended, rows_in};
pub use engine::{Engine, Mark, Moment};
pub use error::{AnswerError, NoModel, UnknownId};
pub use evaluate::{
    Candidate, EvaluateError, Figures, HeldOut, HeldOutError, Raters, Yardstick, evaluate,
};
pub use export::{ExportError, export_neighbours, export_ratings};
pub use facts::facts_of;
pub use fit::{
    Expected, FitEnd, FitEvent, FitOptions, FitStart, FitStop, Fitted, StartOver, expect, fit,
    go_on_with,
};
pub use import::{Imported, import};
pub use live::{LiveModel, LiveStore, LiveView, Names};
pub use lookup::{find_item, find_row, find_user};
pub use naming::{FewNames, Naming};
pub use progress::{Advance, Step};
pub use snapshot::{NeighboursOf, Snapshot, SnapshotView, active_model, neighbours_of};
pub use worker::{BeginError, UnderWay, Worker};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
