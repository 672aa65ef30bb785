//! Fits of models of all items: progress, cancellation, and their stored form.

use likemind::all_pairs::Cancelled;
use likemind::model::ObservedFitError;
use likemind::{
    ItemIdx, ItemKriging, ItemRidge, KrigingOptions, Observer, Progress, RatingMatrix, RatingScale,
    RidgeOptions, Unobserved, UserIdx,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Debug;
use std::sync::Mutex;

const ITEMS: u32 = 40;

fn ratings() -> RatingMatrix {
    let pairs = (0..300_u32).flat_map(|user| (0..ITEMS).map(move |item| (user, item)));
    let rated = pairs.filter(|(user, item)| (user * 7 + item * 3 + user / 5 * item) % 5 < 2);
    let rating = |(user, item): (u32, u32)| {
        let taste = if user % 2 == item % 2 { 3 } else { 1 };
        (UserIdx(user), ItemIdx(item), f64::from(taste + (user + item) % 3))
    };
    let ratings: Vec<_> = rated.map(rating).collect();
    RatingMatrix::from_ratings(RatingScale::FIVE_STARS, 300, ITEMS as usize, &ratings).unwrap()
}

fn kriging(observer: &dyn Observer) -> Result<ItemKriging, ObservedFitError> {
    ItemKriging::fit_observed(&ratings(), KrigingOptions::default(), observer)
}

/// With items that are not among those with all pairs.
fn ridge(observer: &dyn Observer) -> Result<ItemRidge, ObservedFitError> {
    ItemRidge::fit_observed(&ratings(), RidgeOptions::default().with_max_items(30), observer)
}

/// Records reports, and cancels after a number of them.
struct Recorder {
    reports: Mutex<Vec<Progress>>,
    limit: usize,
}

impl Recorder {
    fn with_limit(limit: usize) -> Self {
        Self { reports: Mutex::default(), limit }
    }
}

impl Observer for Recorder {
    fn progress(&self, progress: Progress) {
        self.reports.lock().unwrap().push(progress);
    }

    fn is_cancelled(&self) -> bool {
        self.reports.lock().unwrap().len() >= self.limit
    }
}

fn check_progress<T: Debug + PartialEq + Send>(
    items: u64,
    fit: impl Fn(&dyn Observer) -> Result<T, ObservedFitError> + Sync,
) {
    let recorder = Recorder::with_limit(usize::MAX);
    let threads = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(threads.install(|| fit(&recorder)), fit(&Unobserved), "observed or not");
    let reports = recorder.reports.into_inner().unwrap();
    assert!(reports.is_sorted_by(|a, b| a.work_done <= b.work_done));
    assert!(reports.len() > 20);
    for Progress { work_done, pairs, pairs_done, .. } in &reports {
        assert!((0.0..1.0 + 1e-9).contains(work_done));
        assert_eq!(*pairs, items * (items - 1) / 2);
        assert!(pairs_done <= pairs);
    }
    assert_eq!(reports[0].work_done, 0.0);
    assert!((reports.last().unwrap().work_done - 1.0).abs() < 1e-9);
    for limit in [0, 1, 2, reports.len() / 2, reports.len() - 2] {
        let cancelled = threads.install(|| fit(&Recorder::with_limit(limit)));
        assert_eq!(cancelled, Err(ObservedFitError::Cancelled(Cancelled)), "after {limit} reports");
    }
}

#[test]
fn progress_is_reported_and_fits_can_be_cancelled_at_any_moment() {
    check_progress(40, kriging);
    check_progress(30, ridge);
}

/// Checks that the stored form is read back, and that it is refused with each of these parts
/// replaced.
fn check_stored_form<T: Serialize + DeserializeOwned + PartialEq + Debug>(
    fitted: &T,
    damages: &[(&str, Value)],
) {
    let stored = serde_json::to_value(fitted).unwrap();
    assert_eq!(&serde_json::from_value::<T>(stored.clone()).unwrap(), fitted);
    for (path, value) in damages {
        let mut damaged = stored.clone();
        let part = damaged.pointer_mut(path);
        *part.unwrap_or_else(|| panic!("no {path}")) = value.clone();
        assert!(serde_json::from_value::<T>(damaged).is_err(), "{path}: {value}");
    }
}

#[test]
fn stored_kriging_is_read_back_and_damage_is_refused() {
    check_stored_form(
        &kriging(&Unobserved).unwrap(),
        &[
            ("/options/ridge", json!(0.0)),
            ("/noise", json!(0.0)),
            ("/kernel/head/3", json!(2)),
            ("/kernel/head/39", json!(40)),
            ("/kernel/variances", json!([1.0])),
            ("/kernel/variances/3", json!(-1.0)),
            ("/kernel/variances/3", json!(1e200)),
            ("/kernel/covariances/unit", json!(1e200)),
            ("/kernel/covariances/order", json!(40)),
            ("/kernel/covariances/entries", json!([])),
            ("/kernel/covariances/unit", json!(-1.0)),
        ],
    );
    // It falls back to the baseline, with nothing else to store.
    let few: Vec<_> = (0..20).map(|user| (UserIdx(user), ItemIdx(0), 3.0)).collect();
    let few = RatingMatrix::from_ratings(RatingScale::FIVE_STARS, 20, 2, &few).unwrap();
    check_stored_form(&ItemKriging::fit(&few, KrigingOptions::default()).unwrap(), &[]);
}

#[test]
fn stored_ridge_is_read_back_and_damage_is_refused() {
    check_stored_form(
        &ridge(&Unobserved).unwrap(),
        &[
            ("/options/ridge", json!(-1.0)),
            ("/head/0", json!(7)),
            ("/head/29", json!(4_000_000_000_u32)),
            ("/baseline/items", json!([])),
            ("/exact/deviations", json!([])),
            ("/exact/deviations/0", json!(0.0)),
            ("/exact/correlations/order", json!(29)),
            ("/local", json!([])),
            ("/local/0", json!([[1_000, 0.5]])),
            ("/local/0", json!([[7, 0.5], [6, 0.5]])),
        ],
    );
}
