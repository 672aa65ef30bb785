//! Every route, asked as it should be.

mod common;

use axum::http::{Method, header};
use common::{Asked, Place};
use likemind::{RatingScale, RatingTable};
use likemind_store::{ImportBatch, ScaleChoice};
use serde_json::Value;

fn numbers(list: &Value, field: &str) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|each| each[field].as_f64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_set_at_a_glance() {
    let asked = Asked::new().await;
    let data = asked.found("/v1/data").await;
    assert_eq!(data["name"], "sample");
    assert_eq!(data["scale"]["step"], 0.5);
    let counted: f64 = numbers(&data["histogram"], "count").iter().sum();
    assert_eq!(data["ratings"].as_f64(), Some(counted));
    assert_eq!(data["histogram"].as_array().unwrap().len(), 10);
    let genres = asked.found("/v1/genres").await;
    assert!(genres["genres"].as_array().unwrap().iter().any(|genre| genre["genre"] == "Horror"));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_and_described() {
    let asked = Asked::new().await;
    let users = asked.found("/v1/users?query=Ad&limit=3").await;
    assert_eq!(users["users"][0]["user"], "Ada");
    assert!(users["total"].as_u64().unwrap() >= 1);
    let ada = asked.found("/v1/users/Ada").await;
    let ratings = asked.found("/v1/users/Ada/ratings?limit=5").await;
    assert_eq!(ratings["total"], ada["ratings"]);
    let times = numbers(&ratings["ratings"], "timestamp");
    assert_eq!(times.len(), 5);
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first");
    let rest = asked.found("/v1/users/Ada/ratings?offset=4&limit=1").await;
    assert_eq!(rest["ratings"][0], ratings["ratings"][4]);
    let facts = asked.found("/v1/users/Ada/facts").await;
    assert_eq!(facts["mean"], ada["mean"]);
    let neighbours = asked.found("/v1/users/Ada/neighbours?limit=2").await;
    assert_eq!(facts["closest"]["neighbour"], neighbours["neighbours"][0]["neighbour"]);
    assert!(facts["genres"].as_array().unwrap().len() == 2 && facts["usualness"].is_f64());
}

#[tokio::test(flavor = "multi_thread")]
async fn recommendations_add_up_and_are_new_to_the_person() {
    let asked = Asked::new().await;
    for side in ["users", "items"] {
        let path = format!("/v1/users/Ada/recommendations?n=12&explain=true&side={side}");
        let list = asked.found(&path).await;
        assert_eq!((&list["side"], &list["user"]), (&side.into(), &"Ada".into()));
        let list = list["recommendations"].as_array().unwrap();
        assert_eq!(list.len(), 12);
        for recommended in list {
            let reasons = numbers(&recommended["reasons"], "contribution");
            assert!(reasons.is_sorted_by(|a, b| a >= b));
            let sum = recommended["base"].as_f64().unwrap() + reasons.iter().sum::<f64>();
            assert!((sum - recommended["score"].as_f64().unwrap()).abs() < 1e-9);
            let item = recommended["item"].as_str().unwrap();
            let rated = asked.get(&format!("/v1/users/Ada/ratings/{item}")).await;
            rated.problem(404);
        }
    }
    let horror = asked.found("/v1/users/Ada/recommendations?genre=HORROR&n=3").await;
    assert_eq!(horror["recommendations"].as_array().unwrap().len(), 3);
    for recommended in horror["recommendations"].as_array().unwrap() {
        assert!(recommended["genres"].as_array().unwrap().contains(&"Horror".into()));
        assert_eq!(recommended.get("reasons"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_not_stored_gets_neighbours_and_reasons() {
    let asked = Asked::new().await;
    let rated = asked.found("/v1/users/Ada/ratings?limit=1000").await;
    let ratings: Vec<Value> = rated["ratings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|given| serde_json::json!({"item": given["item"], "rating": given["rating"]}))
        .collect();
    let body = serde_json::json!({"ratings": ratings, "n": 5, "explain": true});
    let answered = asked.json(Method::POST, "/v1/recommendations", &body.to_string()).await;
    assert_eq!(answered.status, 200, "{}", String::from_utf8_lossy(&answered.body));
    let list = answered.json();
    assert_eq!(list.get("user"), None);
    let first = &list["recommendations"][0];
    assert_eq!(first["source"], "neighbours");
    assert!(!first["reasons"].as_array().unwrap().is_empty());
    let before = asked.found("/v1/data").await;
    assert_eq!(before["users"], 600, "nothing is stored");
    // Who rated nothing gets what is popular.
    let body = r#"{"ratings": []}"#;
    let nobody = asked.json(Method::POST, "/v1/recommendations", body).await.json();
    assert_eq!(nobody["recommendations"].as_array().unwrap().len(), 10);
    assert_eq!(nobody["recommendations"][0]["source"], "popularity");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rating_is_in_the_next_answer_and_changes_the_tag() {
    let asked = Asked::new().await;
    let path = "/v1/users/Ada/recommendations";
    let first = asked.get(path).await;
    let tag = first.header(header::ETAG).to_owned();
    let again =
        async |tag: &str| asked.with(Method::GET, path, &[("if-none-match", tag)], "").await;
    let known = again(&tag).await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    let kept = first.header(header::CACHE_CONTROL);
    assert_eq!((kept, known.header(header::CACHE_CONTROL)), ("private, no-cache", kept));
    // The same user and query at another time may be of other ratings.
    let later = Asked::new().await;
    assert_ne!(later.get(path).await.header(header::ETAG), tag);
    assert_eq!(again("\"other\", *").await.status, 304);
    assert_ne!(asked.get("/v1/users/Ada/recommendations?n=3").await.header(header::ETAG), tag);

    let item = first.json()["recommendations"][0]["item"].as_str().unwrap().to_owned();
    let rating = format!("/v1/users/Ada/ratings/{item}");
    let rated = asked.json(Method::PUT, &rating, r#"{"rating": 4.5}"#).await.json();
    assert_eq!((&rated["rating"], &rated["before"]), (&4.5.into(), &Value::Null));
    assert_eq!(asked.found(&rating).await["rating"], 4.5);
    let changed = again(&tag).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.json()["recommendations"][0]["item"], item.as_str());
    assert_eq!(
        asked.found("/v1/users/Ada/ratings?limit=1").await["ratings"][0]["item"],
        item.as_str()
    );

    let removed = asked.json(Method::DELETE, &rating, "").await.json();
    assert_eq!((&removed["rating"], &removed["before"]), (&Value::Null, &4.5.into()));
    asked.get(&rating).await.problem(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scale_that_was_found_becomes_wider() {
    let place = Place::new();
    let (store, mut table) = (place.store().await, RatingTable::new());
    for (user, item, rating) in [("Ada", "x", 1.0), ("Ada", "y", 4.0), ("Bruno", "x", 5.0)] {
        table.push(user, item, rating, None).unwrap();
    }
    let batch =
        ImportBatch::new(&table, RatingScale::FIVE_STARS).with_scale_choice(ScaleChoice::Found);
    store.import(batch, &mut |_| ()).await.unwrap();
    store.close().await;
    let asked = Asked::at(place, common::options()).await;
    let scale = async || asked.found("/v1/data").await["scale"].clone();
    assert_eq!(scale().await, serde_json::json!({"min": 1.0, "max": 5.0, "step": 1.0}));
    for (rating, wider) in [("7", [1.0, 7.0, 1.0]), ("0.5", [0.5, 7.0, 0.5])] {
        let body = format!("{{\"rating\": {rating}}}");
        let rated = asked.json(Method::PUT, "/v1/users/Bruno/ratings/y", &body).await;
        assert_eq!(rated.status, 200, "{}", rated.json());
        let [min, max, step] = wider;
        assert_eq!(scale().await, serde_json::json!({"min": min, "max": max, "step": step}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_people_and_items_have_any_id_and_can_be_forgotten() {
    let asked = Asked::new().await;
    let user = "/v1/users/Zo%C3%AB%2F%3Cb%3E%20%26%3F";
    let rating = format!("{user}/ratings/a%2Fb%25");
    let rated = asked.json(Method::PUT, &rating, r#"{"rating": 5}"#).await.json();
    assert_eq!((&rated["user"], &rated["item"]), (&"Zoë/<b> &?".into(), &"a/b%".into()));
    assert_eq!(asked.found(user).await["ratings"], 1);
    assert_eq!(asked.found("/v1/items/a%2Fb%25").await["ratings"], 1);
    assert_eq!(asked.found("/v1/users?query=Zo%C3%AB").await["total"], 1);
    let forgotten = asked.json(Method::DELETE, user, "").await.json();
    assert_eq!(forgotten["ratings"], 1);
    asked.get(user).await.problem(404);
    assert_eq!(asked.found("/v1/users?query=forgotten").await["total"], 0);
    // The id is somebody new's then.
    asked.json(Method::PUT, &rating, r#"{"rating": 1}"#).await;
    assert_eq!(asked.found(user).await["mean"], 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_found_described_and_compared() {
    let asked = Asked::new().await;
    let items = asked.found("/v1/items?limit=30").await;
    let counts = numbers(&items["items"], "ratings");
    assert!(counts.is_sorted_by(|a, b| a >= b), "most rated first");
    let first = items["items"][0].clone();
    let id = first["item"].as_str().unwrap();
    let found = asked.found(&format!("/v1/items?query={id}")).await;
    assert_eq!(found["items"][0], first);
    let item = asked.found(&format!("/v1/items/{id}")).await;
    assert_eq!(item["mean"], first["mean"]);
    assert_eq!(numbers(&item["histogram"], "count").iter().sum::<f64>(), counts[0]);
    let similar = asked.found(&format!("/v1/items/{id}/similar?offset=1&limit=3")).await;
    assert_eq!(numbers(&similar["similar"], "rank"), [2.0, 3.0, 4.0]);
    let comedies = asked.found("/v1/items?genre=comedy&query=the").await;
    assert!(!comedies["items"].as_array().unwrap().is_empty());
    for item in comedies["items"].as_array().unwrap() {
        assert!(item["title"].as_str().unwrap().to_lowercase().contains("the"));
    }
    let predicted = asked.found(&format!("/v1/users/Bruno/predictions/{id}")).await;
    assert!((0.5..=5.0).contains(&predicted["prediction"].as_f64().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_side_by_side() {
    let asked = Asked::new().await;
    let list = asked.found("/v1/users/Ada/neighbours").await;
    assert_eq!(numbers(&list["neighbours"], "rank")[..2], [1.0, 2.0]);
    let like = &list["neighbours"][0];
    let other = like["neighbour"].as_str().unwrap().replace(' ', "%20");
    let pair = asked.found(&format!("/v1/users/Ada/neighbours/{other}")).await;
    assert_eq!(pair["similarity"], like["similarity"]);
    assert_eq!(
        pair["overlap"].as_u64().unwrap() as usize,
        pair["common"].as_array().unwrap().len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn models_are_listed_activated_and_deleted() {
    let asked = Asked::new().await;
    common::fit(&asked.place.store().await, likemind::Side::Users).await;
    let models = asked.found("/v1/models").await;
    assert_eq!(models["models"].as_array().unwrap().len(), 3);
    let active = async || {
        let models = asked.found("/v1/models").await;
        let all = models["models"].as_array().unwrap().clone();
        all.into_iter()
            .filter(|m| m["active"] == true)
            .map(|m| m["model"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(active().await, [2, 3]);
    let back = asked.json(Method::POST, "/v1/models/1/activate", "").await;
    assert_eq!((back.status.as_u16(), &back.json()["exact"]), (200, &true.into()));
    assert_eq!(active().await, [1, 2]);
    assert_eq!(asked.found("/v1/users/Ada/neighbours").await["model"], 1);
    asked.json(Method::DELETE, "/v1/models/1", "").await.problem(409);
    assert_eq!(asked.json(Method::DELETE, "/v1/models/3", "").await.status, 204);
    asked.json(Method::DELETE, "/v1/models/3", "").await.problem(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_metrics_page_and_description() {
    let asked = Asked::new().await;
    assert_eq!(asked.found("/healthz").await["status"], "ok");
    assert_eq!(asked.found("/readyz").await["status"], "ok");
    let metrics = asked.get("/metrics").await;
    let text = String::from_utf8(metrics.body).unwrap();
    for line in [
        "likemind_ready 1",
        "likemind_model{side=\"users\"} 1",
        "likemind_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    let page = asked.get("/").await;
    assert_eq!(page.header(header::CONTENT_TYPE), "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
    let known = [("if-none-match", page.header(header::ETAG))];
    assert_eq!(asked.with(Method::GET, "/", &known, "").await.status, 304);
    assert_eq!(
        asked.get("/assets/main.js").await.header(header::CONTENT_TYPE),
        "text/javascript; charset=utf-8"
    );
    asked.get("/assets/none.js").await.problem(404);
    let document = asked.found("/openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    let problem = "/v1/users/{user}/ratings/{item}";
    assert!(document["paths"][problem]["put"]["responses"]["422"].is_object());
    // Two types of one name would be one in the document.
    let line = |name: &str| document["components"]["schemas"][name]["properties"].clone();
    assert!(line("UserLine")["user"].is_object() && line("ItemLine")["title"].is_object());
}

#[tokio::test(flavor = "multi_thread")]
async fn large_answers_are_compressed_where_asked_for() {
    let asked = Asked::new().await;
    let path = "/v1/items?limit=100";
    let answered = asked.with(Method::GET, path, &[("accept-encoding", "gzip")], "").await;
    assert_eq!(answered.header(header::CONTENT_ENCODING), "gzip");
    assert!(answered.body.len() < asked.get(path).await.body.len() / 2);
}
