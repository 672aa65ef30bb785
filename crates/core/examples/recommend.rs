//! Recommendations with reasons, from a few ratings.

use likemind::Recommender;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let recommender = Recommender::fit([
        ("ada", "Alien", 5.0),
        ("ada", "Heat", 4.0),
        ("ada", "Amélie", 1.5),
        ("bob", "Alien", 4.5),
        ("bob", "Heat", 4.0),
        ("bob", "Amélie", 2.0),
        ("bob", "Ran", 5.0),
        ("cleo", "Big", 4.0),
    ])?;
    for found in recommender.recommend("ada", 2)? {
        println!("{}: predicted rating {:.1}", found.item, found.prediction);
        for reason in &found.reasons {
            println!("    {} rated it {}", reason.neighbour, reason.rating);
        }
    }
    Ok(())
}
