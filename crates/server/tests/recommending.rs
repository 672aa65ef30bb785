//! Recommendations: reasons, filters, and people who are not stored.

mod common;

use axum::http::Method;
use common::{TestClient, numbers};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn recommendations_are_sums_of_their_reasons_and_unrated() {
    let client = TestClient::new().await;
    for side in ["users", "items"] {
        let path = format!("/v1/users/Ada/recommendations?n=12&explain=true&side={side}");
        let list = client.found(&path).await;
        assert_eq!((&list["side"], &list["user"]), (&side.into(), &"Ada".into()));
        let list = list["recommendations"].as_array().unwrap();
        assert_eq!(list.len(), 12);
        for recommended in list {
            let reasons = numbers(&recommended["reasons"], "contribution");
            assert!(reasons.is_sorted_by(|a, b| a >= b));
            let sum = recommended["base"].as_f64().unwrap() + reasons.iter().sum::<f64>();
            assert!((sum - recommended["score"].as_f64().unwrap()).abs() < 1e-9);
            let item = recommended["item"].as_str().unwrap();
            let rated = client.get(&format!("/v1/users/Ada/ratings/{item}")).await;
            rated.problem(404);
        }
    }
    let horror = client.found("/v1/users/Ada/recommendations?genre=HORROR&n=3").await;
    assert_eq!(horror["recommendations"].as_array().unwrap().len(), 3);
    for recommended in horror["recommendations"].as_array().unwrap() {
        assert!(recommended["genres"].as_array().unwrap().contains(&"Horror".into()));
        assert_eq!(recommended.get("reasons"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_not_stored_gets_neighbours_and_reasons() {
    let client = TestClient::new().await;
    let rated = client.found("/v1/users/Ada/ratings?limit=1000").await;
    let ratings: Vec<Value> = rated["ratings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|given| serde_json::json!({"item": given["item"], "rating": given["rating"]}))
        .collect();
    let body = serde_json::json!({"ratings": ratings, "n": 5, "explain": true});
    let answered = client.json(Method::POST, "/v1/recommendations", &body.to_string()).await;
    assert_eq!(answered.status, 200, "{}", String::from_utf8_lossy(&answered.body));
    let list = answered.json();
    assert_eq!(list.get("user"), None);
    let first = &list["recommendations"][0];
    assert_eq!(first["source"], "neighbours");
    assert!(!first["reasons"].as_array().unwrap().is_empty());
    let before = client.found("/v1/data").await;
    assert_eq!(before["users"], 600, "nothing is stored");
    // Without ratings, popular items are recommended.
    let body = r#"{"ratings": []}"#;
    let nobody = client.json(Method::POST, "/v1/recommendations", body).await.json();
    assert_eq!(nobody["recommendations"].as_array().unwrap().len(), 10);
    assert_eq!(nobody["recommendations"][0]["source"], "popularity");
}

#[tokio::test(flavor = "multi_thread")]
async fn recommendations_are_filtered() {
    let client = TestClient::new().await;
    let list = |answer: &Value| answer["recommendations"].as_array().unwrap().clone();
    let path = "/v1/users/Ada/recommendations?n=1000";
    let all = list(&client.found(&format!("{path}&min_prediction=0")).await);
    let kept = |keep: &dyn Fn(&Value) -> bool| -> Vec<Value> {
        all.iter().filter(|one| keep(one)).cloned().collect()
    };
    let year = |one: &Value| one["year"].as_i64().unwrap();
    let eighties = kept(&|one| (1980..1990).contains(&year(one)));
    assert!(!eighties.is_empty() && eighties.len() < all.len());
    assert_eq!(
        list(&client.found(&format!("{path}&min_prediction=0&years=1980-1989")).await),
        eighties
    );
    assert_eq!(
        list(&client.found(&format!("{path}&min_prediction=0&years=-1989")).await),
        kept(&|one| year(one) < 1990)
    );
    let middle = all[all.len() / 2]["prediction"].as_f64().unwrap();
    let good = kept(&|one| one["prediction"].as_f64().unwrap() >= middle);
    assert!(!good.is_empty() && good.len() < all.len());
    assert_eq!(list(&client.found(&format!("{path}&min_prediction={middle}")).await), good);
    let with_rated =
        list(&client.found(&format!("{path}&min_prediction=0&include_rated=true")).await);
    let rated = client.found("/v1/users/Ada").await["ratings"].as_u64().unwrap();
    assert_eq!(with_rated.len(), all.len() + rated as usize);

    let post = async |body: Value| {
        let answered = client.json(Method::POST, "/v1/recommendations", &body.to_string()).await;
        assert_eq!(answered.status, 200, "{}", answered.json());
        list(&answered.json())
    };
    let ratings = serde_json::json!([
        {"item": "film-150", "rating": 5}, {"item": "film-152", "rating": 4.5},
        {"item": "film-151", "rating": 1}, {"item": "film-153", "rating": 2},
    ]);
    let any = serde_json::json!({"ratings": ratings, "n": 1000, "min_prediction": 0});
    let all = post(any.clone()).await;
    let excluded = [all[0]["item"].clone(), all[1]["item"].clone(), "unknown".into()];
    let mut with_rated = any.clone();
    with_rated["include_rated"] = true.into();
    assert_eq!(post(with_rated).await.len(), all.len() + 4);
    let mut without = any;
    without["exclude"] = excluded.into();
    let rest = post(without).await;
    assert_eq!(rest, all[2..]);
    let is_horror = |one: &Value| one["genres"].as_array().unwrap().contains(&"Horror".into());
    let prediction = |one: &Value| one["prediction"].as_f64().unwrap();
    let wanted: Vec<Value> =
        all.iter().filter(|one| is_horror(one) && year(one) >= 1990).cloned().collect();
    let least = prediction(&wanted[wanted.len() / 2]);
    let expected: Vec<Value> =
        wanted.iter().filter(|one| prediction(one) >= least).cloned().collect();
    assert!(expected.len() < wanted.len());
    let some = serde_json::json!({"ratings": ratings, "n": 1000, "genres": ["none", "HORROR"],
        "years": "1990-", "min_prediction": least});
    assert_eq!(post(some).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn items_predicted_below_the_mean_only_fill_up_a_list() {
    let client = TestClient::new().await;
    let mean = client.found("/v1/users/Ada").await["mean"].as_f64().unwrap();
    let path = "/v1/users/Ada/recommendations?n=200";
    let answer = client.found(path).await;
    assert!((answer["min_prediction"].as_f64().unwrap() - mean).abs() < 1e-12, "{answer}");
    let below = |answer: &Value| -> Vec<bool> {
        let list = answer["recommendations"].as_array().unwrap().iter();
        list.map(|one| one["below_mean"].as_bool().unwrap()).collect()
    };
    let filled = below(&answer);
    assert!(filled.is_sorted() && filled.first() != filled.last(), "{filled:?}");
    let all = client.found(&format!("{path}&min_prediction=0")).await;
    assert_eq!(all["min_prediction"], 0.0);
    assert!(!below(&all).is_sorted());

    let body = r#"{"ratings": [{"item": "film-150", "rating": 4}]}"#;
    let guest = client.json(Method::POST, "/v1/recommendations", body).await.json();
    assert_eq!(guest["min_prediction"], 4.0);
    let nobody = client.json(Method::POST, "/v1/recommendations", "{}").await.json();
    assert_eq!(nobody["min_prediction"], Value::Null);
    assert_eq!(nobody["recommendations"][0]["below_mean"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn opinions_count_as_ratings() {
    let client = TestClient::new().await;
    let post = async |body: Value| {
        let answered = client.json(Method::POST, "/v1/recommendations", &body.to_string()).await;
        assert_eq!(answered.status, 200, "{}", answered.json());
        answered.json()
    };
    let both = serde_json::json!({"liked": ["film-150", "film-152"], "disliked": ["film-151"]});
    let rated = serde_json::json!({"ratings": [{"item": "film-150", "rating": 4},
        {"item": "film-152", "rating": 4}, {"item": "film-151", "rating": 1.5}]});
    let by_opinions = post(both).await;
    assert_eq!(by_opinions, post(rated).await);
    assert_eq!(by_opinions["side"], "users");
    // Equal ratings correlate with nobody's, but are similar items' ratings.
    let liked = post(serde_json::json!({"liked": ["film-150", "film-152"], "explain": true})).await;
    assert_eq!(liked["side"], "items");
    let reasons = &liked["recommendations"][0]["reasons"];
    assert!(["film-150", "film-152"].iter().any(|id| reasons[0]["neighbour"] == *id), "{reasons}");
}

#[tokio::test(flavor = "multi_thread")]
async fn models_of_all_items_rank_and_predict_once_they_are_there() {
    let client = TestClient::new().await;
    let recommended = async |query: &str| {
        client.found(&format!("/v1/users/Ada/recommendations?explain=true{query}")).await
    };
    let before = recommended("").await;
    assert_eq!((&before["model_kind"], &before["side"]), (&"neighbours".into(), &"users".into()));
    assert_eq!(before["predicted_by"], before["model"]);
    client.get("/v1/users/Ada/recommendations?model_kind=ridge").await.problem(404);
    let predict = "/v1/users/Ada/predictions/film-1";
    client.get(&format!("{predict}?model_kind=item-kriging")).await.problem(404);
    assert_eq!(client.found(predict).await["interval"], Value::Null);

    let mut models = Vec::new();
    for kind in ["ridge", "item-kriging"] {
        let body = format!(r#"{{"kind": "fit", "model": "{kind}"}}"#);
        let begun = client.json(Method::POST, "/v1/jobs", &body).await.json();
        let path = format!("/v1/jobs/{}", begun["job"]);
        let mut job = client.found(&path).await;
        while job["state"] == "running" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            job = client.found(&path).await;
        }
        assert_eq!(job["state"], "done", "{job}");
        models.push(job["model"].clone());
    }
    let list = recommended("").await;
    assert_eq!((&list["model_kind"], &list["side"]), (&"ridge".into(), &"items".into()));
    assert_eq!((&list["model"], &list["predicted_by"]), (&models[0], &models[1]));
    for one in list["recommendations"].as_array().unwrap() {
        let sum = one["base"].as_f64().unwrap()
            + numbers(&one["reasons"], "contribution").iter().sum::<f64>();
        assert!((sum - one["score"].as_f64().unwrap()).abs() < 1e-9);
        let [low, high] = [0, 1].map(|end| one["interval"][end].as_f64().unwrap());
        let prediction = one["prediction"].as_f64().unwrap();
        assert!((low..=high).contains(&prediction));
        // A reason is one of Ada's own ratings.
        let item = one["reasons"][0]["neighbour"].as_str().unwrap();
        client.found(&format!("/v1/users/Ada/ratings/{item}")).await;
    }
    let predicted = client.found(predict).await;
    assert_eq!(
        (&predicted["model"], &predicted["model_kind"]),
        (&models[1], &"item-kriging".into())
    );
    assert!(predicted["interval"].is_array());
    for query in ["&model_kind=neighbours", "&side=users"] {
        let mut asked = recommended(query).await;
        assert_eq!(asked["recommendations"].take(), before["recommendations"], "{query}");
    }
    client.get("/v1/users/Ada/recommendations?model_kind=ridge&side=users").await.problem(422);
    client.get("/v1/users/Ada/recommendations?model_kind=magic").await.problem(400);

    let body = r#"{"liked": ["film-1"], "explain": true, "n": 3}"#;
    let guest = client.json(Method::POST, "/v1/recommendations", body).await.json();
    assert_eq!(guest["model_kind"], "ridge");
    assert_eq!(guest["recommendations"][0]["reasons"][0]["neighbour"], "film-1");
    let body = r#"{"liked": ["film-1"], "model_kind": "neighbours", "side": "items"}"#;
    let guest = client.json(Method::POST, "/v1/recommendations", body).await.json();
    assert_eq!((&guest["model_kind"], &guest["side"]), (&"neighbours".into(), &"items".into()));
    let both = r#"{"model_kind": "ridge", "side": "items"}"#;
    client.json(Method::POST, "/v1/recommendations", both).await.problem(422);
}
