//! The database of likemind: one data set of users, items and ratings, with the models fitted to
//! it, in one file.
//!
//! [`Store`] is the entry point. An import is all or nothing, acknowledged changes survive a crash,
//! and any number of processes can read while one writes. Every change of a rating has a sequence
//! number, by which readers catch up ([`Store::changes_since`]). In addition to its rows, which any
//! SQLite tool can query, the database contains a packed copy of the ratings, from which
//! [`Store::matrix`] opens 25 million of them in a second.
//!
//! ```
//! use likemind::{RatingScale, RatingTable};
//! use likemind_store::{Change, ImportBatch, Store};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! # let folder = tempfile::tempdir().unwrap();
//! let store = Store::create_or_open(&folder.path().join("likemind.db")).await?;
//! let mut table = RatingTable::new();
//! table.push("ada", "Heat", 4.5, None)?;
//! table.push("bob", "Heat", 4.0, None)?;
//! let batch = ImportBatch::new(&table, RatingScale::HALF_STARS).with_name("films");
//! let imported = store.import(batch, &mut |_| ()).await?;
//! assert_eq!(imported.added, 2);
//! assert_eq!(store.matrix().await?.ratings(), 2);
//!
//! let rated = store.rate("eve", "Heat", Change::Set { rating: 3.0, timestamp: None }).await?;
//! assert!(rated.new_user && rated.changed);
//! assert_eq!(store.matrix().await?.ratings(), 3);
//! store.close().await;
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```

mod bucket;
mod changes;
mod count;
mod data_set;
mod digest;
mod error;
mod fault;
mod forget;
#[cfg(fuzzing)]
pub mod fuzzing;
mod ids;
mod import;
mod item_model;
mod items;
mod job;
mod lease;
mod liveness;
mod location;
mod model;
mod numbered;
mod packed_list;
mod patch;
mod rate;
mod ratings;
mod row_digests;
mod rows;
mod search;
mod snapshot;
mod spare;
mod spec;
mod sqlite;
mod store;
mod verified;

pub use changes::{Changes, SingleChange};
pub use data_set::{DataState, ScaleChoice, Summary};
pub use error::{
    BackupError, ImportError, JobError, LookupError, ModelError, OffScale, OpenError, RateError,
    StoreError, TooManyRatings,
};
pub use forget::{Forgotten, is_forgotten};
pub use import::{
    ChangedTitles, ImportBatch, ImportMode, ImportProgress, ImportStep, ImportSummary, Keep, Title,
};
pub use item_model::{ItemModel, NewItemModel, PackedItemModel};
pub use items::FoundItem;
pub use job::{
    FitRequest, HeartbeatResponse, Interruption, JobId, JobInfo, JobKind, JobState, Saved,
};
pub use location::{Location, LocationError};
pub use model::{
    AnyNewModel, ListsInfo, ModelId, ModelInfo, ModelUpdate, NeighbourModelInfo, NewModel,
    SaveProgress, WriteBehind,
};
pub use rate::{Change, Rated, RatingChange};
pub use ratings::TimedRating;
pub use search::fold_for_search;
pub use spec::{ModelKind, ModelSpec};
pub use store::Store;
pub use store::backup::Backup;
pub use store::held::HeldJob;
pub use store::partial::PartialSnapshot;
pub use verified::{Part, Verified, VerifiedPart};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
