//! Predictions from stored neighbours: against a plain walk through them, against computing all
//! neighbours anew, and many items at once against one by one.

use crate::people::people;
use likemind::{
    AllPairs, Baseline, ItemIdx, ModelOptions, Neighbour, NeighbourIndex, Neighbourhood,
    NeighbourhoodPredictor, PredictionOptions, Predictor, Profile, RatingMatrix, RowIdx, Side,
    Similarities, Unobserved,
};
use likemind_bench::{Guard, SEED, SIDES, longest_first, matrix, model};
use likemind_data::Shape;

/// How many items are predicted for each person.
const ITEMS: usize = 10;

pub(super) fn compare(guard: &mut Guard) -> anyhow::Result<()> {
    let matrix = matrix(&Shape::named("ml-1m", 0.25, SEED)?)?;
    let people = people(&matrix);
    let items = popular_items(&matrix);
    for side in SIDES {
        let index = model(&matrix, side)?;
        let predictor = stored(&matrix, &index)?;
        let naive = Naive::new(&matrix, &index)?;
        guard.compare(
            &format!("predict-by-{side}-vs-walk"),
            || ratings(&people, &items, |person, item| predictor.predict(person, item).rating),
            || ratings(&people, &items, |person, item| naive.predict(person, item)),
        )?;
    }
    compare_at_once(guard, &matrix)?;
    compare_with_all(guard)
}

/// Ten items at once, for which the users' side has a way of its own.
fn compare_at_once(guard: &mut Guard, matrix: &RatingMatrix) -> anyhow::Result<()> {
    let (people, items) = (people(matrix), popular_items(matrix));
    let index = model(matrix, Side::Users)?;
    let predictor = stored(matrix, &index)?;
    let at_once = |person| predictor.predict_items(person, &items);
    guard.compare(
        "predict-at-once-vs-one-by-one",
        || people.iter().flat_map(at_once).collect::<Vec<_>>(),
        || ratings(&people, &items, |person, item| predictor.predict(person, item)),
    )
}

/// Neighbours that a model stored, all of them, against computing them for every prediction.
fn compare_with_all(guard: &mut Guard) -> anyhow::Result<()> {
    let matrix = matrix(&Shape::named("ml-100k", 1.0, SEED)?)?;
    let (people, items) = (people(&matrix), popular_items(&matrix));
    for side in SIDES {
        let options = ModelOptions { k: matrix.rows(side).len(), ..ModelOptions::new(side) };
        let model = options.check()?;
        let index = AllPairs::new(&matrix, model).run(&Unobserved)?;
        let similarities = Similarities::new(&matrix, side, model.similarity());
        let all = Neighbourhood::All(&similarities);
        let options = PredictionOptions::default();
        let from_all = NeighbourhoodPredictor::new(&matrix, all, options)?.without_terms();
        let from_stored = stored(&matrix, &index)?;
        guard.compare(
            &format!("predict-by-stored-{side}-vs-all"),
            || ratings(&people, &items, |person, item| from_stored.predict(person, item)),
            || ratings(&people, &items, |person, item| from_all.predict(person, item)),
        )?;
    }
    Ok(())
}

fn stored<'a>(
    matrix: &'a RatingMatrix,
    index: &'a NeighbourIndex,
) -> anyhow::Result<NeighbourhoodPredictor<'a>> {
    let options = PredictionOptions::default();
    Ok(NeighbourhoodPredictor::new(matrix, Neighbourhood::Stored(index), options)?.without_terms())
}

/// Items from the most popular to the median one: those that recommendations are made of.
fn popular_items(matrix: &RatingMatrix) -> Vec<ItemIdx> {
    let order = longest_first(matrix, Side::Items);
    let step = order.len() / (2 * ITEMS);
    order.into_iter().step_by(step).take(ITEMS).map(RowIdx::item).collect()
}

/// What `predict` says of each person and item.
fn ratings<T>(
    people: &[Profile],
    items: &[ItemIdx],
    predict: impl Fn(&Profile, ItemIdx) -> T,
) -> Vec<T> {
    let of = |person| items.iter().map(|&item| predict(person, item)).collect::<Vec<_>>();
    people.iter().flat_map(of).collect()
}

/// The formula of [`NeighbourhoodPredictor`] under its default options, neighbour by neighbour.
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
        let expected_of = |item| self.baseline.mean() + part + self.baseline.of_item(item);
        let (mut sum, mut weight, mut raters) = (0.0, 0.0, 0);
        let list = match self.index.side() {
            Side::Users => self.index.of(user),
            Side::Items => self.index.of(item),
        };
        for neighbour in list {
            let distance = match self.index.side() {
                Side::Users => self.distance_of_user(neighbour, item),
                Side::Items => {
                    let other = neighbour.index.item();
                    person.rating(other).map(|rating| rating - expected_of(other))
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
        // Without raters the sum is 0, and the base is what is fallen back to.
        self.matrix
            .scale()
            .clip(expected_of(item) + sum / (self.options.denominator_shrinkage + weight))
    }

    /// How far a user's rating of an item is from what was expected; `None` without a rating.
    fn distance_of_user(&self, neighbour: &Neighbour, item: ItemIdx) -> Option<f64> {
        let user = neighbour.index.user();
        Some(self.matrix.rating(user, item)? - self.baseline.predict(user, item))
    }
}
