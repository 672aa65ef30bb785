//! Using a custom similarity measure: a model accepts neighbour lists computed elsewhere.

use likemind::{
    Model, ModelOptions, Neighbour, NeighbourIndex, NeighbourModel, PredictionOptions, Profile,
    RatingMatrix, RatingScale, RatingTable, RowIdx, Side, TopN,
};
use std::collections::BTreeSet;
use std::error::Error;

/// The simple matching coefficient of two users: the share of co-rated items that both like or both
/// dislike.
fn similarity(matrix: &RatingMatrix, a: RowIdx, b: RowIdx) -> Option<Neighbour> {
    let opinions = |user: RowIdx| -> BTreeSet<(u32, bool)> {
        matrix.of_user(user.user()).map(|(item, rating)| (item.0, rating >= 3.5)).collect()
    };
    let (mine, theirs) = (opinions(a), opinions(b));
    let both = mine.iter().filter(|(item, _)| theirs.iter().any(|(other, _)| other == item));
    let overlap = both.count() as u32;
    let agreed = mine.intersection(&theirs).count();
    (overlap > 0).then(|| Neighbour {
        index: b,
        overlap,
        similarity: agreed as f64 / f64::from(overlap),
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut table = RatingTable::new();
    for (user, item, rating) in [
        ("ada", "Alien", 5.0),
        ("ada", "Heat", 4.0),
        ("ada", "Amélie", 1.5),
        ("bob", "Alien", 4.0),
        ("bob", "Heat", 5.0),
        ("bob", "Ran", 4.5),
        ("cleo", "Heat", 2.0),
        ("cleo", "Amélie", 5.0),
        ("cleo", "Big", 4.5),
    ] {
        table.push(user, item, rating, None)?;
    }
    let matrix = RatingMatrix::from_table(&table, RatingScale::HALF_STARS)?;

    // Each list is sorted best first and has at most k neighbours. `from_lists` validates them.
    let parameters = ModelOptions::new(Side::Users).check()?;
    let rows: Vec<RowIdx> = matrix.rows(Side::Users).indices().collect();
    let list = |&row: &RowIdx| {
        let others = rows.iter().filter(|&&other| other != row);
        let mut list: Vec<Neighbour> =
            others.filter_map(|&other| similarity(&matrix, row, other)).collect();
        list.retain(|other| parameters.keeps(other.similarity));
        list.sort_by(Neighbour::rank_order);
        list.truncate(parameters.k());
        list
    };
    let index = NeighbourIndex::from_lists(Side::Users, rows.iter().map(list))?;

    // From here on, the model works as with a built-in measure. Only for guests, who are not
    // stored, does it find neighbours with the built-in measure of the parameters.
    let prediction = PredictionOptions::default();
    let model = NeighbourModel::from_neighbours(matrix, parameters, index, prediction)?;
    let ada = table.users().get("ada").ok_or("no ada")?;
    let person = Profile::from_user(model.matrix(), ada);
    for found in model.session(&person)?.recommend(TopN::new(2)) {
        let item = table.items().name(found.ranked.item).unwrap_or_default();
        println!("{item}: predicted rating {:.1}", found.prediction.rating);
    }
    Ok(())
}
