//! Ranking by stored neighbours against scoring every item by looping over all neighbours.

use crate::people::people;
use likemind::{
    DenseIdx, ItemIdx, Model, Neighbour, NeighbourIndex, Profile, RatingMatrix, RowIdx, Side, TopN,
    UserIdx,
};
use likemind_bench::{Guard, SEED, SIDES, matrix, model};
use likemind_data::Shape;
use std::sync::Arc;

/// Number of recommendations.
const COUNT: usize = 10;

/// Weight of the popularity in the formula of [`NeighbourModel`](likemind::NeighbourModel).
const POPULARITY_WEIGHT: f64 = 0.001;

pub(super) fn compare(guard: &mut Guard) -> anyhow::Result<()> {
    let matrix = Arc::new(matrix(&Shape::named("ml-1m", 0.25, SEED)?)?);
    let people = people(&matrix);
    for side in SIDES {
        let model = model(&matrix, side)?;
        let by_model = |person| {
            let session = model.session(person).expect("a stored user");
            let ranked = session.rank(TopN::new(COUNT).without_terms());
            ranked.into_iter().map(|ranked| (ranked.item, rounded(ranked.score))).collect()
        };
        let index = model.neighbours();
        let naive = Naive { matrix: &matrix, index, likings: likings(&matrix) };
        guard.compare(
            &format!("recommend-by-{side}-vs-item-by-item"),
            || people.iter().map(by_model).collect::<Vec<Vec<_>>>(),
            || {
                let ranked = |person| naive.rank(person).into_iter();
                let listed = |person| ranked(person).map(|(item, score)| (item, rounded(score)));
                people.iter().map(|person| listed(person).collect()).collect()
            },
        )?;
    }
    Ok(())
}

/// Rounds to multiples of 1e-9: the model computes likings from integers, this bench from ratings.
fn rounded(score: f64) -> i64 {
    (score * 1e9).round() as i64
}

/// The formula of [`NeighbourModel`](likemind::NeighbourModel), item by item.
struct Naive<'a> {
    matrix: &'a RatingMatrix,
    index: &'a NeighbourIndex,
    likings: Vec<Liking>,
}

/// Mean of a user's ratings, and the inverse of their standard deviation (0 if all are equal).
struct Liking {
    mean: f64,
    unit: f64,
}

impl Liking {
    fn factor(&self, rating: f64) -> f64 {
        (1.0 + 0.25 * ((rating - self.mean) * self.unit)).clamp(0.05, 2.0)
    }
}

fn likings(matrix: &RatingMatrix) -> Vec<Liking> {
    let liking = |user| {
        let ratings: Vec<f64> = matrix.of_user(user).map(|(_, rating)| rating).collect();
        let count = ratings.len() as f64;
        let mean = ratings.iter().sum::<f64>() / count;
        let squares: f64 = ratings.iter().map(|rating| (rating - mean) * (rating - mean)).sum();
        let vary = ratings.iter().any(|&rating| rating != ratings[0]);
        Liking { mean, unit: if vary { 1.0 / (squares / count).sqrt() } else { 0.0 } }
    };
    (0..matrix.users() as u32).map(UserIdx).map(liking).collect()
}

impl Naive<'_> {
    fn rank(&self, person: &Profile) -> Vec<(ItemIdx, f64)> {
        let items = (0..self.matrix.items() as u32).map(ItemIdx);
        let unrated = items.filter(|&item| person.rating(item).is_none());
        let scored = unrated.map(|item| (item, self.score(person, item)));
        let mut ranked: Vec<_> = scored.filter(|&(_, score)| score > 0.0).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(COUNT);
        ranked
    }

    fn score(&self, person: &Profile, item: ItemIdx) -> f64 {
        let raters = self.matrix.rows(Side::Items).row_len(item);
        let popularity = raters as f64 / self.matrix.users() as f64;
        POPULARITY_WEIGHT * popularity + self.sum(person, item)
    }

    fn sum(&self, person: &Profile, item: ItemIdx) -> f64 {
        let rows = self.matrix.rows(self.index.side());
        let user = person.user().expect("a stored user");
        let (row, length) = match self.index.side() {
            Side::Users => (RowIdx::from(user), person.ratings().len()),
            Side::Items => (item.into(), rows.row_len(item)),
        };
        let liked = |neighbour: &Neighbour| match self.index.side() {
            Side::Users => {
                let rating = self.matrix.rating(neighbour.index.user(), item)?;
                Some(self.likings[neighbour.index.at()].factor(rating))
            }
            Side::Items => {
                let rating = person.rating(neighbour.index.item())?;
                Some(self.likings[user.at()].factor(rating))
            }
        };
        let weight = |neighbour: &Neighbour| {
            let overlap = f64::from(neighbour.overlap);
            let other = rows.row_len(neighbour.index);
            neighbour.similarity * (overlap * overlap) / (length as f64 * other as f64)
        };
        let known = self.index.list(row).iter();
        known.filter_map(|neighbour| Some(weight(neighbour) * liked(neighbour)?)).sum()
    }
}
