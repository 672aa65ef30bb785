//! Predictions from stored neighbours against a simple loop over them and against computing all
//! neighbours on demand, and predictions of many items at once against one by one.

use crate::people::people;
use likemind::{
    Baseline, ItemIdx, Model, ModelOptions, Neighbour, NeighbourIndex, NeighbourModel, Prediction,
    PredictionOptions, Profile, RatingMatrix, RowIdx, Session, Side, Similarities,
};
use likemind_bench::{Guard, SEED, SIDES, longest_first, matrix, model};
use likemind_data::Shape;
use std::sync::Arc;

/// Number of items predicted for each person.
const ITEMS: usize = 10;

pub(super) fn compare(guard: &mut Guard) -> anyhow::Result<()> {
    let matrix = Arc::new(matrix(&Shape::named("ml-1m", 0.25, SEED)?)?);
    let people = people(&matrix);
    let items = popular_items(&matrix);
    for side in SIDES {
        let model = model(&matrix, side)?;
        let naive = Naive::new(&matrix, model.neighbours())?;
        guard.compare(
            &format!("predict-by-{side}-vs-walk"),
            || each(&people, &items, |person, item| one(&model, person, item).rating),
            || each(&people, &items, |person, item| naive.predict(person, item)),
        )?;
    }
    compare_at_once(guard, &matrix)?;
    compare_with_all(guard)
}

/// Ten items at once, for which models of users have a separate implementation.
fn compare_at_once(guard: &mut Guard, matrix: &Arc<RatingMatrix>) -> anyhow::Result<()> {
    let (people, items) = (people(matrix), popular_items(matrix));
    let model = model(matrix, Side::Users)?;
    guard.compare(
        "predict-at-once-vs-one-by-one",
        || predictions(&model, &people, &items),
        || {
            let bare = |prediction| Prediction { terms: Vec::new(), ..prediction };
            each(&people, &items, |person, item| bare(one(&model, person, item)))
        },
    )
}

/// Stored neighbour lists of unlimited length against computing the neighbours for each prediction.
fn compare_with_all(guard: &mut Guard) -> anyhow::Result<()> {
    let matrix = Arc::new(matrix(&Shape::named("ml-100k", 1.0, SEED)?)?);
    let (people, items) = (people(&matrix), popular_items(&matrix));
    for side in SIDES {
        let options = ModelOptions::new(side).with_k(matrix.rows(side).len());
        let parameters = options.check()?;
        let prediction = PredictionOptions::default();
        let model = NeighbourModel::fit(Arc::clone(&matrix), parameters, prediction)?;
        let similarities = Similarities::new(&matrix, side, parameters.similarity());
        let from_all = model.view().with_all_raters(&similarities);
        guard.compare(
            &format!("predict-by-stored-{side}-vs-all"),
            || each(&people, &items, |person, item| one(&model, person, item)),
            || each(&people, &items, |person, item| one(&from_all, person, item)),
        )?;
    }
    Ok(())
}

fn session<'a>(model: &'a dyn Model, person: &'a Profile) -> Box<dyn Session + 'a> {
    model.session(person).expect("a stored user")
}

/// A single prediction with its own session.
fn one(model: &dyn Model, person: &Profile, item: ItemIdx) -> Prediction {
    session(model, person).predict(item)
}

/// Calls `predict` for each person and item.
fn each<T>(
    people: &[Profile],
    items: &[ItemIdx],
    predict: impl Fn(&Profile, ItemIdx) -> T,
) -> Vec<T> {
    let of = |person| items.iter().map(|&item| predict(person, item)).collect::<Vec<_>>();
    people.iter().flat_map(of).collect()
}

/// The predictions of a model for each person and item, computed at once for each person.
fn predictions(model: &dyn Model, people: &[Profile], items: &[ItemIdx]) -> Vec<Prediction> {
    people.iter().flat_map(|person| session(model, person).predict_items(items)).collect()
}

/// Items from the most popular to the median one, which are typical recommendations.
fn popular_items(matrix: &RatingMatrix) -> Vec<ItemIdx> {
    let order = longest_first(matrix, Side::Items);
    let step = order.len() / (2 * ITEMS);
    order.into_iter().step_by(step).take(ITEMS).map(RowIdx::item).collect()
}

/// The formula of [`NeighbourModel`] with default options, neighbour by neighbour.
struct Naive<'a> {
    matrix: &'a RatingMatrix,
    index: &'a NeighbourIndex,
    options: PredictionOptions,
    baseline: Baseline,
}

impl<'a> Naive<'a> {
    fn new(matrix: &'a RatingMatrix, index: &'a NeighbourIndex) -> anyhow::Result<Self> {
        let options = PredictionOptions::default();
        let baseline = Baseline::fit(matrix, options.baseline)?;
        Ok(Self { matrix, index, options, baseline })
    }

    fn predict(&self, person: &Profile, item: ItemIdx) -> f64 {
        let user = person.user().expect("a stored user");
        let part = self.baseline.of_person(person.ratings().iter().copied(), self.options.baseline);
        let baseline_of = |item| self.baseline.mean() + part + self.baseline.of_item(item);
        let (mut sum, mut weight, mut raters) = (0.0, 0.0, 0);
        let list = match self.index.side() {
            Side::Users => self.index.list(user),
            Side::Items => self.index.list(item),
        };
        for neighbour in list {
            let distance = match self.index.side() {
                Side::Users => self.distance_of_user(neighbour, item),
                Side::Items => {
                    let other = neighbour.index.item();
                    person.rating(other).map(|rating| rating - baseline_of(other))
                }
            };
            let Some(distance) = distance else { continue };
            sum += neighbour.similarity * distance;
            weight += neighbour.similarity;
            raters += 1;
            if raters == self.options.raters {
                break;
            }
        }
        // Without raters the sum is 0, which gives the baseline.
        self.matrix
            .scale()
            .clip(baseline_of(item) + sum / (self.options.denominator_shrinkage + weight))
    }

    /// A user's rating of an item minus its baseline; `None` if there is no rating.
    fn distance_of_user(&self, neighbour: &Neighbour, item: ItemIdx) -> Option<f64> {
        let user = neighbour.index.user();
        Some(self.matrix.rating(user, item)? - self.baseline.predict(user, item))
    }
}
