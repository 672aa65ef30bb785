//! A model as the shared state of a web service: many threads read it, new ratings arrive, and the
//! neighbours stay exact.

use likemind::{
    AllPairs, Centring, ItemIdx, Live, Model, ModelOptions, ModelParameters, NeighbourView,
    PredictionOptions, Profile, RatingMatrix, RatingScale, RatingTable, Recommendation, Side, TopN,
    Unobserved, UserIdx,
};
use std::error::Error;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;

/// The state shared by all handlers, in an `Arc`.
struct State {
    parameters: ModelParameters,
    /// Fitted once: a few new ratings change it little.
    centring: Centring,
    /// The ratings, with neighbours of users that are updated with every rating.
    live: RwLock<Live>,
}

impl State {
    fn new(matrix: RatingMatrix) -> Result<Self, Box<dyn Error>> {
        let parameters = ModelOptions::new(Side::Users).check()?;
        let index = AllPairs::new(&matrix, parameters).run(&Unobserved)?;
        let centring = Centring::fit(&matrix, PredictionOptions::default())?;
        let mut live = Live::new(matrix);
        live.attach(parameters, index)?;
        Ok(Self { parameters, centring, live: RwLock::new(live) })
    }

    /// `GET /users/{user}/recommendations`
    fn recommend(&self, user: UserIdx, n: usize) -> Result<Vec<Recommendation>, Box<dyn Error>> {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        let users = live.index(Side::Users).ok_or("no neighbours")?;
        let model = NeighbourView::new(live.matrix(), self.parameters, users, &self.centring);
        let person = Profile::from_user(live.matrix(), user);
        Ok(model.session(&person)?.recommend(TopN::new(n)))
    }

    /// `PUT /users/{user}/ratings/{item}`
    fn rate(&self, user: UserIdx, item: ItemIdx, rating: f64) -> Result<(), Box<dyn Error>> {
        let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
        live.set(user, item, rating)?;
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut table = RatingTable::new();
    for (user, items) in [("ada", "wxy"), ("bob", "wxyz"), ("cleo", "xyz")] {
        for (rating, item) in (2_u8..).zip(items.chars()) {
            table.push(user, &item.to_string(), rating.into(), None)?;
        }
    }
    let state = Arc::new(State::new(RatingMatrix::from_table(&table, RatingScale::FIVE_STARS)?)?);

    let users: Vec<UserIdx> =
        ["ada", "bob", "cleo"].into_iter().filter_map(|name| table.users().get(name)).collect();
    let show = |state: &State| {
        thread::scope(|scope| {
            let request =
                |&user| scope.spawn(move || state.recommend(user, 1).map_or(0, |list| list.len()));
            let threads: Vec<_> = users.iter().map(request).collect();
            let counts: Vec<usize> =
                threads.into_iter().filter_map(|thread| thread.join().ok()).collect();
            println!("number of recommendations for ada, bob and cleo: {counts:?}");
        });
    };
    show(&state);
    let (ada, z) = (users[0], table.items().get("z").ok_or("no z")?);
    state.rate(ada, z, 5.0)?;
    println!("ada rates z");
    show(&state);
    Ok(())
}
