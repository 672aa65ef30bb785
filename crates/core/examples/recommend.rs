//! From ratings to recommendations, their reasons, and a predicted rating.

use likemind::Recommender;

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
    // The 100 most similar users of every user: all pairs, exactly.
    let recommender = Recommender::fit(RATINGS)?;
    for found in recommender.recommend("ada", 2)? {
        println!("{}, which ada may give {:.1}", found.item, found.prediction);
        for reason in &found.reasons {
            println!(
                "    {} gave it {} (similarity {:.3} over {} films)",
                reason.neighbour, reason.rating, reason.similarity, reason.overlap,
            );
        }
    }
    Ok(())
}
