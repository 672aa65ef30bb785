//! Fits for tests.

#[path = "../../../store/tests/common/stored_model.rs"]
mod stored_model;

pub(crate) use stored_model::save_model;

use likemind::all_pairs::Kernel;
use likemind::{
    AllPairs, ModelOptions, ModelParameters, NeighbourIndex, Progress, Side, Unobserved,
};
use likemind_engine::{FitEnd, FitOptions, FitStop, Fitted, fit};
use likemind_store::{FitRequest, Store};
use std::time::Duration;

/// Small neighbourhoods.
pub(crate) fn parameters(side: Side) -> ModelParameters {
    ModelOptions::new(side).with_k(5).check().unwrap()
}

/// A fit of small neighbourhoods of users.
pub(crate) fn fit_options() -> FitOptions {
    options_of(parameters(Side::Users))
}

pub(crate) fn options_of(parameters: ModelParameters) -> FitOptions {
    FitOptions::new(parameters, "a test").with_threads(Some(2))
}

/// Options of a fit that lasts long enough to be interrupted.
pub(crate) fn slow_fit() -> FitOptions {
    FitOptions::new(ModelOptions::new(Side::Users).with_k(50).check().unwrap(), "a test")
        .with_threads(Some(1))
        .with_kernel(Some(Kernel::from_name("sparse").unwrap()))
        .with_checkpoint_every(Duration::from_millis(20))
}

/// Runs a fit that must finish.
pub(crate) async fn fitted(store: &Store, options: FitOptions) -> Fitted {
    match fit(store, options, &FitStop::default(), &mut |_| ()).await.unwrap() {
        FitEnd::Done(fitted) => fitted,
        other => panic!("{other:?}"),
    }
}

/// The job of [`fit_options`].
pub(crate) fn request(holder: &str) -> FitRequest {
    let parameters = parameters(Side::Users);
    FitRequest { parameters: parameters.into(), holder: holder.to_owned(), resume_job: None }
}

pub(crate) fn progress(tiles_done: usize) -> Progress {
    Progress { tiles_done, tiles: 10, pairs_done: 30, pairs: 100, work_done: 0.25 }
}

/// The lists that a fit to the current ratings must have.
pub(crate) async fn made_anew(store: &Store, parameters: ModelParameters) -> NeighbourIndex {
    let matrix = store.matrix().await.unwrap();
    AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap()
}
