//! The scale of a database: inferred, given and changed.

mod common;

use common::errors::IntoStoreError;
use common::{Place, Row, SMALL, batch, import, state, table};
use likemind::RatingScale;
use likemind_store::{ImportError, OffScale, ScaleChoice, StoreError};

#[tokio::test]
async fn inferred_scales_widen_and_given_scales_are_limits() {
    let place = Place::new();
    let store = place.open().await;
    let import = async |rows: &[Row<'_>], scale: &str, scale_choice| {
        let (table, scale) = (table(rows), scale.parse().unwrap());
        let batch = batch(&table).with_scale(scale).with_scale_choice(scale_choice);
        store.import(batch, &mut |_| ()).await.map(|imported| imported.now.scale)
    };
    use ScaleChoice::{Documented, Found, Given};
    let half = [("new", "Heat", 4.5), ("ada", "Heat", 4.0)];
    import(SMALL, "1:5:1", Found).await.unwrap();
    let wider = import(&half, "0.5:5:0.5", Found).await.unwrap();
    assert_eq!(wider, Some(RatingScale::HALF_STARS));
    let at_once_place = Place::new();
    let at_once = at_once_place.open().await;
    let all = table(&[SMALL, &half[..1]].concat());
    let wide = batch(&all).with_scale(RatingScale::HALF_STARS);
    at_once.import(wide, &mut |_| ()).await.unwrap();
    assert_eq!(at_once.data_digest().await.unwrap(), store.data_digest().await.unwrap());

    let before = state(&store).await;
    // The existing ratings are off the scale that is now given.
    let off = import(&[("new", "Up", 4.0)], "1:5:1", Given).await.unwrap_err();
    assert!(matches!(off, ImportError::OffScale(OffScale { rating: 4.5, .. })), "{off}");
    assert!(off.to_string().contains(r#"4.5 by user "new" of item "Heat""#), "{off}");
    assert_eq!(state(&store).await, before);
    import(&half, "0.5:5:0.5", Given).await.unwrap();
    let off = import(&[("new", "Up", 9.0)], "1:10:1", Found).await.unwrap_err();
    assert!(matches!(off, ImportError::OffScale(OffScale { rating: 9.0, .. })), "{off}");
    let conflict = import(&[("new", "Up", 9.0)], "1:10:1", Documented).await.unwrap_err();
    let ImportError::ScaleConflict { both, .. } = conflict else { panic!("{conflict}") };
    assert_eq!(both.to_string(), "0.5:10:0.5");
    let given = import(&[("new", "Up", 9.0)], "0:10:0.5", Given).await.unwrap();
    assert_eq!(given, "0:10:0.5".parse().ok());
}

#[tokio::test]
async fn the_scale_can_be_changed_and_inferred_again() {
    let place = Place::new();
    let store = place.open().await;
    let none = store.set_scale(Some(RatingScale::FIVE_STARS)).await.unwrap_err().into_store_error();
    assert!(matches!(none, StoreError::NoRatings { .. }), "{none}");
    import(&store, &table(SMALL)).await.unwrap();
    let ten = "0:10:0.5".parse().unwrap();
    let now = store.set_scale(Some(ten)).await.unwrap();
    assert_eq!((now.scale, now.scale_is_found), (Some(ten), false));
    assert_eq!(*store.matrix().await.unwrap().scale(), ten);
    let before = state(&store).await;
    let off = store.set_scale("4:5:1".parse().ok()).await.unwrap_err();
    assert!(matches!(off, ImportError::OffScale(_)), "{off}");
    assert_eq!(state(&store).await, before);
    let now = store.set_scale(None).await.unwrap();
    let highest = SMALL.iter().map(|row| row.2).fold(0.0, f64::max);
    assert_eq!((now.scale.unwrap().max(), now.scale_is_found), (highest, true));
    let fresh_place = Place::new();
    let fresh = fresh_place.open().await;
    let small = table(SMALL);
    let found = batch(&small).with_scale(now.scale.unwrap());
    fresh.import(found, &mut |_| ()).await.unwrap();
    assert_eq!(store.data_digest().await.unwrap(), fresh.data_digest().await.unwrap());
}
