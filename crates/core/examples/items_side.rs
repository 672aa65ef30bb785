//! Item-based recommendations from play counts, with integer ids.

use likemind::{ModelOptions, Recommender, RecommenderOptions, Side};

/// Listener, artist, plays.
const PLAYS: [(u32, u32, u32); 15] = [
    (1, 70, 120),
    (1, 71, 80),
    (1, 72, 3),
    (2, 70, 60),
    (2, 71, 90),
    (2, 73, 75),
    (3, 70, 4),
    (3, 72, 200),
    (3, 74, 150),
    (4, 72, 90),
    (4, 74, 110),
    (4, 71, 2),
    (5, 70, 30),
    (5, 71, 45),
    (5, 73, 20),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut model = ModelOptions::new(Side::Items);
    // Play counts show who listens to what, not how much they like it, so compare only the sets of
    // listeners.
    model.similarity.measure = likemind::Measure::BinaryCosine;
    let options = RecommenderOptions::default().with_model(model);
    let recommender = Recommender::fit_with(PLAYS, &options)?;

    for other in recommender.similar_items(&70, 2)? {
        println!("artist {} has {} listeners in common with 70", other.id, other.overlap);
    }
    // A guest, who is not among the listeners.
    for found in recommender.recommend_for(&[(&70, 100.0), (&71, 40.0)], 2)? {
        let because: Vec<String> =
            found.reasons.iter().map(|reason| reason.neighbour.to_string()).collect();
        println!("artist {}, because of {}", found.item, because.join(" and "));
    }
    Ok(())
}
