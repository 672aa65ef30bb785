//! From ratings to recommendations, their reasons, and a predicted rating.

use likemind::{
    AllPairs, ModelOptions, Neighbourhood, NeighbourhoodPredictor, NeighbourhoodRanker,
    PredictionOptions, Predictor, Profile, Ranker, RatingMatrix, RatingScale, RatingTable, Side,
    Unobserved,
};

const RATINGS: [(&str, &str, f64); 16] = [
    ("ada", "Alien", 5.0),
    ("ada", "Heat", 4.0),
    ("ada", "Amélie", 1.5),
    ("ada", "Casablanca", 3.0),
    ("bob", "Alien", 4.5),
    ("bob", "Heat", 4.0),
    ("bob", "Amélie", 2.0),
    ("bob", "Blade Runner", 5.0),
    ("cleo", "Alien", 1.0),
    ("cleo", "Heat", 2.0),
    ("cleo", "Amélie", 5.0),
    ("cleo", "Notting Hill", 4.5),
    ("dan", "Heat", 4.0),
    ("dan", "Casablanca", 3.5),
    ("dan", "Blade Runner", 4.5),
    ("dan", "Metropolis", 4.0),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut table = RatingTable::new();
    for (user, item, rating) in RATINGS {
        table.push(user, item, rating, None)?;
    }
    let matrix = RatingMatrix::from_table(&table, RatingScale::HALF_STARS)?;

    // The 10 most similar users of every user: all pairs, exactly.
    let parameters = ModelOptions { k: 10, ..ModelOptions::new(Side::Users) }.check()?;
    let index = AllPairs::new(&matrix, parameters).run(&Unobserved)?;

    let ada = table.users().get("ada").ok_or("no such user")?;
    let ada = Profile::of_user(&matrix, ada);
    let item_name = |item| table.items().name(item).unwrap_or_default();
    let user_name = |user| table.users().name(user).unwrap_or_default();

    let predictor = NeighbourhoodPredictor::new(
        &matrix,
        Neighbourhood::Stored(&index),
        PredictionOptions::default(),
    )?;
    for found in NeighbourhoodRanker::new(&matrix, &index).rank(&ada, 2, &|_| true) {
        let expected = predictor.predict(&ada, found.item).rating;
        println!("{}, which ada may give {expected:.1}", item_name(found.item));
        for reason in &found.terms {
            println!(
                "    {} gave it {} (similarity {:.3} over {} films)",
                user_name(reason.neighbour.user()),
                reason.rating,
                reason.similarity,
                reason.overlap,
            );
        }
    }
    Ok(())
}
