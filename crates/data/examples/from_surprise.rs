//! The steps of Surprise's tutorial in Rust: `cargo run --release --example from_surprise -- ml-100k.zip`.

use likemind::model::PairedModel;
use likemind::{
    Centre, Dialect, Evaluation, KrigingModel, KrigingOptions, Measure, Model, NeighbourModel,
    Profile, RatingMatrix, RidgeModel, RidgeOptions, Side, Similarities, TestRating, TopN,
};
use likemind_data::{ReadOptions, Source, Split, read, sample};
use std::env;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // data = Dataset.load_from_file(path, reader)
    let data = match env::args().nth(1) {
        Some(path) => read(&Source::Path(path.into()), &ReadOptions::default())?,
        None => sample(0),
    };
    let (users, items) = (data.ratings.users(), data.ratings.items());

    // cross_validate(KNNWithMeans(k=40, sim_options={"name": "pearson"}), data, cv=5)
    let (dialect, measure) = (Dialect::Surprise, Some(Measure::Pcs));
    // Surprise uses all raters of an item as candidates, so all users may be neighbours.
    let options = dialect.options(Side::Users, measure).with_k(users.len());
    let (parameters, centre) = (options.check()?, Some(Centre::Mean));
    for fold in (Split::Ratings { folds: 5 }).of(&data.ratings, 0)? {
        let train = Arc::new(RatingMatrix::from_table(&fold.train, data.scale)?);
        let prediction = dialect.prediction(Side::Users, centre);
        let model = NeighbourModel::fit(Arc::clone(&train), parameters, prediction)?;
        let test: Vec<TestRating> = fold.test.into_iter().map(TestRating::from).collect();
        let accuracy = Evaluation::on(&train, &test).rating_accuracy(&model)?;
        println!("RMSE {:.4}, MAE {:.4}", accuracy.rmse, accuracy.mae);
    }

    // algo = SVD(); algo.fit(data.build_full_trainset())
    let ratings = Arc::new(RatingMatrix::from_table(&data.ratings, data.scale)?);
    let predicting = KrigingModel::fit(Arc::clone(&ratings), KrigingOptions::default())?;
    let ranking = RidgeModel::fit(Arc::clone(&ratings), RidgeOptions::default())?;
    let model = PairedModel::new(&ranking, &predicting);

    // algo.predict(uid, iid), and the ten best items of a user
    let user = users.iter().next().ok_or("no users")?.0;
    let person = Profile::from_user(&ratings, user);
    let best = model.session(&person)?.recommend(TopN::new(10));
    for found in &best {
        let id = items.name(found.ranked.item).unwrap_or_default();
        let title = data.catalogue.get(found.ranked.item).title.as_deref().unwrap_or(id);
        println!("{:.1} {title}", found.prediction.rating);
    }

    // Someone who is not in the data; nothing is fitted again.
    let liked = best.iter().map(|found| (found.ranked.item, data.scale.max()));
    let guest = Profile::from_ratings(liked, &data.scale)?;
    println!("{} recommendations", model.session(&guest)?.recommend(TopN::new(10)).len());

    // algo.get_neighbors(iid, k=10): the users' side is fitted above, this is the items' side
    let options = dialect.options(Side::Items, measure).with_k(10).check()?;
    let similarities = Similarities::new(&ratings, Side::Items, options.similarity());
    let item = best.first().ok_or("no recommendations")?.ranked.item;
    for neighbour in similarities.neighbours_of_row(item, &options) {
        let id = items.name(neighbour.index.item()).unwrap_or_default();
        println!("{:.3} {id}", neighbour.similarity);
    }
    Ok(())
}
