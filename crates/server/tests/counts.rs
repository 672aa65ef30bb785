//! Counts: no predictions, and a measure that suits them.

mod common;

use common::{Place, Running, options};
use likemind::{Measure, RatingScale, RatingTable};
use likemind_store::{ImportBatch, JobId, ModelSpec};
use serde_json::{Value, json};

/// The plays of 30 people.
async fn plays() -> Place {
    let place = Place::new();
    let store = place.store().await;
    let mut plays = RatingTable::new();
    for (user, artist) in (0..30).flat_map(|user| (0..20).map(move |artist| (user, artist))) {
        if (user * 3 + artist * 5) % 4 > 0 {
            let count = f64::from(1 + (user * artist) % 37);
            plays.push(&format!("u{user}"), &format!("a{artist}"), count, None).unwrap();
        }
    }
    let scale = RatingScale::counts(1.0, 37.0).unwrap();
    store.import(ImportBatch::new(&plays, scale), &mut |_| ()).await.unwrap();
    store.close().await;
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_recommended_but_not_predicted() {
    let place = plays().await;
    let running = Running::start_ready(&place, options()).await;
    let (_, data) = running.get("/v1/data").await;
    assert_eq!(data["scale"], json!({"min": 1.0, "max": 37.0, "step": 1.0, "counts": true}));
    let refused = |(status, problem): (u16, Value), expected: &str| {
        assert_eq!(status, 422, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(expected), "{problem}");
    };
    let kriging = r#"{"kind": "fit", "model": "item-kriging"}"#;
    refused(running.ask("POST", "/v1/jobs", kriging).await, "expected opinions");
    let (status, job) =
        running.ask("POST", "/v1/jobs", r#"{"kind": "fit", "side": "users"}"#).await;
    assert_eq!(status, 202, "{job}");
    let (_, last) = running.events("/v1/jobs/1/events").await.last().await.unwrap();
    assert_eq!(last["state"], "done", "{last}");
    let job = place.store().await.job(JobId(1)).await.unwrap();
    let ModelSpec::Neighbours(parameters) = job.parameters else { panic!("{job:?}") };
    assert_eq!(parameters.options().similarity.measure, Measure::BinaryCosine);

    let (_, list) = running.get("/v1/users/u1/recommendations?n=4").await;
    assert_eq!((&list["predicted_by"], &list["min_prediction"]), (&Value::Null, &Value::Null));
    let recommended = list["recommendations"].as_array().unwrap();
    assert_eq!(recommended.len(), 4);
    for one in recommended {
        assert_eq!((&one["prediction"], &one["below_mean"]), (&Value::Null, &Value::Null));
    }
    let limited = running.get("/v1/users/u1/recommendations?min_prediction=3").await;
    refused(limited, "found counts");
    refused(running.get("/v1/users/u1/predictions/a1").await, "found counts");
    // A guest may have played an artist more often than anybody else.
    let body = r#"{"ratings": [{"item": "a1", "rating": 400}, {"item": "a2", "rating": 1}]}"#;
    let (status, guest) = running.ask("POST", "/v1/recommendations", body).await;
    assert_eq!(status, 200, "{guest}");
}
