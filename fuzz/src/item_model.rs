//! Fuzzing of stored models of all items.

use likemind::{
    ItemIdx, ItemKriging, ItemRidge, KrigingOptions, KrigingView, Model, Profile, RatingMatrix,
    RatingScale, RidgeOptions, RidgeView, TopN, UserIdx,
};
use likemind_store::fuzzing::{pack_item_model, unpack_item_model};
use likemind_store::{ItemModel, ModelKind};
use std::sync::LazyLock;

/// Ratings of eight items by a dozen people.
static RATINGS: LazyLock<RatingMatrix> = LazyLock::new(|| {
    let pairs = (0..12_u32).flat_map(|user| (0..8_u32).map(move |item| (user, item)));
    let rated = pairs.filter(|(user, item)| (user * 7 + item * 3 + user / 5 * item) % 5 < 3);
    let rating = |(user, item)| (UserIdx(user), ItemIdx(item), f64::from(1 + (user + item) % 5));
    let ratings: Vec<_> = rated.map(rating).collect();
    RatingMatrix::from_ratings(RatingScale::FIVE_STARS, 12, 8, &ratings).expect("on the scale")
});

/// Unpacks a model; the first byte is its kind. A valid one survives a round trip and can answer, if only
/// nonsense.
pub fn unpack(bytes: &[u8]) {
    let Some((&kind, bytes)) = bytes.split_first() else { return };
    let kind = if kind % 2 == 0 { ModelKind::ItemKriging } else { ModelKind::Ridge };
    let Ok(model) = unpack_item_model(kind, bytes) else { return };
    // Compared as bytes, since the measured quality may be NaN.
    let packed = pack_item_model(&model);
    let again = unpack_item_model(kind, &packed).expect("just packed");
    assert_eq!(pack_item_model(&again), packed);
    match &model {
        ItemModel::Kriging(kriging) => answer(&KrigingView::new(&RATINGS, kriging)),
        ItemModel::Ridge(ridge) => answer(&RidgeView::new(&RATINGS, ridge)),
        other => panic!("{other:?}"),
    }
}

fn answer(model: &dyn Model) {
    let person = Profile::from_user(&RATINGS, UserIdx(3));
    let session = model.session(&person).expect("a stored user");
    for item in (0..9).map(ItemIdx) {
        session.predict(item);
    }
    assert!(session.rank(TopN::new(8)).len() <= 8);
}

/// Seeds: a model of each kind, with its kind before it.
pub fn seeds() -> [Vec<u8>; 2] {
    let kriging = ItemKriging::fit(&RATINGS, KrigingOptions::default());
    let ridge = ItemRidge::fit(&RATINGS, RidgeOptions::default().with_max_items(5));
    let models = [
        (0, ItemModel::Kriging(kriging.expect("valid options"))),
        (1, ItemModel::Ridge(ridge.expect("valid options"))),
    ];
    models.map(|(kind, model)| [vec![kind], pack_item_model(&model)].concat())
}
