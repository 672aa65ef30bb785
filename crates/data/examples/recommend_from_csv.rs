//! Reads a file of ratings and prints recommendations for one of its users:
//! `cargo run --example recommend_from_csv -- ratings.csv 42`.
//!
//! The file may be anything that `likemind_data::read` accepts, including a folder or a .zip of a
//! known data set, or Parquet. The rating scale is detected. Without arguments a few built-in
//! ratings are used.

use likemind::{
    Model, ModelOptions, NeighbourModel, PredictionOptions, Profile, RatingMatrix, Side, TopN,
};
use likemind_data::{ReadOptions, Source, read, read_from};
use std::env;

const RATINGS: &str = "\
user,item,rating
ada,Alien,5
ada,Heat,4
ada,Amélie,1.5
bob,Alien,4.5
bob,Heat,4
bob,Amélie,2
bob,Ran,5
cleo,Alien,1
cleo,Amélie,5
cleo,Big,4.5
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let (file, user) = (arguments.next(), arguments.next().unwrap_or_else(|| "ada".to_owned()));
    let options = ReadOptions::default();
    let data = match file {
        Some(file) => read(&Source::Path(file.into()), &options)?,
        None => read_from(RATINGS.as_bytes(), "the ratings of this example", &options)?,
    };
    let matrix = RatingMatrix::from_table(&data.ratings, data.scale)?;
    let parameters = ModelOptions::new(Side::Users).check()?;
    let model = NeighbourModel::fit(matrix, parameters, PredictionOptions::default())?;

    let index = data.ratings.users().get(&user).ok_or(format!("no user is called {user:?}"))?;
    let person = Profile::from_user(model.matrix(), index);
    for found in model.session(&person)?.recommend(TopN::new(10)) {
        let id = data.ratings.items().name(found.ranked.item).unwrap_or_default();
        let title = data.catalogue.get(found.ranked.item).title.as_deref().unwrap_or(id);
        println!("{:.1} {title}", found.prediction.rating);
    }
    Ok(())
}
