//! Evaluation on held-out ratings.

use likemind::{
    BaselineOptions, Dialect, MeanOf, ModelOptions, PredictionOptions, RatingTable, Side,
};
use likemind_data::{Dataset, HeldOutRating, Split, sample};
use likemind_engine::{Candidate, HeldOut, RankingOptions, Raters, Step, StepProgress, evaluate};
use std::sync::Mutex;

const TEN: RankingOptions = RankingOptions { top: 10, relevant_from: None };

fn folds() -> HeldOut {
    let data = sample(0);
    let mut folds = Split::LeaveOneOut(HeldOutRating::Random).of(&data.ratings, 0).unwrap();
    HeldOut::from_fold(folds.next().unwrap(), data.scale, Dialect::Likemind).unwrap()
}

fn neighbours(raters: Raters) -> Candidate {
    Candidate::Neighbours {
        parameters: ModelOptions::new(Side::Users).with_k(5).check().unwrap(),
        prediction: PredictionOptions::default(),
        raters,
    }
}

#[test]
fn every_candidate_is_evaluated_and_reports_its_steps() {
    let held_out = folds();
    let means = [MeanOf::User, MeanOf::Item, MeanOf::Global].map(Candidate::Mean);
    let others = [
        neighbours(Raters::All),
        neighbours(Raters::Stored),
        Candidate::Baseline(BaselineOptions::default()),
    ];
    let mut errors = Vec::new();
    for candidate in others.into_iter().chain(means) {
        let told: Mutex<Vec<StepProgress>> = Mutex::default();
        let tell = |advance| told.lock().unwrap().push(advance);
        let figures = evaluate(&candidate, &held_out, &TEN, &tell).unwrap();
        let rmse = figures.accuracy.unwrap().rmse;
        assert!(rmse > 0.0 && figures.ranking.at == 10, "{candidate:?}");
        errors.push(rmse);
        let told = told.into_inner().unwrap();
        for (step, total) in [(Step::Predicting, held_out.test.len()), (Step::Ranking, 0)] {
            let last = told.iter().filter(|advance| advance.step == step);
            let last = last.max_by_key(|advance| advance.done).unwrap();
            assert_eq!((last.done, last.share), (last.total, 1.0), "{candidate:?}");
            assert!(total == 0 || last.total == total as u64);
        }
        let compares = told.iter().any(|advance| advance.step == Step::Comparing);
        assert_eq!(compares, matches!(candidate, Candidate::Neighbours { .. }));
    }
    // The candidates really differ: all errors are distinct, and the global mean is the worst.
    errors.iter().for_each(|error| assert_eq!(errors.iter().filter(|e| *e == error).count(), 1));
    assert_eq!(errors.iter().copied().fold(0.0, f64::max), errors[5], "{errors:?}");
}

fn dataset(rows: &[(&str, &str, f64)]) -> Dataset {
    let mut ratings = RatingTable::new();
    rows.iter().for_each(|(user, item, r)| ratings.push(user, item, *r, None).unwrap());
    Dataset { ratings, scale: "1:5:1".parse().unwrap(), ..sample(0) }
}

#[test]
fn two_data_sets_are_matched_by_id_on_a_common_scale() {
    let train = dataset(&[("ada", "Heat", 4.0), ("bob", "Ronin", 2.0)]);
    let mut test = dataset(&[("bob", "Heat", 3.0), ("ada", "Heat", 4.0), ("eve", "Ran", 5.0)]);
    test.scale = "0:5:1".parse().unwrap();
    let held_out = HeldOut::from_datasets(&train, &test, Dialect::Likemind).unwrap();
    assert_eq!(*held_out.matrix.scale(), "0:5:1".parse().unwrap());
    let pairs: Vec<_> = held_out.test.iter().map(|test| (test.user.0, test.item.0)).collect();
    assert_eq!(pairs, [(1, 0), (0, 0), (2, 2)], "new rows come after the last");
    assert_eq!(held_out.known(), 1, "Ada's rating of Heat is a training rating too");
    assert!(held_out.order.is_none());
    let by_order = HeldOut::from_datasets(&train, &test, Dialect::Surprise).unwrap();
    assert!(by_order.order.is_some());
}
